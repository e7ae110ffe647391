package dev.skep.registry;

import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.Sendable;
import dev.skep.ServerRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Processes of a node by keys of your own, each with a value if it wants. Elixir: `Registry`.
///
/// ```java
/// static final Name<UniqueRegistry<Long, Void, SessionRpc>> SESSIONS = Name.of("sessions");
///
/// node.start(Supervisor.oneForAll()
///         .child(ChildSpec.of("sessions", Registry.unique(SESSIONS)))
///         .child(ChildSpec.of("connections", connections)));
///
/// UniqueRegistry<Long, Void, SessionRpc> sessions = UniqueRegistry.of(node, SESSIONS);
/// node.start(GenServer.spec(Session::new).named(sessions.name(42L)));
/// sessions.ref(42L).cast(new Touch());
/// ```
///
/// A [UniqueRegistry] has one process for each key, and its keys are names. A [DuplicateRegistry] has any number
/// of processes for each key, and is made for telling all of them something. This object refers to the registry
/// by name, so it survives the registry's restarts; it may be made anew at each use.
///
/// Whoever looks something up reads a concurrent map, in its own thread: no process is asked, and nothing blocks.
/// A process registers itself. Its entries leave when it ends, before anybody hears of the end; no method here
/// returns a process that has ended.
///
/// When the registry itself ends, the processes in it get an exit signal with its reason, as if they were linked
/// to it: they would not be found any more. So start it before them, under a supervisor that restarts them
/// together. While it does not run, methods throw an [IllegalStateException], and its keys, as names, are
/// nobody's.
///
/// Keys and values are immutable, which a strict node checks ([dev.skep.NotSendableException]), and keys have `equals`
/// and `hashCode`. Every method may be called from any thread, but for those that take a [Self].
///
/// @param <K> the keys
/// @param <V> the values; [Void] if there are none
/// @param <P> the protocol of the processes
@Sendable
public abstract sealed class Registry<K, V, P> permits UniqueRegistry, DuplicateRegistry {
    final Node node;
    private final Name<?> name;
    /// What it was at the last look.
    private @Nullable Table<K, V> lastSeen;

    Registry(Node node, Name<?> name) {
        this.node = Objects.requireNonNull(node, "node");
        this.name = Objects.requireNonNull(name, "name");
    }

    /// How to start a registry with one process for each key.
    ///
    /// @param <K> the keys
    /// @param <V> the values
    /// @param <P> the protocol of the processes
    /// @param name the registry's name
    /// @return a start without listeners
    public static <K, V, P> RegistrySpec<UniqueRegistry<K, V, P>> unique(Name<UniqueRegistry<K, V, P>> name) {
        return new RegistrySpec<>(name, UniqueTable::new, node -> UniqueRegistry.of(node, name));
    }

    /// How to start a registry with any number of processes for each key.
    ///
    /// @param <K> the keys
    /// @param <V> the values
    /// @param <P> the protocol of the processes
    /// @param name the registry's name
    /// @return a start without listeners
    public static <K, V, P> RegistrySpec<DuplicateRegistry<K, V, P>> duplicate(Name<DuplicateRegistry<K, V, P>> name) {
        return new RegistrySpec<>(name, DuplicateTable::new, node -> DuplicateRegistry.of(node, name));
    }

    // ---- The table -----------------------------------------------------------------------------------------------

    /// Finds the table of a running registry of this kind.
    abstract @Nullable Table<K, V> tableOf(Pid registry);

    final @Nullable Table<K, V> tableIfOpen() {
        Table<K, V> seen = lastSeen;
        if (seen != null && seen.isOpen()) {
            return seen;
        }
        seen = node.whereis(name).map(this::tableOf).filter(Table::isOpen).orElse(null);
        lastSeen = seen;
        return seen;
    }

    final Table<K, V> table() {
        Table<K, V> open = tableIfOpen();
        if (open == null) {
            throw new IllegalStateException("there is no running " + getClass().getSimpleName() + " with the name \""
                    + name + "\" on " + node + ": start it before those who use it");
        }
        return open;
    }

    // ---- Registering ---------------------------------------------------------------------------------------------

    /// Registers the process itself.
    ///
    /// @return which registration is there already and excludes this one; null if it worked
    final @Nullable Registration<K, V> add(Self<?> self, K key, Optional<V> value) {
        Objects.requireNonNull(key, "key");
        return tableFor(self, "register").register(self.pid(), key, value);
    }

    final Table<K, V> tableFor(Self<?> self, String operation) {
        Objects.requireNonNull(self, "self").requireInside(operation);
        if (self.node() != node) {
            throw new IllegalArgumentException(
                    operation + ": " + self.pid() + " lives on another node than registry " + name + " of " + node);
        }
        return table();
    }

