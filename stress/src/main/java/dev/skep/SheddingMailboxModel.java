package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/// A mailbox of one place, in which the oldest message makes room for the newest.
///
/// Promised: every message is handled or counted as dropped, one of the two, once; those of a sender in their order;
/// and
/// the last of all is handled.
@Scenario({"send", "send"})
@Scenario({"send send", "send"})
@Scenario({"send", "send", "send"})
@Scenario({"send", "ask send"})
public class SheddingMailboxModel {
    private static final int MOST = 6;

    private record Numbered(int sender, int number) {}

    private final Stage stage = new Stage();
    private final Counting counting = new Counting();
    private final Process process = stage.begin(counting, Mailbox.bounded(1, Overflow.DROP_OLDEST));
    private final int[] sent = new int[MOST];

    private static final class Counting extends Stage.Part {
        final int[] last = new int[MOST];
        int handled;
        boolean disordered;

        @Override
        public void info(Object message) {
            Numbered numbered = (Numbered) message;
            disordered |= numbered.number <= last[numbered.sender];
            last[numbered.sender] = numbered.number;
            handled++;
        }
    }

    /// Sends two messages.
    @Operation
    public void send(@Param(gen = IntGen.class) int number) {
        sent[number] = 2;
        process.send(new Numbered(number, 1));
        process.send(new Numbered(number, 2));
    }

    /// Asks what it is doing.
    @Operation
    public void ask() {
        process.deliver(new Signal.Look<>(Process::describeSelf, new Slot<>(stage)));
    }

    /// What is promised.
    @Validate
    public void everyMessageIsHandledOrDropped() {
        int all = 0;
        boolean lastHandled = false;
        for (int i = 0; i < MOST; i++) {
            all += sent[i];
            lastHandled |= counting.last[i] == 2;
        }
        Bound bound = process.bound;
        if (bound == null || counting.handled + bound.dropped() != all || bound.count() != 0 || bound.litter() != 0) {
            throw new AssertionError(all + " were sent, " + counting.handled + " handled, "
                    + (bound == null
                            ? "?"
                            : bound.dropped() + " dropped, " + bound.count() + " wait, " + bound.litter() + " litter"));
        }
        if (counting.disordered || !lastHandled) {
            throw new AssertionError("out of order, or the last was dropped");
        }
    }
}
