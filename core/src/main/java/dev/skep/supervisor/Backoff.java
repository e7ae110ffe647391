package dev.skep.supervisor;

import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/// How long to wait before a child is restarted: longer after each failure in a row. Goes beyond OTP, which
/// restarts at once.
///
/// The first wait is `initial`; each further one is `factor` times the one before, up to `maximum`; then a random part
/// of up to `jitter` times the wait is taken off, so that children that failed together do not come back
/// together. A child that has run for `resetAfter` begins with `initial` again. Each restart counts for the
/// supervisor's intensity when the child fails, not when it comes back.
///
/// @param initial the first wait, longer than zero
/// @param maximum the longest wait, not shorter than `initial`
/// @param factor how much longer each wait is, 1 or more
/// @param jitter the part that chance may take off, from 0 to 1
/// @param resetAfter how long a child has to run to be healthy again, longer than zero
public record Backoff(Duration initial, Duration maximum, double factor, double jitter, Duration resetAfter) {
    /// Checks the values.
    ///
    /// @param initial the first wait, longer than zero
    /// @param maximum the longest wait, not shorter than `initial`
    /// @param factor how much longer each wait is, 1 or more
    /// @param jitter the part that chance may take off, from 0 to 1
    /// @param resetAfter how long a child has to run to be healthy again, longer than zero
    public Backoff {
        positive(initial, "initial backoff");
        positive(maximum, "maximum backoff");
        positive(resetAfter, "backoff reset");
        if (maximum.compareTo(initial) < 0) {
            throw new IllegalArgumentException(
                    "maximum backoff " + maximum + " must not be shorter than the initial " + initial);
        }
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("backoff factor must be 1 or more, but was " + factor);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("backoff jitter must be from 0 to 1, but was " + jitter);
        }
    }

    /// Doubles the wait each time, with a jitter of a fifth, and forgets after twice the maximum.
    ///
    /// @param initial the first wait, longer than zero
    /// @param maximum the longest wait, not shorter than `initial`
    /// @return the backoff
    public static Backoff exponential(Duration initial, Duration maximum) {
        positive(maximum, "maximum backoff");
        return new Backoff(
                initial, maximum, 2, 0.2, Duration.ofNanos(Nanos.of(maximum)).multipliedBy(2));
    }

    private static void positive(Duration value, String what) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be longer than zero, but was " + value);
        }
    }

    /// The wait after `failures` failures in a row, of which this is the last. Chance comes from `seed`, so that a
    /// simulation can be repeated.
    Duration delay(int failures, long seed) {
        double wait = (double) Nanos.of(initial) * Math.pow(factor, failures - 1.0);
        double limited = Math.min(wait, (double) Nanos.of(maximum));
        double chance = new SplittableRandom(seed + failures).nextDouble();
        return Duration.ofNanos((long) (limited * (1 - jitter * chance)));
    }
}
