package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// Checks and conversions of durations, in one place.
final class Durations {
    /// In nanoseconds: no limit.
    static final long FOREVER = Long.MAX_VALUE;

    private Durations() {}

    static Duration notNegative(Duration value, String what) {
        Objects.requireNonNull(value, what);
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, but was " + value);
        }
        return value;
    }

    static Duration positive(Duration value, String what) {
        if (notNegative(value, what).isZero()) {
            throw new IllegalArgumentException(what + " must be longer than zero");
        }
        return value;
    }

    /// The earlier of two deadlines in a clock's nanoseconds, which may have gone round.
    static long earlier(long one, long other) {
        if (one == FOREVER || other == FOREVER) {
            return one == FOREVER ? other : one;
        }
        return one - other <= 0 ? one : other;
    }

    /// The time until a deadline in a clock's nanoseconds.
    ///
    /// @return zero when it is over; empty for [#FOREVER]
    static Optional<Duration> left(long deadline, Clock clock) {
        return deadline == FOREVER
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, deadline - clock.nanoTime())));
    }

    /// The duration in nanoseconds, [#FOREVER] when it does not fit (292 years and more).
    static long nanos(Duration value) {
        return value.toSeconds() >= Long.MAX_VALUE / 1_000_000_000L ? FOREVER : value.toNanos();
    }
}
