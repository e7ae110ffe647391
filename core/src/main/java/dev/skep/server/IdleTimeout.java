package dev.skep.server;

/// The message of a server that asked for a timeout with [dev.skep.Next#timeout(java.time.Duration)], and got no
/// other message in time. Erlang: the atom `timeout`.
public enum IdleTimeout {
    /// The only one.
    INSTANCE
}
