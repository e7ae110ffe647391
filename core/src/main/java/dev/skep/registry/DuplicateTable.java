package dev.skep.registry;

import dev.skep.Pid;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Any number of entries for each key.
final class DuplicateTable<K, V> extends Table<K, V> {
    private final ConcurrentHashMap<K, Crowd<K, V>> byKey = new ConcurrentHashMap<>();
    private final LongAdder count = new LongAdder();

    DuplicateTable(Setup setup) {
        super(setup);
    }

    @Override
    @Nullable
    Registration<K, V> put(Registration<K, V> added) {
        while (true) {
            Crowd<K, V> crowd = byKey.get(added.key);
            if (crowd == null) {
                crowd = byKey.computeIfAbsent(added.key, _ -> new Crowd<>());
            }
            if (crowd.add(added)) {
                count.increment();
                return null;
            }
            byKey.remove(added.key, crowd); // the last one has just left it
        }
    }

    @Override
    void drop(Registration<K, V> removed) {
        Crowd<K, V> crowd = removed.crowd;
        if (crowd != null && crowd.remove(removed)) {
            count.decrement();
            if (crowd.isOver()) {
                byKey.remove(removed.key, crowd);
            }
        }
    }

    @Override
    void forEach(K key, Consumer<? super Registration<K, V>> action) {
        Crowd<K, V> crowd = byKey.get(key);
        if (crowd != null) {
            crowd.forEach(action);
        }
    }

    @Override
    void forEach(Consumer<? super Registration<K, V>> action) {
        byKey.values().forEach(crowd -> crowd.forEach(action));
    }

    @Override
    List<Registration<K, V>> of(Pid pid, K key) {
        return of(pid).stream().filter(mine -> mine.key.equals(key)).toList();
    }

    @Override
    long count() {
        return count.sum();
    }

    /// How many keys there are.
    int keys() {
        return byKey.size();
    }
}
