package dev.skep.registry;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All who stand under one key, the first one first. Writers take turns by this object's monitor, for a few
/// steps; readers walk along the list without it. What has left the list keeps its way on, and is never put in
/// again, so a reader meets everything that is in the list for as long as it reads.
final class Crowd<K, V> {
    private volatile @Nullable Registration<K, V> first;
    private @Nullable Registration<K, V> last;
    private boolean over;

    /// @return false if the last one has left already: the next one needs a new crowd
    synchronized boolean add(Registration<K, V> added) {
        if (over) {
            return false;
        }
        added.crowd = this;
        Registration<K, V> before = last;
        added.previousOfKey = before;
        last = added;
        if (before == null) {
            first = added;
        } else {
            before.nextOfKey = added;
        }
        return true;
    }

    /// @return false if it is not in here
    synchronized boolean remove(Registration<K, V> removed) {
        if (removed.crowd != this) {
            return false;
        }
        removed.crowd = null;
        Registration<K, V> before = removed.previousOfKey;
        Registration<K, V> after = removed.nextOfKey;
        if (before == null) {
            first = after;
        } else {
            before.nextOfKey = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previousOfKey = before;
        }
        removed.previousOfKey = null;
        over = last == null;
        return true;
    }

    /// Whether the last one has left.
    synchronized boolean isOver() {
        return over;
    }

    void forEach(Consumer<? super Registration<K, V>> action) {
        for (Registration<K, V> present = first; present != null; present = present.nextOfKey) {
            action.accept(present);
        }
    }
}
