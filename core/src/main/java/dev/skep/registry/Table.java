package dev.skep.registry;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The entries of one run of a registry. Everybody reads it and writes to it without asking the registry's
/// process, whose end closes it.
///
/// A registration is put into the [Holdings] of its process first, then under its key; afterwards one looks
/// whether the holdings or the table have been closed meanwhile. Who closes them takes out what is in the
/// holdings. So one of the two finds the entry, and nothing is left behind.
abstract sealed class Table<K, V> permits UniqueTable, DuplicateTable {
    /// What a registry's process makes a table of.
    record Setup(Node node, Pid owner, Name<?> name, List<Name<?>> listeners, Map<String, Object> meta) {}

    final Node node;
    final ConcurrentMap<String, Object> meta;
    final Pid owner;
    private final Name<?> name;
    private final List<Name<?>> listeners;
    private final ConcurrentHashMap<Pid, Holdings<K, V>> holdings = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Table(Setup setup) {
        this.node = setup.node();
        this.owner = setup.owner();
        this.name = setup.name();
        this.listeners = setup.listeners();
        this.meta = new ConcurrentHashMap<>(setup.meta());
        meta.values().forEach(node::requireSendable);
    }

    // ---- Keys: what depends on their kind ------------------------------------------------------------------------

    /// Puts a registration under its key.
    ///
    /// @return which one is there already and excludes it
    abstract @Nullable Registration<K, V> put(Registration<K, V> added);

    /// Takes a registration away from its key, if it is there.
    abstract void drop(Registration<K, V> removed);

    /// All under a key; also those of processes that have just ended.
    abstract void forEach(K key, Consumer<? super Registration<K, V>> action);

    /// All; also those of processes that have just ended.
    abstract void forEach(Consumer<? super Registration<K, V>> action);

    /// What a process has under a key.
    abstract List<Registration<K, V>> of(Pid pid, K key);

    abstract long count();

    // ---- Registering ---------------------------------------------------------------------------------------------

    /// Registers a process.
    ///
    /// @return which registration is there already and excludes this one; null if it worked
    /// @throws IllegalArgumentException if the process has ended
    /// @throws dev.skep.NotSendableException if the node is strict and the key or the value can be changed
    @Nullable
    Registration<K, V> register(Pid pid, K key, Optional<V> value) {
        node.requireSendable(key);
        value.ifPresent(node::requireSendable);
        while (true) {
            Holdings<K, V> mine = holdingsOf(pid);
            Registration<K, V> added = new Registration<>(key, mine, value);
            if (!mine.add(added)) {
                throw refused(mine, key);
            }
            Registration<K, V> before = added;
            try {
                before = put(added);
            } finally {
                if (before != null) {
                    mine.remove(added);
                }
            }
            if (before == null) {
                if (closed || mine.isOver()) {
                    mine.remove(added);
                    drop(added);
                    throw refused(mine, key);
                }
                if (!listeners.isEmpty()) {
                    tell(new RegistryEvent.Registered(name.text(), key, pid, value.map(v -> v)));
                }
                return null;
            }
            if (before.pid().isAlive()) {
                return before;
            }
            leave(before.holdings); // its process is just ending
        }
    }

    private Holdings<K, V> holdingsOf(Pid pid) {
        Holdings<K, V> present = holdings.get(pid);
        if (present != null) {
            return present;
        }
        Holdings<K, V> made = new Holdings<>(this, pid);
        present = holdings.putIfAbsent(pid, made);
        if (present != null) {
            return present;
        }
        boolean held = false;
        try {
            pid.hold(made);
            held = true;
        } finally {
            if (!held) {
                leave(made);
            }
        }
        return made;
    }

    private RuntimeException refused(Holdings<K, V> mine, K key) {
        if (closed) {
            holdings.remove(mine.pid, mine);
            mine.pid.release(mine);
            return new IllegalStateException("registry " + name + " has just ended; " + mine.pid
                    + " was not registered under " + key + ": try again when the registry has been restarted");
        }
        return new IllegalArgumentException(
                "cannot register " + mine.pid + " under " + key + " in registry " + name + ": it has ended");
    }

    // ---- Leaving -------------------------------------------------------------------------------------------------

    boolean unregister(Registration<K, V> removed) {
        if (!removed.holdings.remove(removed)) {
            return false;
        }
        drop(removed);
        tellOfUnregistering(removed);
        return true;
    }

    /// A process ends: everything of it leaves.
    void leave(Holdings<K, V> left) {
        holdings.remove(left.pid, left);
        List<Registration<K, V>> all = left.close();
        all.forEach(this::drop);
        all.forEach(this::tellOfUnregistering); // last: finding a listener may run a user's code
    }

    private void tellOfUnregistering(Registration<K, V> removed) {
        if (!listeners.isEmpty()) {
            tell(new RegistryEvent.Unregistered(name.text(), removed.key, removed.pid()));
        }
    }

    private void tell(RegistryEvent event) {
        listeners.forEach(listener -> node.whereis(listener).ifPresent(pid -> pid.sendNotice(event)));
    }

    // ---- The end of the registry ---------------------------------------------------------------------------------

    boolean isOpen() {
        return !closed && owner.isAlive();
    }

    void close() {
        closed = true;
    }

    /// Ends all that are registered, as links to the registry would. When the table is closed.
    void endAll(ExitReason reason) {
        for (Holdings<K, V> left : holdings.values()) {
            boolean registered = !left.close().isEmpty();
            left.pid.release(left);
            if (registered) {
                left.pid.exit(reason);
            }
        }
        holdings.clear();
        forEach(this::drop); // also what is just being put, which counts itself in and out
    }

    // ---- Reading -------------------------------------------------------------------------------------------------

    /// What a process has, the first one first.
    List<Registration<K, V>> of(Pid pid) {
        Holdings<K, V> present = holdings.get(pid);
        return present == null || !pid.isAlive() ? List.of() : present.list().reversed();
    }

    /// How many processes have registered and live.
    int processes() {
        return holdings.size();
    }
}
