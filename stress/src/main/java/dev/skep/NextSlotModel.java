package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// The next slot of a worker: who is made ready from a handler runs next on its thread, unless the place is taken
/// by another, or the clock's thread takes the process out, or the worker's own process is abandoned.
///
/// Promised: whoever is put into the slot runs, and once for each time: nobody is stranded, and no process runs on two
/// threads. What its handler has written it sees at the next activation, wherever that is.
@Scenario({"cast", "steal"})
@Scenario({"cast cast", "steal"})
@Scenario({"cast", "steal", "cast"})
@Scenario({"castToTwo", "steal"})
@Scenario({"castToTwo", "steal", "steal"})
@Scenario({"castToTwo", "tell"})
@Scenario({"cast", "abandon"})
@Scenario({"castAndWait", "steal"})
@Scenario({"castAndWait", "tell", "steal"})
public class NextSlotModel {
    private enum Order {
        ONE,
        TWO,
        WAIT
    }

    private final Stage stage = new Stage();
    private final Counting first = new Counting();
    private final Counting second = new Counting();
    private final Process firstProcess = stage.begin(first);
    private final Process secondProcess = stage.begin(second);
    private final Process giver = stage.begin(new Giver());
    private int ofFirst;
    private int ofSecond;
    private boolean abandoned;
    private final Object counts = new Object();
    private volatile @Nullable Worker givers;

    private static final class Counting extends Stage.Part {
        int handled;
        boolean busy;
        boolean twice;

        @Override
        public void info(Object message) {
            twice |= busy;
            busy = true;
            handled++;
            busy = false;
        }
    }

    private final class Giver extends Stage.Part {
        @Override
        public void info(Object message) {
            givers = Worker.current();
            firstProcess.send("hello");
            if (message == Order.TWO) {
                secondProcess.send("hello");
                firstProcess.send("hello");
            }
            if (message == Order.WAIT) {
                Blocking.await(stage.node, new Slot<>(stage), 0);
            }
        }
    }

    private void count(int toFirst, int toSecond) {
        synchronized (counts) {
            ofFirst += toFirst;
            ofSecond += toSecond;
        }
    }

    /// Makes it send to one other.
    @Operation
    public void cast() {
        count(1, 0);
        giver.send(Order.ONE);
    }

    /// Makes it send to two others, and to the first again.
    @Operation
    public void castToTwo() {
        count(2, 1);
        giver.send(Order.TWO);
    }

    /// Makes it send to one other, and wait for something in the same handler.
    @Operation
    public void castAndWait() {
        count(1, 0);
        giver.send(Order.WAIT);
    }

    /// Sends to the first from outside.
    @Operation
    public void tell() {
        count(1, 0);
        firstProcess.send("hello");
    }

    /// What the clock's thread does to a worker whose slot is occupied for too long.
    @Operation
    public void steal() {
        Worker worker = givers;
        if (worker != null) {
            worker.giveAway();
        }
    }

    /// The process that sends is taken from its thread, if its handler runs.
    @Operation
    public void abandon() {
        if (giver.tryBorrow()) {
            Worker worker = giver.worker();
            if (worker == null) {
                giver.giveBack();
            } else {
                abandoned = true;
                worker.abandon();
                giver.end(ExitReason.killed());
            }
        }
    }

    /// What is promised.
    @Validate
    public void nobodyIsStrandedOrRunsTwice() {
        if (first.twice || second.twice) {
            throw new AssertionError("a process runs on two threads");
        }
        boolean lost = abandoned ? first.handled > ofFirst : first.handled != ofFirst;
        if (lost || second.handled != ofSecond) {
            throw new AssertionError(
                    "handled " + first.handled + " of " + ofFirst + " and " + second.handled + " of " + ofSecond);
        }
        if (!firstProcess.isResting() || !secondProcess.isResting()) {
            throw new AssertionError("a process is stranded");
        }
    }
}
