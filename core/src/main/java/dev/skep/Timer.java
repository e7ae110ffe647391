package dev.skep;

import java.time.Duration;
import java.util.Optional;

/// Something that is to happen later. Made by [Self#sendAfter(Duration, Object)] and its siblings, and by [Timers].
/// Erlang: a timer reference.
public interface Timer {
    /// Stops the timer. Erlang: `erlang:cancel_timer/1`.
    ///
    /// @return the time that was left, or empty if it had fired or been cancelled before, or the process that was
    ///     to get the message has ended
    Optional<Duration> cancel();

    /// Reads the timer. Erlang: `erlang:read_timer/1`.
    ///
    /// @return the time left, or empty if it has fired or been cancelled, or the process that is to get the message
    ///     has ended
    Optional<Duration> timeLeft();
}
