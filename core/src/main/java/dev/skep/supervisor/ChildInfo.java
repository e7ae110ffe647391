package dev.skep.supervisor;

import dev.skep.Health;
import dev.skep.Pid;
import java.util.Objects;
import java.util.Optional;

/// A child, as its supervisor sees it. Erlang: an element of `supervisor:which_children/1`.
///
/// @param id its id
/// @param state what it is doing
/// @param pid the process, if it runs or starts
/// @param type what it is
/// @param restarts how often it has been restarted since it was added
/// @param health what its health checks have found, if it runs and has any
public record ChildInfo(
        String id, State state, Optional<Pid> pid, ChildType type, long restarts, Optional<Health> health) {
    /// What a child is doing.
    public enum State {
        /// Its init runs, and it is no child yet unless that succeeds. Only of supervisors that do not wait for it:
        /// simple and dynamic ones.
        STARTING,
        /// It runs.
        RUNNING,
        /// It could not be restarted; the supervisor tries again.
        RESTARTING,
        /// It is restarted when its backoff is over.
        WAITING,
        /// It has ended, or its start was ignored, and it is not being restarted.
        STOPPED
    }

    /// Checks the parts.
    ///
    /// @param id its id
    /// @param state what it is doing
    /// @param pid the process, if it runs or starts
    /// @param type what it is
    /// @param restarts how often it has been restarted since it was added
    /// @param health what its health checks have found
    public ChildInfo {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(health, "health");
    }
}
