package dev.skep;

import dev.skep.stress.Scenario;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// The queue of a behaviour, and how it is activated.
///
/// Promised: every message is handled, once; those of a sender in their order; never two at the same time; and what an
/// activation has written, the next one sees. A question takes effect whatever the process does, and is answered
/// though no message follows. Whoever is told to end, ends.
@Scenario({"send", "send"})
@Scenario({"send send", "send"})
@Scenario({"send", "send", "send"})
@Scenario({"send", "ask"})
@Scenario({"send ask", "ask send"})
@Scenario({"send", "ask", "ask"})
@Scenario({"send", "end"})
@Scenario({"ask", "end", "send"})
public class MailboxModel {
    private static final int MOST = 8;

    private record Numbered(int sender, int number) {}

    private final Stage stage = new Stage();
    private final boolean[] sent = new boolean[MOST];
    private final @Nullable Slot<?>[] asked = new Slot<?>[MOST];
    private volatile boolean ended;

    private static final class Counting extends Stage.Part {
        // Not volatile: one activation has to see what another has written.
        final int[] handled = new int[MOST];

        @Nullable
        String wrong;

        private @Nullable Object handling;

        @Override
        public void info(Object message) {
            if (handling != null) {
                wrong = message + " is handled while " + handling + " is";
            }
            handling = message;
            Numbered numbered = (Numbered) message;
            int expected = handled[numbered.sender] + 1;
            if (numbered.number != expected) {
                wrong = message + " came in place of number " + expected;
            }
            handled[numbered.sender] = numbered.number;
            handling = null;
        }
    }

    private final Counting counting = new Counting();
    private final Process process = stage.begin(counting);

    /// Sends two messages.
    @Operation
    public void send(@Param(gen = IntGen.class) int number) {
        sent[number] = true;
        process.send(new Numbered(number, 1));
        process.send(new Numbered(number, 2));
    }

    /// Asks what it is doing.
    @Operation
    public void ask(@Param(gen = IntGen.class) int number) {
        Slot<ProcessInfo> answer = new Slot<>(stage);
        asked[number] = answer;
        process.deliver(new Signal.Look<>(Process::describeSelf, answer));
    }

    /// Tells it to end.
    @Operation
    public void end() {
        ended = true;
        process.exit(ExitReason.shutdown());
    }

    /// What is promised.
    @Validate
    public void everythingWasHandledOnceAndInOrder() {
        if (counting.wrong != null) {
            throw new AssertionError(counting.wrong);
        }
        for (int sender = 0; sender < MOST; sender++) {
            Slot<?> answer = asked[sender];
            if (answer != null && !answer.isDone()) {
                throw new AssertionError("question " + sender + " is not answered");
            }
            if (!ended && counting.handled[sender] != (sent[sender] ? 2 : 0)) {
                throw new AssertionError("handled: " + Arrays.toString(counting.handled));
            }
        }
        if (ended == process.isAlive()) {
            throw new AssertionError(ended ? "still alive" : "dead");
        }
    }
}
