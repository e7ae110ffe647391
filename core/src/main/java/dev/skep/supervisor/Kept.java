package dev.skep.supervisor;

import dev.skep.HealthWatch;
import org.jspecify.annotations.Nullable;

/// What a supervisor keeps of a child that was started on demand. There may be very many of them, so that each field
/// counts.
///
/// @param <A> what a child is started with
/// @param argument what it is restarted with; a stand-in if it is not going to be restarted
/// @param own its specification; null if it is that of all children
/// @param since when it was started, in the clock's nanoseconds
/// @param failures how often in a row it has failed
/// @param restarts how often it has been restarted
/// @param waits whether it is not running, but waits for its backoff to be over
/// @param watch its health checks, if it runs and has any
record Kept<A>(
        A argument,
        @Nullable ChildSpec own,
        long since,
        int failures,
        long restarts,
        boolean waits,
        @Nullable HealthWatch watch) {
    private static final Object GONE = new Object();
    private static final Kept<?> FORGOTTEN = new Kept<>(GONE, null, 0, 0, 0, false, null);

    /// What need not be known of a temporary child, of which there may be millions, is let go.
    @SuppressWarnings("unchecked") // nobody looks at the argument of a child that is not restarted
    static <A> Kept<A> temporary(@Nullable ChildSpec own, @Nullable HealthWatch watch) {
        return (Kept<A>)
                (own == null && watch == null
                        ? FORGOTTEN
                        : new Kept<>(GONE, own == null ? null : own.withoutStart(), 0, 0, 0, false, watch));
    }

    boolean isForgotten() {
        return argument == GONE;
    }

    Kept<A> failed(int times, boolean toWait) {
        return new Kept<>(argument, own, since, times, restarts, toWait, null);
    }

    void stopChecks() {
        if (watch != null) {
            watch.stop();
        }
    }
}
