package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/// A timer that rings again and again, and is cancelled while it does.
///
/// Promised: once it has been cancelled, and the ring that was under way is over, it does not ring any more, and
/// leaves nothing in the wheel.
@Scenario({"cancel", "tick"})
@Scenario({"cancel", "tick tick"})
@Scenario({"cancel", "cancel", "tick"})
public class IntervalModel {
    private static final long SECOND = 1_000_000_000;

    private final Stage stage = new Stage();
    private int rung;
    private final ActionTimer timer = new ActionTimer(stage.node, () -> ++rung > 0, SECOND).start(SECOND);

    /// It rings once.
    public IntervalModel() {
        stage.tick();
    }

    /// Cancels it.
    @Operation
    public void cancel() {
        timer.cancel();
    }

    /// The clock's thread looks, a second later.
    @Operation(nonParallelGroup = "clock")
    public void tick() {
        stage.pass(SECOND + (1 << 21));
        stage.tick();
    }

    /// What is promised.
    @Validate
    public void itIsOver() {
        int before = rung;
        stage.pass(10 * SECOND);
        stage.tick();
        if (rung != before) {
            throw new AssertionError("it rings after it was cancelled");
        }
        if (timer.timeLeft().isPresent() || stage.node.timers.pending() != 0) {
            throw new AssertionError("it is still in the wheel");
        }
    }
}
