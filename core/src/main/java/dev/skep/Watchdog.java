package dev.skep;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps processes running when others compute without end. Runs on the clock's thread, which needs no carrier.
///
/// A virtual thread that computes keeps its carrier; when all carriers are kept so, nothing else runs. The watchdog
/// is told of every worker that has made no step for some time though its thread is runnable. While there are any, or
/// others that make progress, it starts a virtual thread now and then, a probe, that only notes that it ran. If that
/// one gets no carrier in time, although every worker has been told to let others have their turn, the watchdog
/// raises the parallelism of the JVM's virtual threads by one, up to a limit. It is lowered again by what it was
/// raised when fewer workers compute than there were carriers at first. Several nodes in one JVM do so side by side:
/// each takes back only its own.
///
/// Virtual threads that wait for each other all the time can keep others from a carrier, too: the JDK's scheduler
/// goes on with the queue that a carrier has just taken something from, and whoever yields or is made ready enters
/// that same queue (`ForkJoinPool.runWorker`, JDK 25). More carriers than processors are the last resort against
/// that: what talks to each other gets much slower with them, so those that run end their turns first.
///
/// With a [Scheduler] other than virtual threads it does nothing.
final class Watchdog {
    /// After this time those that run end their turns, in nanoseconds.
    private static final long LATE = 3_000_000;
    /// A probe that has not run after this time means that all carriers are kept, if as many workers are suspected, in
    /// nanoseconds.
    private static final long PATIENCE = 20_000_000;
    /// The same if fewer are.
    private static final long LONG_PATIENCE = 50_000_000;
    /// How long after the start of one probe the next one starts, in nanoseconds.
    private static final long PROBE_INTERVAL = 10_000_000;
    /// The limit of a watchdog that does nothing.
    private static final int OFF = -1;
    /// How long carriers must not have been kept before parallelism is lowered, in nanoseconds.
    private static final long CALM = 500_000_000;

    private final Scheduler scheduler;
    private final int limit;
    private final Carriers carriers;
    /// Carriers are real, whatever the node's clock says.
    private final LongSupplier time;

    private @Nullable Probe probe;
    private long lastKept;
    private int raised;
    private boolean keptWaiting;
    private volatile int peak;

    /// @param limit by how much it may raise parallelism; zero if it may only end turns
    Watchdog(Scheduler scheduler, int limit) {
        this(scheduler, scheduler == Scheduler.virtualThreads() ? limit : OFF, Carriers.ofJvm(), System::nanoTime);
    }

    Watchdog(Scheduler scheduler, int limit, Carriers carriers, LongSupplier time) {
        this.scheduler = scheduler;
        this.limit = limit;
        this.carriers = carriers;
        this.time = time;
        this.lastKept = time.getAsLong();
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
        keptWaiting = false;
        if (limit == OFF) {
            return false;
        }
        long now = time.getAsLong();
        if (raised > 0) {
            if (suspects > 0 && suspects >= carriers.parallelism() - raised) {
                lastKept = now;
            } else if (now - lastKept > CALM) {
                adjust(-raised);
                keptWaiting = true; // so that those that are too many find nothing to do
            }
        }
        Probe running = probe;
        // Processes that talk to each other are ready, but do not run, at half of the looks.
        if (suspects == 0 && !moving && (running == null || running.ran)) {
            probe = null;
            return raised > 0;
        }
        if (running == null || (running.ran && now - running.started >= PROBE_INTERVAL)) {
            start(now);
            return true;
        }
        long late = running.ran ? 0 : now - running.started;
        if (late > LATE) {
            keptWaiting = true;
        }
        if (late > LONG_PATIENCE || (late > PATIENCE && suspects >= carriers.parallelism())) {
            lastKept = now;
            if (raised < limit) {
                adjust(1);
                start(now); // the other one runs too, but has been waiting for long
            }
        }
        return true;
    }

    /// Whether those that run should let others have their turn: something that is ready has not run for long. By the
    /// clock's thread.
    boolean isSomebodyKeptWaiting() {
        return keptWaiting;
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
        carriers.setParallelism(Math.max(1, carriers.parallelism() + by));
        raised += by;
        peak = Math.max(peak, raised);
    }
}
