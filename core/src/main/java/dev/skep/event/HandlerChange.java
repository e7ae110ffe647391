package dev.skep.event;

import java.util.Objects;

/// What a handler goes on with at a hot upgrade: the implementation of a [dev.skep.CodeChange] of an event manager. The
/// conversion, if there is one, gets the state of that handler. Erlang: the module in a manager's `change_code`.
///
/// @param id the handler; of several with that id, the latest
/// @param handler its new code
public record HandlerChange(HandlerId<?> id, EventHandler<?, ?, ?> handler) {
    /// Checks the parts.
    ///
    /// @param id the handler
    /// @param handler its new code
    public HandlerChange {
        Objects.requireNonNull(id, "handler id");
        Objects.requireNonNull(handler, "new code of handler " + id);
    }
}
