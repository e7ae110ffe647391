package dev.skep.sys;

import java.time.Instant;
import java.util.Objects;

/// What a process has done since [Sys#startStatistics()]. Erlang: the answer of `sys:statistics(Name, get)`.
///
/// @param startTime when they were started, on the wall clock
/// @param currentTime when they were asked for, on the wall clock
/// @param handled how many messages it has handled, system messages among them: the nearest thing to `reductions`
/// @param messagesIn how many calls, casts and other messages it has got
/// @param messagesOut how many calls it has answered while it handled them
public record Statistics(Instant startTime, Instant currentTime, long handled, long messagesIn, long messagesOut) {
    /// Checks the parts.
    ///
    /// @param startTime when they were started
    /// @param currentTime when they were asked for
    /// @param handled how many messages it has handled
    /// @param messagesIn how many messages it has got
    /// @param messagesOut how many calls it has answered
    public Statistics {
        Objects.requireNonNull(startTime, "startTime");
        Objects.requireNonNull(currentTime, "currentTime");
    }
}
