package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Pid;
import java.util.Objects;

/// Why a supervisor did not do what it was asked to. Erlang: the `{error, _}` results of `supervisor`.
public sealed interface ChildError {
    /// There is no child of that id. Erlang: `not_found`.
    ///
    /// @param id the id
    record NotFound(String id) implements ChildError {
        /// Checks the id.
        ///
        /// @param id the id
        public NotFound {
            Objects.requireNonNull(id, "id");
        }
    }

    /// A child of that id runs, or its name is taken by another process. Erlang: `{already_started, Pid}`.
    ///
    /// @param pid who runs
    record AlreadyStarted(Pid pid) implements ChildError {
        /// Checks the pid.
        ///
        /// @param pid who runs
        public AlreadyStarted {
            Objects.requireNonNull(pid, "pid");
        }
    }

    /// There is a child of that id, which does not run; restart it, or delete it first. Erlang: `already_present`.
    ///
    /// @param id the id
    record AlreadyPresent(String id) implements ChildError {
        /// Checks the id.
        ///
        /// @param id the id
        public AlreadyPresent {
            Objects.requireNonNull(id, "id");
        }
    }

    /// The child runs; end it first. Erlang: `running`.
    ///
    /// @param id the id
    record Running(String id) implements ChildError {
        /// Checks the id.
        ///
        /// @param id the id
        public Running {
            Objects.requireNonNull(id, "id");
        }
    }

    /// The supervisor is restarting the child. Erlang: `restarting`.
    ///
    /// @param id the id
    record Restarting(String id) implements ChildError {
        /// Checks the id.
        ///
        /// @param id the id
        public Restarting {
            Objects.requireNonNull(id, "id");
        }
    }

    /// The supervisor is a [SimpleSupervisor] or a [DynamicSupervisor]: its children are known by their pids, not by
    /// ids. Erlang: `simple_one_for_one`.
    ///
    /// @param id the id that was asked for
    record SimpleOneForOne(String id) implements ChildError {
        /// Checks the id.
        ///
        /// @param id the id that was asked for
        public SimpleOneForOne {
            Objects.requireNonNull(id, "id");
        }
    }

    /// It could not be started.
    ///
    /// @param id the id
    /// @param reason why
    record StartFailed(String id, ExitReason reason) implements ChildError {
        /// Checks the parts.
        ///
        /// @param id the id
        /// @param reason why
        public StartFailed {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// The supervisor has as many children as it may have ([DynamicSupervisor#maxChildren(int)]). Elixir:
    /// `max_children`.
    ///
    /// @param limit how many that is
    record MaxChildren(int limit) implements ChildError {}

    /// The specification is not valid in this supervisor.
    ///
    /// @param id the id
    /// @param problem what is wrong
    record InvalidSpec(String id, String problem) implements ChildError {
        /// Checks the parts.
        ///
        /// @param id the id
        /// @param problem what is wrong
        public InvalidSpec {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(problem, "problem");
        }
    }
}