    /// Takes all entries of this process under a key away. Elixir: `Registry.unregister/2`.
    ///
    /// @param self the process that has them
    /// @param key the key
    /// @return false if there were none
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public boolean unregister(Self<?> self, K key) {
        return unregister(self, key, _ -> true);
    }

    /// Takes those entries of this process under a key away whose values pass a test. An entry without a value
    /// stays. Elixir: `Registry.unregister_match/4`.
    ///
    /// @param self the process that has them
    /// @param key the key
    /// @param test which values
    /// @return false if there were none
    /// @throws IllegalStateException if the registry does not run, or from another thread than the process's own
    public boolean unregisterMatch(Self<?> self, K key, Predicate<? super V> test) {
        Objects.requireNonNull(test, "test");
        return unregister(self, key, found -> found.value.filter(test).isPresent());
    }

    private boolean unregister(Self<?> self, K key, Predicate<Registration<K, V>> test) {
        Objects.requireNonNull(key, "key");
        Table<K, V> table = tableFor(self, "unregister");
        boolean any = false;
        for (Registration<K, V> mine : table.of(self.pid(), key)) {
            if (test.test(mine)) {
                any |= table.unregister(mine);
            }
        }
        return any;
    }

    // ---- Looking up ----------------------------------------------------------------------------------------------

    /// Who stands under a key, the first to be registered first. Elixir: `Registry.lookup/2`.
    ///
    /// @param key the key
    /// @return the entries
    /// @throws IllegalStateException if the registry does not run
    public List<Entry<K, V, P>> lookup(K key) {
        return collect(key, _ -> true);
    }

    /// Who stands under a key with a value that passes a test. Elixir: `Registry.match/4`.
    ///
    /// @param key the key
    /// @param test which values
    /// @return the entries
    /// @throws IllegalStateException if the registry does not run
    public List<Entry<K, V, P>> match(K key, Predicate<? super V> test) {
        Objects.requireNonNull(test, "test");
        return collect(key, entry -> entry.value().filter(test).isPresent());
    }

    private List<Entry<K, V, P>> collect(K key, Predicate<Entry<K, V, P>> test) {
        List<Entry<K, V, P>> found = new ArrayList<>();
        forEach(key, entry -> {
            if (test.test(entry)) {
                found.add(entry);
            }
        });
        return found;
    }

    /// How many stand under a key with a value that passes a test. Elixir: `Registry.count_match/4`.
    ///
    /// @param key the key
    /// @param test which values
    /// @return the number
    /// @throws IllegalStateException if the registry does not run
    public int countMatch(K key, Predicate<? super V> test) {
        return match(key, test).size();
    }

    /// What is made of each entry of the registry, in no order. Elixir: `Registry.select/2`.
    ///
    /// @param <R> what is made
    /// @param select empty for an entry that is left out
    /// @return what was made
    /// @throws IllegalStateException if the registry does not run
    public <R> List<R> select(Function<? super Entry<K, V, P>, Optional<R>> select) {
        Objects.requireNonNull(select, "select");
        List<R> selected = new ArrayList<>();
        forAll(entry -> select.apply(entry).ifPresent(selected::add));
        return selected;
    }

    /// How many entries of the registry pass a test. Elixir: `Registry.count_select/2`.
    ///
    /// @param test which entries
    /// @return the number
    /// @throws IllegalStateException if the registry does not run
    public int countSelect(Predicate<? super Entry<K, V, P>> test) {
        Objects.requireNonNull(test, "test");
        return select(entry -> test.test(entry) ? Optional.of(entry) : Optional.empty())
                .size();
    }

    /// All entries, in no order.
    ///
    /// @return the entries
    /// @throws IllegalStateException if the registry does not run
    public List<Entry<K, V, P>> entries() {
        return select(Optional::of);
    }

    /// How many entries there are: for unique keys, how many keys. Takes about as long with many as with few.
    /// While a process is ending, its entries may still be counted. Elixir: `Registry.count/1`.
    ///
    /// @return the number
    /// @throws IllegalStateException if the registry does not run
    public long count() {
        return table().count();
    }

    /// The keys that a process has, in the order in which it was registered; a key that it has twice is in it
    /// twice. Elixir: `Registry.keys/2`.
    ///
    /// @param pid the process
    /// @return the keys; none if it has ended
    /// @throws IllegalStateException if the registry does not run
    public List<K> keys(Pid pid) {
        return table().of(Objects.requireNonNull(pid, "pid")).stream()
                .map(held -> held.key)
                .toList();
    }

    /// The values that a process has put under a key, in the order in which it was registered.
    /// Elixir: `Registry.values/3`.
    ///
    /// @param key the key
    /// @param pid the process
    /// @return the values, of those entries that have one
    /// @throws IllegalStateException if the registry does not run
    public List<V> values(K key, Pid pid) {
        Objects.requireNonNull(key, "key");
        return table().of(Objects.requireNonNull(pid, "pid"), key).stream()
                .flatMap(held -> held.value.stream())
                .toList();
    }

