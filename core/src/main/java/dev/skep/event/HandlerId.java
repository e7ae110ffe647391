package dev.skep.event;

import java.util.Objects;

/// The name of a handler within its manager, with the protocol that it answers. Equal when the texts are. Erlang: the
/// module of a handler, or `{Module, Id}`.
///
/// @param <Q> the protocol of the handler's calls; [Void] for a handler that answers none
/// @param text the text, not blank
@SuppressWarnings("UnusedTypeParameter") // it ties calls to the handlers that answer them
public record HandlerId<Q>(String text) {
    /// Checks the text.
    ///
    /// @param text the text, not blank
    public HandlerId {
        Objects.requireNonNull(text, "handler id");
        if (text.isBlank()) {
            throw new IllegalArgumentException("a handler id must have a visible character, but was \"" + text + "\"");
        }
    }

    /// The name of a handler.
    ///
    /// @param <Q> the protocol of its calls
    /// @param text the text, not blank
    /// @return the name
    public static <Q> HandlerId<Q> of(String text) {
        return new HandlerId<>(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
