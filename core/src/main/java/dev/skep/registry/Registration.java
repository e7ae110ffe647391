package dev.skep.registry;

import dev.skep.Pid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An entry of a table. It is a node of two lists: that of what its process holds, under the lock of the
/// [Holdings], and, where keys are not unique, that of all who stand under the key, under the lock of the
/// [Crowd].
final class Registration<K, V> {
    final K key;
    final Holdings<K, V> holdings;
    /// Only the process itself replaces it.
    volatile Optional<V> value;

    @Nullable
    Registration<K, V> previousHeld;

    @Nullable
    Registration<K, V> nextHeld;
    /// Whether its process holds it.
    boolean held;

    @Nullable
    volatile Crowd<K, V> crowd;

    @Nullable
    Registration<K, V> previousOfKey;
    /// Kept when this leaves the list: a reader that stands here finds its way on.
    @Nullable
    volatile Registration<K, V> nextOfKey;

    Registration(K key, Holdings<K, V> holdings, Optional<V> value) {
        this.key = key;
        this.holdings = holdings;
        this.value = value;
    }

    Pid pid() {
        return holdings.pid;
    }

    <P> Entry<K, V, P> entry() {
        return new Entry<>(key, holdings.pid, value);
    }
}
