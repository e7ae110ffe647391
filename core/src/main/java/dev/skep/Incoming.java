package dev.skep;

import java.util.Objects;

/// A call, as a plain process receives it. One whose caller has given up is not received.
///
/// A plain process may receive the next one before it has answered this, so there is no telling for which of them it
/// makes its own calls: they do not inherit a deadline. Hand on [From#timeLeft()] where they should.
///
/// Erlang: `{'$gen_call', From, Request}`.
///
/// @param message the request
/// @param from the caller, to be answered
public record Incoming(Object message, From from) {
    /// Checks the parts.
    ///
    /// @param message the request
    /// @param from the caller, to be answered
    public Incoming {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(from, "from");
    }
}
