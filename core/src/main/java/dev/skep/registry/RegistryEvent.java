package dev.skep.registry;

import dev.skep.Pid;
import java.util.Objects;
import java.util.Optional;

/// What the listeners of a registry are sent, as a message outside of their protocol. An event of one process and
/// those of another may cross, when one of them gives up a unique key and the other one takes it: compare the
/// pids.
public sealed interface RegistryEvent {
    /// The registry's name, or the pid of one without a name, as text.
    ///
    /// @return which registry
    String registry();

    /// Under which key.
    ///
    /// @return the key
    Object key();

    /// Which process.
    ///
    /// @return its pid
    Pid pid();

    /// A process stands under a key from now on. Elixir: `{:register, registry, key, pid, value}`.
    ///
    /// @param registry which registry
    /// @param key under which key
    /// @param pid which process
    /// @param value what it has put there, if anything
    record Registered(String registry, Object key, Pid pid, Optional<Object> value) implements RegistryEvent {
        /// Checks the parts.
        ///
        /// @param registry which registry
        /// @param key under which key
        /// @param pid which process
        /// @param value what it has put there, if anything
        public Registered {
            Objects.requireNonNull(registry, "registry");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(pid, "pid");
            Objects.requireNonNull(value, "value");
        }
    }

    /// A process does not stand under a key any more: it was unregistered, or has ended. One event for each
    /// entry. Elixir: `{:unregister, registry, key, pid}`, which does not come when a process ends.
    ///
    /// @param registry which registry
    /// @param key under which key
    /// @param pid which process
    record Unregistered(String registry, Object key, Pid pid) implements RegistryEvent {
        /// Checks the parts.
        ///
        /// @param registry which registry
        /// @param key under which key
        /// @param pid which process
        public Unregistered {
            Objects.requireNonNull(registry, "registry");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(pid, "pid");
        }
    }
}
