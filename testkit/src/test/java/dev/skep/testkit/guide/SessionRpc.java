package dev.skep.testkit.guide;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Pid;

/// What may be asked of a session.
public sealed interface SessionRpc {
    record Watch(Pid watcher) implements SessionRpc, Cast<SessionRpc> {}

    record Touch() implements SessionRpc, Cast<SessionRpc> {}

    record Log(String entry) implements SessionRpc, Call<SessionRpc, Integer> {}

    /// What watchers are told.
    record Expired(int entries) {}
}
