package dev.skep;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// What one activation of a process has written, without any `volatile`, the next one sees on whatever thread: the
/// handler counts in a plain field.
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both messages were handled, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "a message was lost, or an activation did not see what another has written")
@State
public class HandOffMemory {
    private static final Stage STAGE = new Stage();

    private final Counting counting = new Counting();
    private final Process process = STAGE.beginUnlisted(counting);

    private static final class Counting extends Stage.Part {
        int handled;

        @Override
        public void info(Object message) {
            handled++;
        }
    }

    /// Sends.
    @Actor
    public void one() {
        process.send("message");
    }

    /// Sends too.
    @Actor
    public void other() {
        process.send("message");
    }

    /// Counts.
    @Arbiter
    public void count(I_Result result) {
        result.r1 = counting.handled;
    }
}
