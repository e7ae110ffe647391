package dev.skep;

import java.lang.management.ManagementFactory;
import java.util.List;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/// Keeps processes running when others compute without end. Runs on the clock's thread, which needs no carrier.
///
/// A virtual thread that computes keeps its carrier; when all carriers are kept so, nothing else runs. The
/// watchdog is told of every worker that has made no progress since an earlier look though its thread is
/// runnable. While there are any, it starts a virtual thread now and then that only notes that it ran. If that
/// one gets no carrier in time, the watchdog raises the parallelism of the JVM's virtual threads by one, up to a
/// limit; when no suspect is left, it lowers it again by what it has raised. Several nodes in one JVM do so side
/// by side: each takes back only its own.
///
/// It does so, with more patience, while workers run that do make progress. A virtual thread that yields over and over
/// can keep others from a carrier, too: the JDK's scheduler goes on with the queue that a carrier has just taken
/// something from, and whoever yields enters that same queue (`ForkJoinPool.runWorker`, JDK 25).
///
/// With a [Scheduler] other than virtual threads it does nothing.
final class Watchdog {
    /// A probe that has not run after this time means that all carriers are kept, in nanoseconds.
    private static final long PATIENCE = 20_000_000;
    /// The same while no worker is suspected.
    private static final long LONG_PATIENCE = 50_000_000;
    /// How long after the start of one probe the next one starts, in nanoseconds.
    private static final long PROBE_INTERVAL = 10_000_000;
    /// How long there must have been no suspect before parallelism is lowered, in nanoseconds.
    private static final long CALM = 500_000_000;

    private final Scheduler scheduler;
    private final int limit;

    private @Nullable Probe probe;
    private long lastSuspect;
    private int raised;
    private volatile int peak;

    Watchdog(Scheduler scheduler, int limit) {
        this.scheduler = scheduler;
        this.limit = scheduler == Scheduler.virtualThreads() ? limit : 0;
        this.lastSuspect = System.nanoTime() - CALM;
    }

    /// Notes whether it got to run, and when it was started.
    private static final class Probe implements Runnable, Thread.UncaughtExceptionHandler {
        final long started;
        volatile boolean ran;

        Probe(long started) {
            this.started = started;
        }

        @Override
        public void run() {
            ran = true;
        }

        @Override
        public void uncaughtException(Thread failed, Throwable failure) {
            // it throws nothing
        }
    }

    /// Reacts to a look at all workers. On the clock's thread.
    ///
    /// @param suspects how many compute without progress
    /// @param moving whether others make progress
    /// @return whether to look again soon
    boolean react(int suspects, boolean moving) {
        if (limit == 0) {
            return false;
        }
        long now = System.nanoTime(); // carriers are real, whatever the node's clock says
        if (suspects > 0) {
            lastSuspect = now;
        } else if (raised > 0 && now - lastSuspect > CALM) {
            adjust(-raised);
        }
        if (suspects == 0 && !moving) {
            probe = null;
            return raised > 0;
        }
        Probe running = probe;
        if (running == null || (running.ran && now - running.started >= PROBE_INTERVAL)) {
            start(now);
        } else if (!running.ran && now - running.started > (suspects > 0 ? PATIENCE : LONG_PATIENCE)) {
            lastSuspect = now;
            if (raised < limit) {
                adjust(1);
                start(now); // the other one runs too, but has been waiting for long
            }
        }
        return true;
    }

    private void start(long now) {
        Probe next = new Probe(now);
        probe = next;
        scheduler.start(next);
    }

    /// How far parallelism has been raised at most.
    int peak() {
        return peak;
    }

    /// Takes back what was raised.
    void stop() {
        if (raised > 0) {
            adjust(-raised);
        }
    }

    private void adjust(int by) {
        List<VirtualThreadSchedulerMXBean> beans =
                ManagementFactory.getPlatformMXBeans(VirtualThreadSchedulerMXBean.class);
        if (!beans.isEmpty()) {
            VirtualThreadSchedulerMXBean carriers = beans.getFirst();
            carriers.setParallelism(Math.max(1, carriers.getParallelism() + by));
            raised += by;
            peak = Math.max(peak, raised);
        }
    }
}
