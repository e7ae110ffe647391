package dev.skep.event;

import dev.skep.ExitReason;
import dev.skep.Pid;
import java.util.Objects;
import java.util.Optional;

/// The message to the process that supervises a handler: the handler is not there any more. Erlang: `gen_event_EXIT`.
///
/// | reason | when |
/// |---|---|
/// | `normal` | it was deleted, or has removed itself with that reason |
/// | `shutdown` | the manager has ended |
/// | [Swapped] | another handler has taken its place |
/// | anything else | it has crashed, or has removed itself with that reason |
///
/// @param manager the manager
/// @param handler the handler
/// @param reason why it has ended
public record HandlerExit(Pid manager, HandlerId<?> handler, ExitReason reason) {
    /// Checks the parts.
    ///
    /// @param manager the manager
    /// @param handler the handler
    /// @param reason why it has ended
    public HandlerExit {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(reason, "reason");
    }

    /// The value in the reason of a handler that was replaced. Erlang: `{swapped, NewHandler, Pid}`.
    ///
    /// @param by the handler in its place
    /// @param owner the process that supervises that one, if any
    public record Swapped(HandlerId<?> by, Optional<Pid> owner) {
        /// Checks the parts.
        ///
        /// @param by the handler in its place
        /// @param owner the process that supervises that one, if any
        public Swapped {
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(owner, "owner");
        }
    }
}
