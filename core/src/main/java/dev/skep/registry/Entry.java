package dev.skep.registry;

import dev.skep.Pid;
import dev.skep.ServerRef;
import java.util.Objects;
import java.util.Optional;

/// A process that stands in a registry, as it was when it was looked up. Elixir: `{pid, value}`.
///
/// @param <K> the registry's keys
/// @param <V> the registry's values
/// @param <P> the protocol of the processes
/// @param key under which key
/// @param pid the process
/// @param value what it has put there, if anything
public record Entry<K, V, P>(K key, Pid pid, Optional<V> value) {
    /// Checks the parts.
    ///
    /// @param key under which key
    /// @param pid the process
    /// @param value what it has put there, if anything
    public Entry {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(value, "value");
    }

    /// The process, to be called and cast to.
    ///
    /// @return a reference by pid
    public ServerRef<P> ref() {
        return ServerRef.of(pid);
    }
}
