package dev.skep.event;

import dev.skep.ExitReason;
import dev.skep.Pid;
import java.util.Objects;
import java.util.Optional;

/// Why a handler's `terminate` runs. Erlang: the first argument of `gen_event`'s `terminate/2`.
public sealed interface HandlerEnd {
    /// Somebody has deleted it.
    ///
    /// @param argument what was given with that
    record Deleted(Optional<Object> argument) implements HandlerEnd {
        /// Checks the argument.
        ///
        /// @param argument what was given with that
        public Deleted {
            Objects.requireNonNull(argument, "argument");
        }
    }

    /// It is replaced by another handler, which gets what `terminate` returns.
    ///
    /// @param by the other handler
    /// @param argument what was given with that
    record Swapped(HandlerId<?> by, Optional<Object> argument) implements HandlerEnd {
        /// Checks the parts.
        ///
        /// @param by the other handler
        /// @param argument what was given with that
        public Swapped {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(argument, "argument");
        }
    }

    /// It has asked for its removal with [dev.skep.Next#stop(ExitReason)]. Erlang: `remove_handler`.
    ///
    /// @param reason the reason that it gave
    record Removed(ExitReason reason) implements HandlerEnd {
        /// Checks the reason.
        ///
        /// @param reason the reason that it gave
        public Removed {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// It has thrown something, or returned what a handler cannot do. Erlang: `{error, Reason}`.
    ///
    /// @param reason what was thrown
    record Crashed(ExitReason reason) implements HandlerEnd {
        /// Checks the reason.
        ///
        /// @param reason what was thrown
        public Crashed {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// The process that supervises it has ended. Erlang: `{stop, Reason}`.
    ///
    /// @param owner the process
    /// @param reason why it has ended
    record OwnerEnded(Pid owner, ExitReason reason) implements HandlerEnd {
        /// Checks the parts.
        ///
        /// @param owner the process
        /// @param reason why it has ended
        public OwnerEnded {
            Objects.requireNonNull(owner, "owner");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// The manager ends. Erlang: `stop`.
    ///
    /// @param reason why
    record ManagerEnds(ExitReason reason) implements HandlerEnd {
        /// Checks the reason.
        ///
        /// @param reason why
        public ManagerEnds {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
