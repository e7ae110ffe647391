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

    private static final class WakeUp extends Alarm {
        private final Scheduler scheduler;
        private final Thread thread;
        volatile boolean rung;

        WakeUp(Scheduler scheduler, Thread thread) {
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
        WakeUp limit = null;
        if (nanos != Durations.FOREVER) {
            limit = new WakeUp(node.scheduler, Thread.currentThread());
            node.timers.add(limit, nanos);
        }
        return parkUntilDone(node, awaited, worker, limit);
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
        WakeUp limit = null;
        if (deadline != Durations.FOREVER) {
            long now = node.clock.nanoTime();
            if (deadline - now <= 0) {
                return Outcome.EXPIRED;
            }
            limit = new WakeUp(node.scheduler, Thread.currentThread());
            node.timers.addAt(limit, deadline, now);
        }
        return parkUntilDone(node, awaited, worker, limit);
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

    private static Outcome parkUntilDone(Node node, Awaited awaited, @Nullable Worker worker, @Nullable WakeUp limit) {
        Thread thread = Thread.currentThread();
        try {
            return parkUntilDone(node.scheduler, awaited, worker, thread, limit);
        } finally {
            if (limit != null) {
                node.timers.cancel(limit);
            }
        }
    }

    private static Outcome parkUntilDone(
            Scheduler scheduler, Awaited awaited, @Nullable Worker worker, Thread thread, @Nullable WakeUp limit) {
        while (true) {
            if (awaited.isDone()) {
                return Outcome.DONE;
            }
            if (worker != null) {
                worker.unwindIfDoomed();
            }
            if (limit != null && limit.rung) {
                return Outcome.EXPIRED;
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
                    scheduler.park();
                } else {
                    worker.park(scheduler);
                }
            }
        }
    }
}
