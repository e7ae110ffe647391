package dev.skep;

import java.util.Objects;

/// The name under which a process can be registered on a node, with the protocol that it speaks.
///
/// Names are equal when their text is. Keep one constant for each name, next to the protocol:
///
/// ```java
/// static final Name<UserRpc> USERS = Name.of("users");
/// ```
///
/// Erlang: a registered name (`register/2`), which is an atom there.
///
/// @param <P> the protocol of the process
/// @param text the name's text, not blank
@SuppressWarnings("UnusedTypeParameter") // it ties messages to their protocol
public record Name<P>(String text) {
    /// Checks the text.
    ///
    /// @param text the name's text, not blank
    public Name {
        Objects.requireNonNull(text, "name");
        if (text.isBlank()) {
            throw new IllegalArgumentException("a name must have a visible character, but was \"" + text + "\"");
        }
    }

    /// A name for processes that speak the protocol `P`.
    ///
    /// @param <P> the protocol
    /// @param text the name's text, not blank
    /// @return the name
    public static <P> Name<P> of(String text) {
        return new Name<>(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
