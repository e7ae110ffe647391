package dev.skep;

import dev.skep.stress.Scenario;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/// A mailbox of one place, for which senders wait.
///
/// Promised: every sender gets its place in the end, or hears that the process has ended, or that it has waited for too
/// long (a model checker finds one that sleeps for ever). Never more messages wait than there is room for. At the end
/// no place is taken and nobody stands in the line.
@Scenario({"send", "send"})
@Scenario({"send send", "send"})
@Scenario({"send", "send", "send"})
@Scenario({"send", "send", "kill"})
@Scenario({"sendInTime", "clock", "send"})
public class BlockingMailboxModel {
    private static final int MOST = 6;

    private final Stage stage = new Stage();
    private final Counting counting = new Counting();
    private final Process process =
            stage.begin(counting, Mailbox.bounded(1, Overflow.BLOCK).patience(Duration.ofSeconds(1)));
    private final boolean[] sent = new boolean[MOST];
    private volatile boolean killed;
    private volatile boolean over;
    private volatile boolean timePasses;

    private final class Counting extends Stage.Part {
        final int[] handled = new int[MOST];
        boolean tooMany;

        @Override
        public void info(Object message) {
            handled[(Integer) message]++;
            tooMany |= process.bound != null && process.bound.count() > 1;
        }
    }

    /// Sends a message, waiting for room.
    @Operation
    public void send(@Param(gen = IntGen.class) int number) {
        try {
            process.send(number);
            sent[number] = true;
        } catch (CallException.Overloaded tooLong) {
            if (!timePasses) {
                throw tooLong;
            }
        }
    }

    /// Sends a message, waiting for a second.
    @Operation
    public void sendInTime(@Param(gen = IntGen.class) int number) {
        try {
            process.send(number);
            sent[number] = true;
        } catch (CallException.Overloaded tooLong) {
            // it has waited for too long
        }
        over = true;
        stage.wake();
    }

    /// Lets the time pass.
    @Operation
    public void clock() {
        timePasses = true;
        stage.drive(() -> over);
    }

    /// Kills the process.
    @Operation
    public void kill() {
        killed = true;
        process.exit(ExitReason.kill());
    }

    /// What is promised.
    @Validate
    public void everySenderWasServed() {
        for (int i = 0; i < MOST; i++) {
            int handled = counting.handled[i];
            if (handled > 1 || (!killed && handled != (sent[i] ? 1 : 0))) {
                throw new AssertionError("message " + i + " was handled " + handled + " times");
            }
        }
        if (counting.tooMany) {
            throw new AssertionError("more messages waited than there is room for");
        }
        CountingBound bound = (CountingBound) process.bound;
        if (bound == null || (!killed && bound.count() != 0)) {
            throw new AssertionError("places are taken: " + (bound == null ? "?" : bound.count()));
        }
    }
}
