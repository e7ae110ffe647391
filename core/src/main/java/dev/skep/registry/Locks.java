package dev.skep.registry;

import dev.skep.From;
import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.Self;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The locks of a registry: who has each, and who waits for it, the first to ask first. In the registry's process only.
final class Locks {
    private static final long REFUSED = -1;

    private static final class Lock {
        final Queue<From> waiting = new ArrayDeque<>();
        /// Of the grant that stands.
        long number;

        @Nullable
        Pid holder;
        /// Null if the holder is no process: then it gives the lock back itself, whatever happens.
        @Nullable
        Monitor monitor;
    }

    private final Self<Object> self;
    private final Map<Object, Lock> locks = new HashMap<>();
    private long grants;

    Locks(Self<Object> self) {
        this.self = self;
    }

    void acquire(Object key, From from) {
        Lock lock = locks.get(key);
        if (lock == null) {
            Lock fresh = new Lock();
            if (grant(fresh, from)) {
                locks.put(key, fresh);
            }
        } else if (lock.holder != null && from.pid().equals(Optional.of(lock.holder))) {
            from.reply(new LockRpc.Granted(REFUSED));
        } else {
            lock.waiting.add(from);
        }
    }

    /// Gives the lock away, unless nobody waits any more.
    private boolean grant(Lock lock, From from) {
        Pid caller = from.pid().orElse(null);
        Monitor monitor = caller == null ? null : self.monitor(caller);
        lock.number = ++grants;
        lock.holder = caller;
        lock.monitor = monitor;
        if (from.reply(new LockRpc.Granted(lock.number))) {
            return true;
        }
        if (monitor != null) {
            self.demonitorAndFlush(monitor);
        }
        return false;
    }

    void release(Object key, long number) {
        Lock lock = locks.get(key);
        if (lock != null && lock.number == number) {
            if (lock.monitor != null) {
                self.demonitorAndFlush(lock.monitor);
            }
            next(key, lock);
        }
    }

    /// A holder has ended without giving its locks back.
    void ended(Monitor monitor) {
        locks.entrySet().stream()
                .filter(entry -> entry.getValue().monitor == monitor)
                .findFirst()
                .ifPresent(entry -> next(entry.getKey(), entry.getValue()));
    }

    private void next(Object key, Lock lock) {
        for (From from = lock.waiting.poll(); from != null; from = lock.waiting.poll()) {
            if (grant(lock, from)) {
                return;
            }
        }
        locks.remove(key);
    }
}
