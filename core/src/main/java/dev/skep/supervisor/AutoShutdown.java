package dev.skep.supervisor;

/// Whether a supervisor ends itself when significant children have ended by themselves.
/// Erlang: the `auto_shutdown` of the supervisor flags.
public enum AutoShutdown {
    /// Never: no child may be significant.
    NEVER,
    /// When any significant child has ended and is not restarted.
    ANY_SIGNIFICANT,
    /// When the last running significant child has ended and is not restarted.
    ALL_SIGNIFICANT
}
