package dev.skep.registry;

import dev.skep.Call;
import dev.skep.Cast;

/// What a registry is asked for locks.
sealed interface LockRpc {
    /// Answered when the lock is given.
    ///
    /// @param key what is locked
    record Acquire(Object key) implements LockRpc, Call<LockRpc, Granted> {}

    /// A lock is given back.
    ///
    /// @param key what is locked
    /// @param number of the grant
    record Release(Object key, long number) implements LockRpc, Cast<LockRpc> {}

    /// What comes of an acquisition.
    ///
    /// @param number of the grant; negative if the caller has the lock already
    record Granted(long number) {}
}
