package dev.skep.event;

import java.util.Objects;

/// A handler and its state, as system requests see them: the state of a manager is a list of these. Erlang:
/// `{Module, Id, State}` of `sys:get_state/1`.
///
/// @param id the handler
/// @param state its state
public record HandlerState(HandlerId<?> id, Object state) {
    /// Checks the parts.
    ///
    /// @param id the handler
    /// @param state its state
    public HandlerState {
        Objects.requireNonNull(id, "handler id");
        Objects.requireNonNull(state, "state of handler " + id);
    }
}
