package dev.skep.registry;

import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Via;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A [Registry] with one process for each key. Its keys are names: [#name(Object)].
///
/// @param <K> the keys
/// @param <V> the values; [Void] if there are none
/// @param <P> the protocol of the processes
public final class UniqueRegistry<K, V, P> extends Registry<K, V, P> {
    private final Naming<K, V> naming = new Naming<>(this, Optional.empty());

    private UniqueRegistry(Node node, Name<?> name) {
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
    public static <K, V, P> UniqueRegistry<K, V, P> of(Node node, Name<UniqueRegistry<K, V, P>> name) {
        return new UniqueRegistry<>(node, name);
    }

    @Override
    @SuppressWarnings("unchecked") // the name ties the types to the registry
    @Nullable
    Table<K, V> tableOf(Pid registry) {
        return registry.shared(UniqueTable.class).orElse(null);
    }

    private @Nullable Registration<K, V> found(K key) {
        return ((UniqueTable<K, V>) table()).find(Objects.requireNonNull(key, "key"));
    }

    // ---- Registering ---------------------------------------------------------------------------------------------

    /// Puts this process under a key, without a value. Elixir: `Registry.register/3`.
    ///
    /// @param self the process; it understands at least the protocol
    /// @param key the key
    /// @return the entry; or who has the key
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public Result<Entry<K, V, P>, AlreadyRegistered> register(Self<? super P> self, K key) {
        return register(self, key, Optional.empty());
    }

    /// Puts this process under a key, with a value. Elixir: `Registry.register/3`.
    ///
    /// @param self the process; it understands at least the protocol
    /// @param key the key
    /// @param value an immutable value
    /// @return the entry; or who has the key
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public Result<Entry<K, V, P>, AlreadyRegistered> register(Self<? super P> self, K key, V value) {
        return register(self, key, Optional.of(Objects.requireNonNull(value, "value")));
    }

    private Result<Entry<K, V, P>, AlreadyRegistered> register(Self<? super P> self, K key, Optional<V> value) {
        Registration<K, V> before = add(self, key, value);
        if (before != null) {
            return Result.err(new AlreadyRegistered(before.pid()));
        }
        self.node().announceName(name(key), self.pid());
        return Result.ok(new Entry<>(key, self.pid(), value));
    }

    /// Replaces the value that this process has put under a key. Elixir: `Registry.update_value/3`.
    ///
    /// @param self the process that has the key
    /// @param key the key
    /// @param change makes the new value of the old one, if there is one; runs in the calling process
    /// @return the new value and the old one; empty if the process does not have the key
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public Optional<Updated<V>> updateValue(Self<?> self, K key, Function<? super Optional<V>, ? extends V> change) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(change, "change");
        Registration<K, V> mine = ((UniqueTable<K, V>) tableFor(self, "updateValue")).find(key);
        if (mine == null || !mine.pid().equals(self.pid())) {
            return Optional.empty();
        }
        Optional<V> before = mine.value;
        V changed = Objects.requireNonNull(change.apply(before), "the new value");
        self.node().requireSendable(changed);
        mine.value = Optional.of(changed);
        return Optional.of(new Updated<>(changed, before));
    }

    /// A value that was replaced.
    ///
    /// @param <V> the values
    /// @param newValue what there is now
    /// @param oldValue what there was before, if anything
    public record Updated<V>(V newValue, Optional<V> oldValue) {
        /// Checks the parts.
        ///
        /// @param newValue what there is now
        /// @param oldValue what there was before, if anything
        public Updated {
            Objects.requireNonNull(newValue, "newValue");
            Objects.requireNonNull(oldValue, "oldValue");
        }
    }

    // ---- Looking up ----------------------------------------------------------------------------------------------

    /// Who stands under a key: what [#lookup(Object)] finds.
    ///
    /// @param key the key
    /// @return the entry, if there is one
    /// @throws IllegalStateException if the registry does not run
    public Optional<Entry<K, V, P>> find(K key) {
        Registration<K, V> found = found(key);
        return found == null ? Optional.empty() : Optional.of(found.entry());
    }

    /// Which process stands under a key.
    ///
    /// @param key the key
    /// @return the process, if there is one
    /// @throws IllegalStateException if the registry does not run
    public Optional<Pid> whereis(K key) {
        Registration<K, V> found = found(key);
        return found == null ? Optional.empty() : Optional.of(found.pid());
    }

    /// A server by its key: it is looked up at each use, so that whoever holds the reference does not notice
    /// restarts.
    ///
    /// @param key the key
    /// @return the reference; nobody needs to have the key yet, and the registry need not run
    public ServerRef<P> ref(K key) {
        return node.ref(name(key));
    }

    // ---- Keys as names -------------------------------------------------------------------------------------------

    /// A key, as a name: a process that is started under it, or is given it by [Node#register(Name, Pid)], stands
    /// in this registry, without a value. It works wherever a name does. When the registry does not run, nobody
    /// can be found by it, and nobody started under it. Elixir: `{:via, Registry, {registry, key}}`.
    ///
    /// @param key the key
    /// @return the name
    public Name<P> name(K key) {
        return Name.via(naming, key);
    }

    /// A key, as a name, with the value for whoever is started under it. It is equal to the name without a value.
    /// Elixir: `{:via, Registry, {registry, key, value}}`.
    ///
    /// @param key the key
    /// @param value an immutable value
    /// @return the name
    public Name<P> name(K key, V value) {
        return Name.via(new Naming<>(this, Optional.of(Objects.requireNonNull(value, "value"))), key);
    }

    /// How the runtime uses a key as a name. All of one registry are equal, whatever their values.
    private static final class Naming<K, V> implements Via<K> {
        private final UniqueRegistry<K, V, ?> registry;
        private final Optional<V> value;

        Naming(UniqueRegistry<K, V, ?> registry, Optional<V> value) {
            this.registry = registry;
            this.value = value;
        }

        @Override
        public Pid register(K key, Pid pid) {
            Registration<K, V> before = registry.table().register(pid, key, value);
            return before == null ? pid : before.pid();
        }

        @Override
        public boolean unregister(K key, Pid pid) {
            Table<K, V> table = registry.tableIfOpen();
            return table instanceof UniqueTable<K, V> unique && unique.unregister(key, pid);
        }

        @Override
        public Optional<Pid> whereis(K key) {
            Registration<K, V> found =
                    registry.tableIfOpen() instanceof UniqueTable<K, V> unique ? unique.find(key) : null;
            return found == null ? Optional.empty() : Optional.of(found.pid());
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Naming<?, ?> naming && registry.equals(naming.registry);
        }

        @Override
        public int hashCode() {
            return registry.hashCode();
        }

        @Override
        public String toString() {
            return registry.toString();
        }
    }
}
