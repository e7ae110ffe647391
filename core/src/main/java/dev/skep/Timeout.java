package dev.skep;

import java.util.Objects;

/// The message of a timer started with [Self#startTimer(java.time.Duration, Object)].
/// Erlang: `{timeout, TimerRef, Msg}`.
///
/// @param timer the timer that fired
/// @param message what it was started with
public record Timeout(Timer timer, Object message) {
    /// Checks the parts.
    ///
    /// @param timer the timer that fired
    /// @param message what it was started with
    public Timeout {
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(message, "message");
    }
}
