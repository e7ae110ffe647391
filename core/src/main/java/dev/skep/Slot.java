package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A place for one value that is nothing else.
///
/// @param <T> the value
class Slot<T> implements Fillable<T> {
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

    Slot(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public final @Nullable Object content() {
        return content;
    }

    @Override
    public final boolean replace(@Nullable Object expected, Object by) {
        return CONTENT.compareAndSet(this, expected, by);
    }

    @Override
    public final Scheduler scheduler() {
        return scheduler;
    }

    @Override
    public void completed() {}
}
