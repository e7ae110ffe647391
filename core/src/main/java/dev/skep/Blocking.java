package dev.skep;

import org.jspecify.annotations.Nullable;

/// The one place where the runtime makes a thread wait.
///
/// Waiting looks again for a moment if that pays ([Spin]), yields once, since most answers come from a thread that only
/// needs a carrier, and then parks without a timeout: a timed park of a virtual thread doubles or triples the price of
/// a call. A time limit is an [Alarm] that unparks.
final class Blocking {
    /// What can be waited for.
    interface Awaited extends Spin.Sought {
        boolean isDone();

        @Override
        default boolean isThere() {
            return isDone();
        }

        /// Announces that `thread` is about to park. Whoever makes this done after that unparks it.
        ///
        /// @return false if it is done
        boolean prepareToPark(Thread thread);
    }

    /// How a wait ended.
    enum Outcome {
        DONE,
        EXPIRED,
        INTERRUPTED
    }

    /// Unparks a thread that waits, for it to look at the time. A worker keeps the one of its last wait, and takes it
    /// for the next one: that mostly ends later, since most time limits are never reached. One that rings too early
    /// costs a look at the clock, where an alarm for each wait would be two or three compare-and-sets on what all
    /// threads share.
    static final class WakeUp extends Alarm {
        private final Scheduler scheduler;
        private final Thread thread;
        private volatile boolean rung;

        private WakeUp(Scheduler scheduler, Thread thread) {
            this.scheduler = scheduler;
            this.thread = thread;
        }

        @Override
        void ring() {
            rung = true;
            scheduler.unpark(thread);
        }
    }

    private Blocking() {}

    /// Waits until `awaited` is done, for `nanos` at most ([Durations#FOREVER] for no limit).
    ///
    /// @return how it ended; on an interrupt, the thread's interrupt status is set
    /// @throws ProcessExit when the process that this thread runs has been told to end
    static Outcome await(Node node, Awaited awaited, long nanos) {
        Worker worker = giveAway();
        if (awaited.isDone()) {
            return Outcome.DONE;
        }
        if (nanos <= 0) {
            return Outcome.EXPIRED;
        }
        if (node.spin.comesSoon(awaited, worker)) {
            return Outcome.DONE;
        }
        pause(node, worker);
        if (awaited.isDone() || node.spin.comesAfterPause(awaited, worker)) {
            return Outcome.DONE;
        }
        return parkUntilDone(node, awaited, worker, nanos == Durations.FOREVER ? nanos : node.clock.nanoTime() + nanos);
    }

    /// Waits until `awaited` is done, until `deadline` in the node's time at most ([Durations#FOREVER] for no limit).
    ///
    /// @return how it ended; on an interrupt, the thread's interrupt status is set
    /// @throws ProcessExit when the process that this thread runs has been told to end
    static Outcome awaitUntil(Node node, Awaited awaited, long deadline) {
        Worker worker = giveAway();
        return awaited.isDone() || node.spin.comesSoon(awaited, worker)
                ? Outcome.DONE
                : parkUntil(node, awaited, worker, deadline);
    }

    /// The same, without another look before.
    static Outcome parkUntil(Node node, Awaited awaited, @Nullable Worker worker, long deadline) {
        if (awaited.isDone()) {
            return Outcome.DONE;
        }
        pause(node, worker);
        if (awaited.isDone() || node.spin.comesAfterPause(awaited, worker)) {
            return Outcome.DONE;
        }
        return parkUntilDone(node, awaited, worker, deadline);
    }

    private static void pause(Node node, @Nullable Worker worker) {
        if (worker == null) {
            node.scheduler.pause();
        } else {
            worker.pause(node.scheduler);
        }
    }

    private static @Nullable Worker giveAway() {
        Worker worker = Worker.current();
        if (worker != null) {
            worker.giveAway();
        }
        return worker;
    }

    private static Outcome parkUntilDone(Node node, Awaited awaited, @Nullable Worker worker, long deadline) {
        Thread thread = Thread.currentThread();
        WakeUp limit = null;
        try {
            while (true) {
                if (awaited.isDone()) {
                    return Outcome.DONE;
                }
                if (worker != null) {
                    worker.unwindIfDoomed();
                }
                if (deadline != Durations.FOREVER && (limit == null || limit.rung)) {
                    long now = node.clock.nanoTime();
                    if (deadline - now <= 0) {
                        return Outcome.EXPIRED;
                    }
                    limit = wakeUp(node, worker, thread, deadline, now);
                }
                if (thread.isInterrupted()) {
                    // Told to end and interrupted are two writes: look again for the first once the second is seen.
                    if (worker != null) {
                        worker.unwindIfDoomed();
                    }
                    return Outcome.INTERRUPTED;
                }
                if (awaited.prepareToPark(thread)) {
                    if (worker == null) {
                        node.scheduler.park();
                    } else {
                        worker.park(node.scheduler);
                    }
                }
            }
        } finally {
            if (limit != null && (worker == null || worker.wakeUp != limit)) {
                node.timers.cancel(limit);
            }
        }
    }

    /// An alarm that unparks the thread at `deadline`, or earlier. In virtual time it is one for this wait alone: that
    /// goes from one alarm to the next, and one for nothing would be a stop on the way.
    private static WakeUp wakeUp(Node node, @Nullable Worker worker, Thread thread, long deadline, long now) {
        if (worker == null || worker.node != node || node.clock.isVirtual()) {
            return started(node, thread, deadline, now);
        }
        WakeUp kept = worker.wakeUp;
        if (kept != null && node.timers.ringsBy(kept, deadline)) {
            return kept;
        }
        worker.cancelWakeUp();
        WakeUp made = started(node, thread, deadline, now);
        worker.wakeUp = made;
        return made;
    }

    private static WakeUp started(Node node, Thread thread, long deadline, long now) {
        WakeUp made = new WakeUp(node.scheduler, thread);
        node.timers.addAt(made, deadline, now);
        return made;
    }
}
