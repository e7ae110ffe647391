package dev.skep;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/// A timer that is cancelled while the clock's thread files it: the canceller writes `state` and reads `filed`, the
/// clock's thread writes `filed` and reads `state`. One of the two takes it out of the wheel again.
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "it is out of the wheel")
@Outcome(expect = Expect.FORBIDDEN, desc = "it stays in the wheel until it would have been due")
@State
public class CancelMemory {
    private static final Stage STAGE = new Stage();

    private final TimingWheel wheel = new TimingWheel(STAGE, failure -> {
        throw new AssertionError(failure);
    });
    private final Alarm alarm = new Alarm() {
        @Override
        void ring() {}
    };

    /// With a timer that waits to be filed.
    public CancelMemory() {
        wheel.add(alarm, 1_000_000_000_000L);
    }

    /// The clock's thread.
    @Actor
    public void clock() {
        wheel.tick();
    }

    /// Cancels.
    @Actor
    public void canceller() {
        wheel.cancel(alarm);
    }

    /// Looks after one more tick.
    @Arbiter
    public void look(I_Result result) {
        wheel.tick();
        result.r1 = wheel.pending();
    }
}
