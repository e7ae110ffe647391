package dev.skep;

import org.jspecify.annotations.Nullable;

/// A place for one value, that one thread at a time may wait for: the protocol of [Slot] and [Request].
///
/// The content goes from null to the value once, by compare-and-set, possibly by way of a [Waiter], which tells the
/// one who fills it which thread needs to be unparked. Who waits puts it there before it parks, and who fills replaces
/// whatever it finds: either it finds the waiter and unparks it, or the waiter's own compare-and-set fails and it does
/// not park. What is closed never gets a value.
///
/// @param <T> the value
interface Fillable<T> extends Blocking.Awaited {
    /// Stands for: there will be no value.
    Object CLOSED = new Object();

    /// In place of the value: a thread that is about to park, or has parked.
    record Waiter(Thread thread) {}

    /// What is there: read as a volatile field is.
    @Nullable
    Object content();

    /// Replaces what is there by compare-and-set.
    boolean replace(@Nullable Object expected, Object by);

    /// Who unparks the thread that waits.
    Scheduler scheduler();

    /// Runs once, on the thread that filled or closed it.
    void completed();

    /// @return false if it had been filled or closed before
    default boolean fill(T value) {
        return complete(value);
    }

    /// There will be no value.
    ///
    /// @return false if it had been filled or closed before
    default boolean close() {
        return !isDone() && complete(CLOSED);
    }

    private boolean complete(Object value) {
        Object before = null; // mostly so: to look first would fetch it twice from the processor of who waits
        while (!replace(before, value)) {
            before = content();
            if (before != null && !(before instanceof Waiter)) {
                return false;
            }
        }
        if (before instanceof Waiter waiter) {
            scheduler().unpark(waiter.thread);
        }
        completed();
        return true;
    }

    /// The value, if it has been filled.
    @SuppressWarnings("unchecked") // only fill puts values in
    default @Nullable T value() {
        Object now = content();
        return now == CLOSED || now instanceof Waiter ? null : (T) now;
    }

    @Override
    default boolean isDone() {
        Object now = content();
        return now != null && !(now instanceof Waiter);
    }

    /// A thread that has waited here before, and has given up, is forgotten: another one may wait.
    @Override
    default boolean prepareToPark(Thread thread) {
        Object now = content();
        if (now instanceof Waiter waiter && waiter.thread == thread) {
            return true;
        }
        return (now == null || now instanceof Waiter) && replace(now, new Waiter(thread));
    }
}
