package dev.skep;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/// A signal to a process that just begins to run the user's code: the sender pushes it, then reads whose the process
/// is; the process passes on to the user only if nothing has been pushed. One of the two sees the other, or the signal
/// waits for as long as the user's code runs.
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "the signal has taken effect")
@Outcome(expect = Expect.FORBIDDEN, desc = "the signal waits behind the user's code")
@State
public class AttentionMemory {
    private static final Stage STAGE = new Stage();

    /// Never activated: a new process is attended to by whoever has made it, under the lock.
    private final Process process = STAGE.unstarted();
    private final Slot<ProcessInfo> answer = new Slot<>(STAGE);

    /// The process: from the runtime's code into the user's.
    @Actor
    public void process() {
        process.unlock();
    }

    /// Asks what it is doing.
    @Actor
    public void sender() {
        process.put(new Signal.Look<>(Process::describeSelf, answer), null);
    }

    /// Looks while the user's code would still run.
    @Arbiter
    public void look(Z_Result result) {
        result.r1 = answer.isDone();
    }
}
