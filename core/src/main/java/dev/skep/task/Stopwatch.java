package dev.skep.task;

import dev.skep.Clock;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Measures a time limit that several waits share.
///
/// @param clock null if there is nothing to wait for
/// @param began in the clock's nanoseconds
/// @param timeout all of the time
record Stopwatch(@Nullable Clock clock, long began, Duration timeout) {
    static Stopwatch start(@Nullable Clock clock, Duration timeout) {
        refuseNegative(timeout, "timeout");
        return new Stopwatch(clock, clock == null ? 0 : clock.nanoTime(), timeout);
    }

    /// Refuses what is no time limit.
    ///
    /// @param what what it limits, for the message
    static void refuseNegative(Duration timeout, String what) {
        if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, but was " + timeout);
        }
    }

    /// What is left of the time, never negative.
    Duration left() {
        if (clock == null || timeout.equals(ServerRef.FOREVER)) {
            return timeout;
        }
        Duration left = timeout.minusNanos(clock.nanoTime() - began);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
