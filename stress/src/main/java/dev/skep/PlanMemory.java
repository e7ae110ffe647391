package dev.skep;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// A timer that is started while the clock's thread goes to sleep: who starts it pushes it and reads the plan, the
/// clock's thread publishes the plan and reads the stack of new timers.
@JCStressTest
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the clock's thread sleeps past the timer")
@Outcome(expect = Expect.ACCEPTABLE, desc = "the clock's thread is woken, or has seen the timer itself")
@State
public class PlanMemory {
    private final Bare clock = new Bare();
    private final TimingWheel wheel = new TimingWheel(clock, failure -> {
        throw new AssertionError(failure);
    });
    private boolean planHolds;

    private static final class Bare implements Clock {
        volatile boolean woken;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void start(String node, Ticker ticker) {}

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void stop() {}
    }

    /// The clock's thread.
    @Actor
    public void clock() {
        planHolds = wheel.plan(wheel.tick());
    }

    /// Starts a timer.
    @Actor
    public void starter() {
        wheel.add(
                new Alarm() {
                    @Override
                    void ring() {}
                },
                1_000_000_000_000L);
    }

    /// Whether it was woken, and whether it looks again by itself or has filed the timer.
    @Arbiter
    public void look(ZZ_Result result) {
        result.r1 = clock.woken;
        result.r2 = !planHolds || wheel.pending() > 0;
    }
}
