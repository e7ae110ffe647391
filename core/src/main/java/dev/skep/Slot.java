package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A place for one value, that one thread at a time may wait for.
///
/// `content` goes from null to the value once, by compare-and-set, possibly by way of [#PARKED], which tells the
/// one who fills it that the waiting thread needs to be unparked. The waiter publishes PARKED before it
/// parks, the filler replaces whatever it finds: either it finds PARKED and unparks, or the waiter's own
/// compare-and-set fails and it does not park. A closed slot holds [#CLOSED] and never gets a value.
///
/// @param <T> the value
class Slot<T> implements Blocking.Awaited {
    private static final Object PARKED = new Object();
    private static final Object CLOSED = new Object();
    private static final VarHandle CONTENT;

    static {
        try {
            CONTENT = MethodHandles.lookup().findVarHandle(Slot.class, "content", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Scheduler scheduler;
    private volatile @Nullable Object content;
    /// Written before PARKED is published, or is found to be still there; read after PARKED was taken away.
    private volatile @Nullable Thread waiter;

    Slot(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// @return false if it had been filled or closed before
    final boolean fill(T value) {
        return complete(value);
    }

    /// There will be no value.
    final boolean close() {
        return !isDone() && complete(CLOSED);
    }

    private boolean complete(Object value) {
        Object before = null; // mostly so: to look first would fetch it twice from the processor of who waits
        while (!CONTENT.compareAndSet(this, before, value)) {
            before = content;
            if (before != null && before != PARKED) {
                return false;
            }
        }
        if (before == PARKED) {
            scheduler.unpark(java.util.Objects.requireNonNull(waiter));
        }
        completed();
        return true;
    }

    /// Runs once, on the thread that filled or closed it.
    void completed() {}

    /// The value, if it has been filled.
    @SuppressWarnings("unchecked") // only fill puts values in
    final @Nullable T value() {
        Object now = content;
        return now == PARKED || now == CLOSED ? null : (T) now;
    }

    @Override
    public final boolean isDone() {
        Object now = content;
        return now != null && now != PARKED;
    }

    @Override
    public final boolean prepareToPark(Thread thread) {
        Object now = content;
        if (now == PARKED) {
            if (waiter == thread) {
                return true;
            }
            // Another thread has waited here and given up; first back to null, so that nobody unparks it instead.
            if (!CONTENT.compareAndSet(this, PARKED, null)) {
                return false;
            }
        } else if (now != null) {
            return false;
        }
        waiter = thread;
        return CONTENT.compareAndSet(this, null, PARKED);
    }
}
