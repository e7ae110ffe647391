package dev.skep;

import dev.skep.stress.Scenario;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;

/// The place for an answer, and how one waits for it.
///
/// Promised: who waits does not sleep once there is an answer, or the slot was closed. One of those who fill or close
/// it succeeds, and it is what that one has put in. What runs when it is complete runs once. A time limit ends
/// the wait; the next one to wait is woken as well.
@Scenario({"await", "fill"})
@Scenario({"await", "fill", "fill"})
@Scenario({"await", "fill", "close"})
@Scenario({"await await", "close"})
@Scenario({"awaitInTime await", "clock", "fill"})
@Scenario({"awaitInTime", "clock"})
@Scenario({"awaitInTimeOfOne", "awaitInTimeOfOther", "clock", "fill"})
public class SlotModel {
    private final Stage stage = new Stage();
    private final Counted slot = new Counted(stage);
    private volatile int succeeded;
    private volatile int value;
    private volatile boolean over;
    private volatile boolean filled;
    private @Nullable Integer seen;

    private static final class Counted extends Slot<Integer> {
        int completions;

        Counted(Scheduler scheduler) {
            super(scheduler);
        }

        @Override
        public void completed() {
            completions++;
        }
    }

    /// Waits without a limit.
    @Operation
    public void await() {
        Blocking.await(stage.node, slot, Durations.FOREVER);
        seen = slot.value();
        if (!slot.isDone()) {
            throw new AssertionError("woken before it is done");
        }
    }

    /// Waits for a second.
    @Operation
    public void awaitInTime() {
        Blocking.Outcome outcome = Blocking.await(stage.node, slot, 1_000_000_000);
        if (outcome == Blocking.Outcome.DONE && !slot.isDone()) {
            throw new AssertionError("woken before it is done");
        }
        over = true;
        stage.wake();
    }

    /// Waits for a second, before another thread does.
    @Operation
    public void awaitInTimeOfOne() {
        Blocking.await(stage.node, slot, 1_000_000_000);
        succession = true;
    }

    private volatile boolean succession;

    /// Waits for a second, after another thread has.
    @Operation
    public void awaitInTimeOfOther() {
        if (succession) {
            Blocking.await(stage.node, slot, Durations.FOREVER);
        }
        over = true;
        stage.wake();
    }

    /// Lets the time pass.
    @Operation
    public void clock() {
        stage.drive(() -> over);
    }

    /// Fills it.
    @Operation
    public void fill(@Param(gen = IntGen.class) int number) {
        filled = true;
        if (slot.fill(number)) {
            value = number;
            succeed();
        }
    }

    /// Closes it.
    @Operation
    public void close() {
        filled = true;
        if (slot.close()) {
            value = -1;
            succeed();
        }
    }

    private synchronized void succeed() {
        succeeded = succeeded + 1;
    }

    /// What is promised.
    @Validate
    public void oneHasFilledItAndNobodySleeps() {
        int expected = filled ? 1 : 0;
        if (succeeded != expected || slot.completions != expected) {
            throw new AssertionError(succeeded + " have completed it, which was told " + slot.completions + " times");
        }
        Integer held = slot.value();
        if (filled && (held == null ? -1 : held) != value) {
            throw new AssertionError("it holds " + held + ", but who succeeded has put in " + value);
        }
        if (seen != null && !seen.equals(held)) {
            throw new AssertionError("who waited has seen " + seen + ", and it holds " + held);
        }
        stage.pass(2_000_000_000);
        stage.tick();
        if (stage.node.timers.pending() != 0) {
            throw new AssertionError("a time limit is left behind");
        }
    }
}
