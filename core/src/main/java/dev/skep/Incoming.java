package dev.skep;

import java.util.Objects;

/// A call, as a plain process receives it. Erlang: `{'$gen_call', From, Request}`.
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
