package dev.skep.registry;

import dev.skep.Pid;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One process for each key.
final class UniqueTable<K, V> extends Table<K, V> {
    private final ConcurrentHashMap<K, Registration<K, V>> byKey = new ConcurrentHashMap<>();

    UniqueTable(Setup setup) {
        super(setup);
    }

    /// Who stands under a key, if it lives.
    @Nullable
    Registration<K, V> find(K key) {
        Registration<K, V> found = byKey.get(key);
        return found != null && found.pid().isAlive() ? found : null;
    }

    boolean unregister(K key, Pid pid) {
        Registration<K, V> found = byKey.get(key);
        return found != null && found.pid().equals(pid) && unregister(found);
    }

    @Override
    @Nullable
    Registration<K, V> put(Registration<K, V> added) {
        return byKey.putIfAbsent(added.key, added);
    }

    @Override
    void drop(Registration<K, V> removed) {
        byKey.remove(removed.key, removed);
    }

    @Override
    void forEach(K key, Consumer<? super Registration<K, V>> action) {
        Registration<K, V> found = byKey.get(key);
        if (found != null) {
            action.accept(found);
        }
    }

    @Override
    void forEach(Consumer<? super Registration<K, V>> action) {
        byKey.values().forEach(action);
    }

    @Override
    List<Registration<K, V>> of(Pid pid, K key) {
        Registration<K, V> found = find(key);
        return found != null && found.pid().equals(pid) ? List.of(found) : List.of();
    }

    @Override
    long count() {
        return byKey.mappingCount();
    }
}
