package dev.skep.event;

import dev.skep.ExitReason;
import java.util.Objects;

/// Why a manager did not do what it was asked to. Erlang: the `{error, _}` results of `gen_event`.
public sealed interface HandlerError {
    /// There is no such handler. Erlang: `bad_module`, `module_not_found`.
    ///
    /// @param id the handler
    record NotFound(HandlerId<?> id) implements HandlerError {
        /// Checks the id.
        ///
        /// @param id the handler
        public NotFound {
            Objects.requireNonNull(id, "id");
        }
    }

    /// The handler has crashed meanwhile, or could not be started; it is not there any more.
    /// Erlang: `{'EXIT', Reason}`.
    ///
    /// @param id the handler
    /// @param reason why
    record Crashed(HandlerId<?> id, ExitReason reason) implements HandlerError {
        /// Checks the parts.
        ///
        /// @param id the handler
        /// @param reason why
        public Crashed {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
