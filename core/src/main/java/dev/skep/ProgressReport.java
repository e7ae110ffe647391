package dev.skep;

import java.util.Objects;

/// A supervisor has started a child. Logged at level debug. Erlang: the progress report.
///
/// @param pid the supervisor
/// @param child the child's id
/// @param childPid the child
/// @param restart whether it replaces one that has ended
public record ProgressReport(Pid pid, String child, Pid childPid, boolean restart) implements Report {
    /// Checks the parts.
    ///
    /// @param pid the supervisor
    /// @param child the child's id
    /// @param childPid the child
    /// @param restart whether it replaces one that has ended
    public ProgressReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(child, "child");
        Objects.requireNonNull(childPid, "childPid");
    }

    @Override
    public String text() {
        return "supervisor " + pid + (restart ? " restarted " : " started ") + child + " as " + childPid;
    }
}
