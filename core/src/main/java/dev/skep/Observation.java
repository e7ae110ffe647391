package dev.skep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the clock's thread sees of a worker, from one look to the next. It frees the next slot if its occupant has been
/// waiting since the last look, ends turns that have been long, and reports a handler that has been running for too
/// long.
final class Observation {
    /// After so long, in nanoseconds, a turn is over: whoever has many messages that take their time keeps no carrier
    /// for a whole turn.
    private static final long LONG_TURN = 5_000_000;
    /// Who has made no step for so long computes, in nanoseconds. Between two looks, which are a millisecond apart, its
    /// carrier may just have had no processor.
    private static final long LONG_STEP = 10_000_000;

    /// What a look finds.
    enum Finding {
        /// It does something else than at the last look, or has not done the same for long.
        MOVING,
        /// It does the same as at the last look, but waits.
        WAITING,
        /// It has been doing the same for long, and computes.
        COMPUTING
    }

    private final Worker worker;
    private @Nullable Process occupant;
    private long progress = -1;
    private long progressSince;
    private boolean reported;
    private int leaves = -1;
    private long turnSince;
    private long stepSince;
    private boolean active;

    Observation(Worker worker) {
        this.worker = worker;
    }

    /// Whether it had done something at the last look since the one before: begun a message, or a wait. Who has not
    /// lived through two looks has not.
    boolean isActive() {
        return active;
    }

    Finding look(long now) {
        Process running = worker.process;
        Process next = worker.occupant();
        worker.node.overloads.look(running);
        if (next != null) {
            worker.node.overloads.look(next);
        }
        boolean off = worker.isOff();
        int latestLeaves = worker.leaves();
        boolean isFirst = leaves < 0;
        active = !isFirst && latestLeaves != leaves;
        if (latestLeaves != leaves || off) {
            leaves = latestLeaves;
            turnSince = now;
            stepSince = now;
        } else if (now - turnSince >= LONG_TURN) {
            worker.endTurnSoon();
        }
        long latest = running.progress(worker.hops());
        if (latest != progress) {
            active = !isFirst;
            occupant = next;
            progress = latest;
            progressSince = now;
            stepSince = now;
            reported = false;
            return Finding.MOVING;
        }
        if (next != null && next == occupant) {
            running.refuseHandOffs();
            worker.giveAway();
        }
        occupant = next;
        Thread thread = worker.thread();
        boolean computing = !off && thread != null && thread.getState() == Thread.State.RUNNABLE;
        if (!reported && now - progressSince >= worker.node.stallThreshold) {
            reported = true;
            running.reportStall(Duration.ofNanos(now - progressSince), computing, worker.stack());
        }
        if (!computing) {
            return Finding.WAITING;
        }
        return now - stepSince < LONG_STEP ? Finding.MOVING : Finding.COMPUTING;
    }
}
