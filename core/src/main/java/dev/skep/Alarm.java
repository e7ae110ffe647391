package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Something that is due at a time: an entry of [TimingWheel].
abstract class Alarm {
    private static final int PENDING = 0;
    private static final int RUNG = 1;
    private static final int CANCELLED = 2;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Alarm.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// When it is due, in the clock's nanoseconds.
    long due;
    /// Whether the wheel holds it. Written by the clock's thread, before it looks at `state` once more; a
    /// canceller writes `state` before it reads this. So one of them unlinks it.
    volatile boolean filed;
    /// In the stack of new alarms, then in the stack of cancelled ones; after that in its slot of the wheel.
    @Nullable
    Alarm next;

    @Nullable
    Alarm nextCancelled;

    @Nullable
    Alarm previous;
    /// Where in the wheel it hangs, -1 for nowhere.
    int slot = -1;

    private volatile int state;

    /// Does what is due, on the clock's thread. Must not block.
    abstract void ring();

    final boolean isPending() {
        return state == PENDING;
    }

    /// Claims the right to ring. At most one of this and [#tryCancel()] succeeds, once.
    final boolean tryRing() {
        return STATE.compareAndSet(this, PENDING, RUNG);
    }

    final boolean tryCancel() {
        return STATE.compareAndSet(this, PENDING, CANCELLED);
    }
}
