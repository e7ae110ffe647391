package dev.skep;

/// Something about a process that operators want to know. Every report goes to the node's [NodeListener] as a value
/// and to [System.Logger] `dev.skep` as text. Erlang: logger reports of SASL.
public sealed interface Report
        permits ApplicationReport,
                CrashReport,
                HandlerReport,
                HealthReport,
                OverloadReport,
                ProgressReport,
                StallReport,
                SupervisorReport {
    /// The process that it is about.
    ///
    /// @return its pid
    Pid pid();

    /// The text for a log, bounded in size.
    ///
    /// @return one or more lines
    String text();
}
