package dev.skep.testkit.simulation;

import dev.skep.Clock;
import org.jspecify.annotations.Nullable;

/// The time of a simulation, as one of its nodes sees it. Touched only by whoever has the turn.
final class SimulatedClock implements Clock {
    private final Turns turns;
    private String node = "";
    private @Nullable Ticker ticker;
    private long next = Task.NEVER;
    private @Nullable Thread ticking;

    SimulatedClock(Turns turns) {
        this.turns = turns;
    }

    @Override
    public long nanoTime() {
        return turns.now();
    }

    @Override
    public boolean isVirtual() {
        return true;
    }

    @Override
    public void start(String name, Ticker driven) {
        node = name;
        ticker = driven;
        next = turns.now();
    }

    @Override
    public void wake() {
        if (ticker != null) {
            next = Math.min(next, turns.now());
        }
    }

    @Override
    public void stop() {
        ticker = null;
        next = Task.NEVER;
        turns.forget(this);
        while (ticking != null && ticking != Thread.currentThread()) {
            turns.pause();
        }
    }

    boolean isDue(long now) {
        return next <= now && ticking == null;
    }

    /// When it wants to tick.
    long next() {
        return ticking == null ? next : Task.NEVER;
    }

    /// One tick, as something that runs in the simulation.
    Runnable tick() {
        next = Task.NEVER; // until somebody wakes the clock, or the tick says
        return new Runnable() {
            @Override
            public void run() {
                Ticker driven = ticker;
                if (driven != null) {
                    ticking = Thread.currentThread();
                    try {
                        long wanted = driven.tick();
                        next = ticker == null ? Task.NEVER : Math.min(next, wanted);
                    } finally {
                        ticking = null;
                    }
                }
            }

            @Override
            public String toString() {
                return "the clock of " + node;
            }
        };
    }
}
