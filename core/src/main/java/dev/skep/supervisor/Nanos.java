package dev.skep.supervisor;

import java.time.Duration;

/// Durations in nanoseconds, where more than 292 years is for ever.
final class Nanos {
    private Nanos() {}

    static long of(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}
