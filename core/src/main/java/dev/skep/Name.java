package dev.skep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The name under which a process can be registered on a node, with the protocol that it speaks.
///
/// Names are equal when their text is. Keep one constant for each name, next to the protocol:
///
/// ```java
/// static final Name<UserRpc> USERS = Name.of("users");
/// ```
///
/// A name may also be an entry of a registry of its own kind: `sessions.name(42L)`, of a `UniqueRegistry`, or
/// [#via(Via, Object)]. It works wherever a name does. Such names are equal when registry and key are.
///
/// Erlang: a registered name (`register/2`), which is an atom there, or `{via, Module, Key}`.
///
/// @param <P> the protocol of the process
@SuppressWarnings("UnusedTypeParameter") // it ties messages to their protocol
public final class Name<P> {
    /// Null for a key of a registry.
    private final @Nullable String text;
    /// Null for a name of a node.
    private final @Nullable Via<Object> via;
    /// The text, or the key.
    private final Object key;

    private Name(@Nullable String text, @Nullable Via<Object> via, Object key) {
        this.text = text;
        this.via = via;
        this.key = key;
    }

    /// A name for processes that speak the protocol `P`.
    ///
    /// @param <P> the protocol
    /// @param text the name's text, not blank
    /// @return the name
    public static <P> Name<P> of(String text) {
        if (Objects.requireNonNull(text, "name").isBlank()) {
            throw new IllegalArgumentException("a name must have a visible character, but was \"" + text + "\"");
        }
        return new Name<>(text, null, text);
    }

    /// A name for the process that has a key in a registry. Erlang: `{via, Module, Key}`.
    ///
    /// @param <P> the protocol of the processes in the registry; the caller vouches for it
    /// @param <K> the registry's keys
    /// @param via the registry
    /// @param key the key
    /// @return the name
    @SuppressWarnings("unchecked") // it is only ever given this key
    public static <P, K> Name<P> via(Via<K> via, K key) {
        Objects.requireNonNull(key, "key");
        return new Name<>(null, (Via<Object>) Objects.requireNonNull(via, "via"), key);
    }

    /// The name's text: what it was made of, or `registry[key]` for the key of a registry.
    ///
    /// @return the text
    public String text() {
        return text != null ? text : via + "[" + key + "]";
    }

    /// Whether the name is a key of a registry, so that using it runs that registry's code.
    boolean isVia() {
        return via != null;
    }

    /// The living process that has the name now.
    @Nullable
    Process find(Node node) {
        if (via == null) {
            return node.names.get(this);
        }
        Pid found = via.whereis(key).orElse(null);
        return found != null && found.isAlive() ? (Process) found : null;
    }

    /// Gives the name to a process.
    ///
    /// @return who has it now: the process, or who had it before
    Process claim(Process process) {
        if (via == null) {
            Process holder = process.node.names.putIfAbsent(this, process);
            return holder == null ? process : holder;
        }
        return (Process) Objects.requireNonNull(via.register(key, process), "register returned null");
    }

    /// Takes the name away from a process.
    ///
    /// @return false if it does not have it
    boolean free(Process process) {
        return via == null ? process.node.names.remove(this, process) : via.unregister(key, process);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Name<?> name && key.equals(name.key) && Objects.equals(via, name.via));
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
