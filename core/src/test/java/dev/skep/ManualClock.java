package dev.skep;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Time that passes only when a test says so.
public final class ManualClock implements Clock {
    private volatile long now = 1_000_000_000;
    private @Nullable Ticker ticker;

    public ManualClock() {}

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
}