    private void forEach(K key, Consumer<? super Entry<K, V, P>> action) {
        table().forEach(Objects.requireNonNull(key, "key"), found -> ifAlive(found, action));
    }

    private void forAll(Consumer<? super Entry<K, V, P>> action) {
        table().forEach(found -> ifAlive(found, action));
    }

    private static <K, V, P> void ifAlive(Registration<K, V> found, Consumer<? super Entry<K, V, P>> action) {
        if (found.pid().isAlive()) {
            action.accept(found.entry());
        }
    }

    // ---- Dispatching ---------------------------------------------------------------------------------------------

    /// Hands all entries under a key to `dispatcher`, at once and in the calling thread; not if there are none.
    /// What it throws is thrown here. Elixir: `Registry.dispatch/4`.
    ///
    /// @param key the key
    /// @param dispatcher what to do with them; it may block, and holds up nobody but the caller
    /// @throws IllegalStateException if the registry does not run
    public void dispatch(K key, Consumer<? super List<Entry<K, V, P>>> dispatcher) {
        Objects.requireNonNull(dispatcher, "dispatcher");
        List<Entry<K, V, P>> found = lookup(key);
        if (!found.isEmpty()) {
            dispatcher.accept(found);
        }
    }

    // ---- Locking -------------------------------------------------------------------------------------------------

    /// Does something while nobody else does anything under the same key by this method: for what has to look
    /// something up and then register, for instance. Other keys do not matter, and neither does whether anybody
    /// stands under the key. Who asks first comes first. The lock is given back when `work` returns or throws,
    /// and when the process that has it ends. Elixir: `Registry.lock/3`.
    ///
    /// The calling process or thread waits for the lock, for no longer than the caller of the call that it is
    /// handling ([Self#timeLeft()]). A registry that is restarted has all locks to give away anew.
    ///
    /// ```java
    /// sessions.lock(42L, () -> sessions.find(42L).isPresent() ? "there" : open(42L));
    /// ```
    ///
    /// @param <T> the result
    /// @param key what is locked
    /// @param work what to do; it may block
    /// @return what `work` returned
    /// @throws Exception what `work` has thrown
    /// @throws IllegalStateException if the registry does not run, or this process has the lock already
    /// @throws dev.skep.CallException if the lock was not given: the registry has ended, or the time is over, or
    ///     the thread was interrupted
    public <T> T lock(K key, Callable<? extends T> work) throws Exception {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(work, "work");
        ServerRef<LockRpc> registry = ServerRef.of(table().owner);
        long number = registry.call(new LockRpc.Acquire(key), ServerRef.FOREVER).number();
        if (number < 0) {
            throw new IllegalStateException("this process has the lock of " + key + " in registry " + name
                    + " already, and would wait for itself");
        }
        try {
            return work.call();
        } finally {
            registry.cast(new LockRpc.Release(key, number));
        }
    }

    // ---- Metadata ------------------------------------------------------------------------------------------------

    /// A value that is attached to the registry as a whole. It is lost when the registry ends; what its
    /// specification gives is there again when it is restarted. Elixir: `Registry.meta/2`.
    ///
    /// @param <T> the value's type
    /// @param key its key
    /// @param type its class
    /// @return the value, if there is one
    /// @throws IllegalStateException if the registry does not run
    /// @throws ClassCastException if the value is of another class
    public <T> Optional<T> meta(String key, Class<T> type) {
        Objects.requireNonNull(type, "type");
        Object value = table().meta.get(Objects.requireNonNull(key, "key"));
        if (value != null && !type.isInstance(value)) {
            throw new ClassCastException("the value " + key + " of registry " + name + " is a "
                    + value.getClass().getName() + ", and no " + type.getName());
        }
        return Optional.ofNullable(value).map(type::cast);
    }

    /// Attaches a value to the registry as a whole. Elixir: `Registry.put_meta/3`.
    ///
    /// @param key its key
    /// @param value an immutable value
    /// @throws IllegalStateException if the registry does not run
    public void putMeta(String key, Object value) {
        Objects.requireNonNull(key, "key");
        node.requireSendable(value);
        table().meta.put(key, value);
    }

    /// Takes a value away from the registry as a whole. Elixir: `Registry.delete_meta/2`.
    ///
    /// @param key its key
    /// @throws IllegalStateException if the registry does not run
    public void deleteMeta(String key) {
        table().meta.remove(Objects.requireNonNull(key, "key"));
    }

    /// The registry's process, right now.
    ///
    /// @return empty if it does not run
    public Optional<Pid> pid() {
        return node.whereis(name);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Registry<?, ?, ?> registry
                && getClass() == registry.getClass()
                && node == registry.node
                && name.equals(registry.name);
    }

    @Override
    public final int hashCode() {
        return name.hashCode();
    }

    /// The registry's name.
    @Override
    public final String toString() {
        return name.text();
    }
}
