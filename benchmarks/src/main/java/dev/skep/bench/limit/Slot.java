package dev.skep.bench.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A place for one answer. Who waits for it yields once, since the answer mostly needs a carrier only, then parks.
final class Slot {
    private static final Object PARKED = new Object();
    private static final VarHandle CONTENT;

    static {
        try {
            CONTENT = MethodHandles.lookup().findVarHandle(Slot.class, "content", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Object content;
    private final Thread waiter = Thread.currentThread();

    void fill(Object value) {
        if (CONTENT.getAndSet(this, value) == PARKED) {
            LockSupport.unpark(waiter);
        }
    }

    Object await() {
        if (content == null) {
            Thread.yield();
        }
        while (true) {
            Object now = content;
            if (now == PARKED || (now == null && CONTENT.compareAndSet(this, null, PARKED))) {
                LockSupport.park(this);
            } else if (now != null) {
                return now;
            }
        }
    }
}
