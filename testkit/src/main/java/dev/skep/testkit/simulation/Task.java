package dev.skep.testkit.simulation;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Something that runs in a simulation: an activation of a behaviour, a plain process, the body, a tick of a
/// clock. Touched only by whoever has the turn.
final class Task {
    /// Time that never comes.
    static final long NEVER = Long.MAX_VALUE;

    final int number;
    final Runnable code;
    final UncaughtExceptionHandler handler;
    /// What runs it, once it has begun.
    @Nullable
    Strand strand;

    /// The one permit of a park.
    boolean permit;
    /// It waits: for its permit, or an interrupt.
    boolean parked;
    /// When it goes on by itself.
    long wakeAt = NEVER;
    /// It was about to go on, and is held up until `wakeAt`.
    boolean delayed;
    /// It waits until nothing else can run at this time.
    boolean settling;
    /// It goes on when this is true.
    @Nullable
    BooleanSupplier condition;

    Task(int number, Runnable code, UncaughtExceptionHandler handler) {
        this.number = number;
        this.code = code;
        this.handler = handler;
    }

    /// Whether it need not wait any more.
    boolean canGoOn(long now) {
        if (now >= wakeAt) {
            return true;
        }
        if (delayed) {
            return false;
        }
        if (parked && (permit || isInterrupted())) {
            return true;
        }
        BooleanSupplier awaited = condition;
        return awaited != null && awaited.getAsBoolean();
    }

    private boolean isInterrupted() {
        Strand on = strand;
        return on != null && on.isInterrupted();
    }

    /// It waits no more.
    void goesOn() {
        parked = false;
        wakeAt = NEVER;
        delayed = false;
        settling = false;
        condition = null;
    }

    @Override
    public String toString() {
        return code.toString();
    }
}
