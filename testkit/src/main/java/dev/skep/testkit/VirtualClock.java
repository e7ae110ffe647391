package dev.skep.testkit;

import dev.skep.Clock;
import dev.skep.NodeBuilder;
import dev.skep.Scheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Time that passes only when a test says so, on one node whose processes run on real virtual threads.
///
/// ```java
/// VirtualClock clock = new VirtualClock();
/// try (Node node = clock.install(Node.builder("hive")).start()) {
///     ...
///     clock.advance(Duration.ofMinutes(5)); // costs no real time
/// }
/// ```
///
/// [#advance(Duration)] moves from one due timer to the next, and at each waits until the processes are at rest:
/// every thread that runs one has ended, or waits inside of the runtime, in a receive, a call, a join or a start.
/// So when it returns everything that was due has happened, with all that came of it. Timers ring in the very
/// nanosecond in which they are due.
///
/// While time stands still no time limit passes: a call that nobody answers waits until the test advances the
/// clock. On a node with a virtual clock there are no stall reports.
public final class VirtualClock implements Clock {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Activity activity;
    private final Object advancing = new Object();
    private volatile long now;
    private volatile @Nullable Ticker ticker;
    private volatile boolean released;

    /// A clock at zero.
    public VirtualClock() {
        this(new Activity());
    }

    VirtualClock(Activity activity) {
        this.activity = activity;
    }

    /// Makes a node live in this time: sets its clock, and its scheduler.
    ///
    /// @param settings the node's settings
    /// @return the same settings
    public NodeBuilder install(NodeBuilder settings) {
        return settings.clock(this).scheduler(activity);
    }

    /// The scheduler that goes with this clock, which knows when the processes are at rest.
    ///
    /// @return the scheduler
    public Scheduler scheduler() {
        return activity;
    }

    /// How much time has passed.
    ///
    /// @return zero at first
    public Duration elapsed() {
        return Duration.ofNanos(now);
    }

    /// Lets time pass, and everything happen that becomes due meanwhile, in its order. Blocks until the processes
    /// are at rest; an interrupt ends that with an [AssertionError].
    ///
    /// @param by how much time, zero or more
    /// @throws IllegalStateException from a process of the node, which would wait for its own rest, or while no
    ///     node runs with this clock
    /// @throws AssertionError if processes are not at rest within ten real seconds; the message says where they
    ///     are
    public void advance(Duration by) {
        if (Objects.requireNonNull(by, "by").isNegative()) {
            throw new IllegalArgumentException("time cannot go back, but was to advance by " + by);
        }
        if (activity.isInside()) {
            throw new IllegalStateException(
                    "a process of the node cannot advance its clock: it would wait for its own rest; let the test do it");
        }
        synchronized (advancing) {
            long target = Math.addExact(now, by.toNanos());
            awaitRest();
            while (true) {
                Ticker driven = ticker;
                if (driven == null) {
                    throw new IllegalStateException("no node runs with this clock: it has not started, or has stopped");
                }
                long woken = activity.wakeUps();
                long next = driven.tick();
                awaitRest();
                if (activity.wakeUps() == woken && next > now) { // else there may be something new that is due now
                    if (now == target) {
                        return;
                    }
                    now = Math.min(target, next);
                }
            }
        }
    }

    private void awaitRest() {
        if (!activity.awaitRest(PATIENCE)) {
            throw new AssertionError("the processes are not at rest after " + PATIENCE.toSeconds()
                    + " real seconds; what blocks or computes outside of the runtime holds virtual time up:"
                    + activity.whoIsBusy());
        }
    }

    /// From now on time passes by itself, as real time does: a test is over, and limits have to end what does not
    /// end.
    void release() {
        if (!released) {
            released = true;
            Thread.ofPlatform().daemon().name("skep-testkit-clock").start(this::passWithRealTime);
        }
    }

    private void passWithRealTime() {
        long began = System.nanoTime() - now;
        while (ticker != null) {
            synchronized (advancing) {
                Ticker driven = ticker;
                if (driven != null) {
                    now = Math.max(now, System.nanoTime() - began);
                    driven.tick();
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    // ---- Clock ---------------------------------------------------------------------------------------------------

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalStateException if this clock drives a node already
    @Override
    public void start(String node, Ticker driven) {
        if (ticker != null) {
            throw new IllegalStateException(
                    "this clock drives another node already; node " + node + " needs a VirtualClock of its own");
        }
        ticker = driven;
    }

    @Override
    public void wake() {
        // whoever advances the clock finds what there is to do
    }

    @Override
    public void stop() {
        if (Thread.holdsLock(advancing)) { // within a tick
            ticker = null;
        } else {
            synchronized (advancing) {
                ticker = null;
            }
        }
    }
}
