package dev.skep;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// Calls that wait until somebody has a name.
///
/// No wake-up is lost: a waiter enters itself here, which ends with a write of `count`, and then looks at the node's
/// names; who claims a name enters itself there, and then reads `count`. Both are volatile, so one of the two sees the
/// other. If both do, the lock decides who takes the waiter out, and only that one goes on with it.
///
/// While nobody waits, claiming a name costs one read. The lock is held for a few steps on maps, never while anything
/// else is called, so it may be taken by a process that begins or ends.
final class NameWaiters {
    // Under the lock; the count is read without it.
    private final Map<Name<?>, LinkedHashSet<Retries>> waiting = new HashMap<>();
    private boolean closed;
    private volatile int count;

    /// Whoever gets true looks at the names once more.
    ///
    /// @return false if nobody will ever claim a name any more
    synchronized boolean add(Name<?> name, Retries waiter) {
        if (closed) {
            return false;
        }
        LinkedHashSet<Retries> others = waiting.computeIfAbsent(name, _ -> new LinkedHashSet<>());
        if (others.size() >= 16 && (others.size() & (others.size() - 1)) == 0) {
            others.removeIf(Retries::isPointless); // at each power of two, so that it costs a constant for each
        }
        others.add(waiter);
        count = size();
        return true;
    }

    /// Takes a waiter out.
    ///
    /// @return false if somebody else has
    boolean remove(Name<?> name, Retries waiter) {
        return count > 0 && removeLocked(name, waiter);
    }

    private synchronized boolean removeLocked(Name<?> name, Retries waiter) {
        LinkedHashSet<Retries> others = waiting.get(name);
        if (others == null || !others.remove(waiter)) {
            return false;
        }
        if (others.isEmpty()) {
            waiting.remove(name);
        }
        count = size();
        return true;
    }

    /// Somebody has the name now: who waits for it goes there, the first first.
    void claimed(Name<?> name, Process holder) {
        if (count > 0) {
            SequencedSet<Retries> woken = take(name);
            if (woken != null) {
                woken.forEach(waiter -> waiter.handTo(holder));
            }
        }
    }

    private synchronized @Nullable SequencedSet<Retries> take(Name<?> name) {
        SequencedSet<Retries> taken = waiting.remove(name);
        count = size();
        return taken;
    }

    /// Fails who waits, and who is about to.
    void close() {
        takeAll().forEach(Retries::nodeCloses);
    }

    private synchronized List<Retries> takeAll() {
        closed = true;
        List<Retries> all =
                waiting.values().stream().flatMap(SequencedSet::stream).toList();
        waiting.clear();
        count = 0;
        return all;
    }

    /// How many names are waited for.
    private int size() {
        return waiting.size();
    }

    /// How many calls wait.
    synchronized int waiters() {
        return waiting.values().stream().mapToInt(SequencedSet::size).sum();
    }
}
