package dev.skep;

import java.util.Objects;

/// The message that a monitored process has ended. Erlang: `{'DOWN', Ref, process, Pid, Reason}`.
///
/// @param monitor the monitor that fired; it fires once
/// @param pid the process that ended; for a monitor by name of a process that never was, the watcher itself
/// @param reason why it ended; `noproc` if it had ended before it was monitored
public record Down(Monitor monitor, Pid pid, ExitReason reason) {
    /// Checks the parts.
    ///
    /// @param monitor the monitor that fired
    /// @param pid the process that ended
    /// @param reason why it ended
    public Down {
        Objects.requireNonNull(monitor, "monitor");
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(reason, "reason");
    }
}
