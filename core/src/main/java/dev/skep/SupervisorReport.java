package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// A supervisor has noticed something about a child. Logged as an error. Erlang: the supervisor report.
///
/// @param pid the supervisor
/// @param context what was going on
/// @param child the child's id
/// @param childPid the child, if it was running
/// @param reason why it ended, or could not be started
public record SupervisorReport(Pid pid, Context context, String child, Optional<Pid> childPid, ExitReason reason)
        implements Report {
    /// What a supervisor was doing.
    public enum Context {
        /// A child could not be started or restarted.
        START_ERROR,
        /// A child has ended.
        CHILD_TERMINATED,
        /// A child did not end as it was told to.
        SHUTDOWN_ERROR,
        /// There were more restarts than the intensity allows: the supervisor gives up.
        SHUTDOWN
    }

    /// Checks the parts.
    ///
    /// @param pid the supervisor
    /// @param context what was going on
    /// @param child the child's id
    /// @param childPid the child, if it was running
    /// @param reason why it ended, or could not be started
    public SupervisorReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(child, "child");
        Objects.requireNonNull(childPid, "childPid");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("supervisor ")
                .append(pid)
                .append(": ")
                .append(context.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
        Rendering.line(text, "child", child + childPid.map(p -> " " + p).orElse(""));
        Rendering.line(text, "reason", Rendering.reason(reason));
        return Rendering.bounded(text);
    }
}
