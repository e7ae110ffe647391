package dev.skep.registry;

import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A [Registry] with any number of processes for each key, and any number of entries of one process: topics and
/// their subscribers, for instance.
///
/// @param <K> the keys
/// @param <V> the values; [Void] if there are none
/// @param <P> the protocol of the processes
public final class DuplicateRegistry<K, V, P> extends Registry<K, V, P> {
    private DuplicateRegistry(Node node, Name<?> name) {
        super(node, name);
    }

    /// A registry by name; it need not run yet.
    ///
    /// @param <K> the keys
    /// @param <V> the values
    /// @param <P> the protocol of the processes
    /// @param node where it runs
    /// @param name its name
    /// @return the registry
    public static <K, V, P> DuplicateRegistry<K, V, P> of(Node node, Name<DuplicateRegistry<K, V, P>> name) {
        return new DuplicateRegistry<>(node, name);
    }

    @Override
    @SuppressWarnings("unchecked") // the name ties the types to the registry
    @Nullable
    Table<K, V> tableOf(Pid registry) {
        return registry.shared(DuplicateTable.class).orElse(null);
    }

    /// Puts this process under a key, without a value; once more if it stands there already.
    /// Elixir: `Registry.register/3`.
    ///
    /// @param self the process; it understands at least the protocol
    /// @param key the key
    /// @return the entry
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public Entry<K, V, P> register(Self<? super P> self, K key) {
        return register(self, key, Optional.empty());
    }

    /// Puts this process under a key, with a value; once more if it stands there already.
    /// Elixir: `Registry.register/3`.
    ///
    /// @param self the process; it understands at least the protocol
    /// @param key the key
    /// @param value an immutable value
    /// @return the entry
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public Entry<K, V, P> register(Self<? super P> self, K key, V value) {
        return register(self, key, Optional.of(Objects.requireNonNull(value, "value")));
    }

    private Entry<K, V, P> register(Self<? super P> self, K key, Optional<V> value) {
        add(self, key, value); // nobody excludes it
        return new Entry<>(key, self.pid(), value);
    }

    /// Hands the entries under a key to `dispatcher` in several parts, each in a process of its own, and waits
    /// until all are done; not if there are none. When one part fails, the others are ended, and what it threw is
    /// thrown here; so are they when the caller is told to end. Elixir: `Registry.dispatch/4` with `parallel:
    /// true`.
    ///
    /// @param key the key
    /// @param parts into how many parts of about the same size, one or more
    /// @param dispatcher what to do with a part of them; it may block
    /// @throws IllegalStateException if the registry does not run
    /// @throws dev.skep.CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public void dispatchInParallel(K key, int parts, Consumer<? super List<Entry<K, V, P>>> dispatcher) {
        Objects.requireNonNull(dispatcher, "dispatcher");
        if (parts < 1) {
            throw new IllegalArgumentException("there must be at least one part, but parts was " + parts);
        }
        List<Entry<K, V, P>> found = lookup(key);
        if (!found.isEmpty()) {
            new ParallelDispatch<>(node, dispatcher).run(found, Math.min(parts, found.size()));
        }
    }
}
