package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// Timers that are started and cancelled while the clock's thread ticks.
///
/// Promised: a timer rings or is cancelled, one of the two, once, and who cancels is told which. Nothing that is over
/// stays in the wheel. The clock's thread does not sleep past a timer: either its plan is early enough, or it has
/// been woken.
@Scenario({"start", "tick"})
@Scenario({"start start", "tick tick"})
@Scenario({"start", "start", "tick"})
@Scenario({"startAndCancel", "tick"})
@Scenario({"startAndCancel", "tick tick", "start"})
@Scenario({"start cancelOther", "start", "tick"})
@Scenario({"startAndCancel startAndCancel", "tickLater tick"})
@Scenario({"startAndCancel", "cancelOther", "tickLater"})
@Scenario({"startFar", "tickLater tickLater", "startAndCancel"})
public class WheelModel {
    private static final int MOST = 6;
    private static final long SECOND = 1_000_000_000;

    private final Stage stage = new Stage();
    private final TimingWheel wheel = stage.node.timers;
    private final @Nullable Bell[] bells = new Bell[MOST];
    private final int[] cancelled = new int[MOST];
    private volatile @Nullable Bell latest;
    private long planned = Long.MAX_VALUE;

    private static final class Bell extends Alarm {
        final int number;
        int rung;

        Bell(int number) {
            this.number = number;
        }

        @Override
        void ring() {
            rung++;
        }
    }

    private Bell start(int number, long delay) {
        Bell bell = new Bell(number);
        bells[number] = bell;
        wheel.add(bell, delay);
        latest = bell;
        return bell;
    }

    private synchronized void cancel(Bell bell) {
        if (wheel.cancel(bell) >= 0) {
            cancelled[bell.number]++;
        }
    }

    /// Starts a timer of ten milliseconds.
    @Operation
    public void start(@Param(gen = IntGen.class) int number) {
        start(number, SECOND / 100);
    }

    /// Starts a timer of an hour, which has to come down through the levels of the wheel.
    @Operation
    public void startFar(@Param(gen = IntGen.class) int number) {
        start(number, 3600 * SECOND);
    }

    /// Starts a timer and cancels it.
    @Operation
    public void startAndCancel(@Param(gen = IntGen.class) int number) {
        cancel(start(number, SECOND / 100));
    }

    /// Cancels the timer that another operation has started last.
    @Operation
    public void cancelOther() {
        Bell bell = latest;
        if (bell != null) {
            cancel(bell);
        }
    }

    /// The clock's thread looks.
    @Operation(nonParallelGroup = "clock")
    public void tick() {
        planned = stage.tick();
    }

    /// The clock's thread looks, a second later.
    @Operation(nonParallelGroup = "clock")
    public void tickLater() {
        stage.pass(SECOND);
        planned = stage.tick();
    }

    /// What is promised.
    @Validate
    public void everyTimerRingsOnceOrIsCancelled() {
        for (Bell bell : bells) {
            if (bell != null && bell.isPending() && !stage.isWoken() && planned > bell.due + (1 << 20)) {
                throw new AssertionError(
                        "the clock's thread sleeps until " + planned + ", past a timer of " + bell.due);
            }
        }
        stage.pass(7200 * SECOND);
        stage.tick();
        for (Bell bell : bells) {
            if (bell != null && bell.rung + cancelled[bell.number] != 1) {
                throw new AssertionError(
                        "rung " + bell.rung + " times, cancelled " + cancelled[bell.number] + " times");
            }
        }
        if (wheel.pending() != 0) {
            throw new AssertionError(wheel.pending() + " timers are left in the wheel");
        }
    }
}
