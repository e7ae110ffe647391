package dev.skep;

import org.jspecify.annotations.Nullable;

/// What the clock's thread does for a node: it looks after the workers, and fires the timers that are due.
final class NodeTicker implements Clock.Ticker {
    private final Clock clock;
    private final TimingWheel timers;
    private final Workers workers;
    /// The thread that drives the clock, while it is at it.
    private volatile @Nullable Thread ticking;

    NodeTicker(Clock clock, TimingWheel timers, Workers workers) {
        this.clock = clock;
        this.timers = timers;
        this.workers = workers;
    }

    @Override
    public long tick() {
        ticking = Thread.currentThread();
        try {
            return tickUntilPlanned();
        } finally {
            ticking = null;
        }
    }

    /// Whether the current thread drives the clock, and must not wait.
    boolean isTicking() {
        return ticking == Thread.currentThread();
    }

    private long tickUntilPlanned() {
        while (true) {
            long nap = workers.look(); // first: it would take those that the timers wake for computing
            long timer = timers.tick();
            long next = nap == Long.MAX_VALUE ? timer : Math.min(timer, clock.nanoTime() + nap);
            if (timers.plan(next)) {
                return next;
            }
        }
    }
}
