package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Time that passes only when a test says so.
public final class ManualClock implements Clock {
    private final WatchedThreads threads = new WatchedThreads();
    private volatile long now = 1_000_000_000;
    private @Nullable Ticker ticker;

    public ManualClock() {}

    /// Makes a node live in this time, with threads that [#pass] watches.
    public Node.Builder install(Node.Builder settings) {
        return settings.clock(this).scheduler(threads);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public synchronized void start(String node, Ticker driven) {
        ticker = driven;
    }

    @Override
    public void wake() {
        // whoever lets the time pass sees what there is to do
    }

    @Override
    public synchronized void stop() {
        ticker = null;
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
            advance(step);
        }
        return holds;
    }
}
