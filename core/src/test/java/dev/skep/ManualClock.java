package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Time that passes only when a test says so. While it stands still no time limit is reached, so that no test fails
/// because the machine is slow.
public final class ManualClock implements Clock {
    /// Naps of the node's look after its threads are not longer, in nanoseconds.
    private static final long LONGEST_NAP = 10_000_000;

    /// Real time is followed in steps that are not shorter, in nanoseconds.
    private static final long TICK = 1_000_000;

    /// Those that [#pass] watches.
    final WatchedThreads threads = new WatchedThreads();

    private final boolean attentive;
    private volatile long now = 1_000_000_000;
    private volatile @Nullable Ticker ticker;
    private volatile @Nullable Thread attendant;

    /// A clock whose node looks after its threads when time passes, and only then.
    public ManualClock() {
        this(false);
    }

    private ManualClock(boolean attentive) {
        this.attentive = attentive;
    }

    /// A clock whose node looks after its threads all the time, as in production, though the time stands still: what
    /// is ready behind a handler that blocks runs, and messages that may not wait behind others do not.
    public static ManualClock attentive() {
        return new ManualClock(true);
    }

    /// Makes a node live in this time, with threads that [#pass] watches.
    public NodeBuilder install(NodeBuilder settings) {
        return settings.clock(this).scheduler(threads);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public synchronized void start(String node, Ticker driven) {
        ticker = driven;
        if (attentive) {
            attendant =
                    Thread.ofPlatform().daemon().name("manual-clock-" + node).unstarted(() -> attend(driven));
            attendant.start();
        }
    }

    private void attend(Ticker driven) {
        while (true) {
            long nap;
            synchronized (this) {
                if (ticker != driven) {
                    return;
                }
                nap = driven.tick() - now;
            }
            if (nap > LONGEST_NAP) { // for a timer, or for ever
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nap);
            }
        }
    }

    @Override
    public void wake() {
        LockSupport.unpark(attendant); // if there is none, whoever lets the time pass sees what there is to do
    }

    @Override
    public synchronized void stop() {
        ticker = null;
        LockSupport.unpark(attendant);
    }

    /// Lets time pass, and everything happen that becomes due meanwhile, in its order.
    public synchronized void advance(Duration by) {
        Ticker driven = Objects.requireNonNull(ticker, "the node has not started, or has stopped");
        long target = now + by.toNanos();
        while (true) {
            long next = driven.tick();
            if (now == target) {
                return;
            }
            now = Math.min(target, Math.max(next, now + 1));
        }
    }

    /// Lets time pass while nothing happens, as when the machine is suspended; what was due meanwhile happens then.
    public synchronized void jump(Duration by) {
        Ticker driven = Objects.requireNonNull(ticker, "the node has not started, or has stopped");
        now += by.toNanos();
        driven.tick();
    }

    /// Lets time pass while something does not hold yet, but only if no process has anything to do: however slow the
    /// machine is, nobody is late because of it. To be called again and again.
    ///
    /// @return whether it holds
    public boolean pass(Duration step, BooleanSupplier condition) {
        boolean atRest = threads.areAtRest(); // before the condition, which so sees all that has been done
        boolean holds = condition.getAsBoolean();
        if (!holds && atRest) {
            advanceAtRest(step);
        }
        return holds;
    }

    private synchronized void advanceAtRest(Duration step) {
        Ticker driven = ticker;
        if (driven == null) {
            return; // the node has just stopped: that may be what the condition is about
        }
        // The second look at a handler that blocks starts what is ready behind it, which must not be late either.
        driven.tick();
        driven.tick();
        if (threads.areAtRest()) {
            advance(step);
        }
    }

    /// Does something while time passes as real time does, and only while no thread that [#install] has watched
    /// has anything to do.
    ///
    /// @return its outcome; what it throws is thrown here
    public <T> T whilePassing(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        passUntil(task::isDone);
        return Await.get(task);
    }

    /// Lets time pass in the same way until something holds.
    public void passUntil(BooleanSupplier condition) {
        AtomicLong before = new AtomicLong(System.nanoTime());
        Await.until(() -> {
            long real = System.nanoTime();
            if (real - before.get() < TICK) {
                return condition.getAsBoolean();
            }
            return pass(Duration.ofNanos(real - before.getAndSet(real)), condition);
        });
    }
}
