package dev.skep.group;

import dev.skep.Call;
import dev.skep.Pid;
import java.util.List;
import java.util.Map;

/// What a scope's process is asked.
sealed interface ScopeRpc {
    record Join(Object group, List<Pid> pids) implements ScopeRpc, Call<ScopeRpc, Boolean> {}

    /// Answered with false if nobody has left.
    record Leave(Object group, List<Pid> pids) implements ScopeRpc, Call<ScopeRpc, Boolean> {}

    record Watch<G>(GroupMonitor<G> monitor) implements ScopeRpc, Call<ScopeRpc, Map<G, List<Pid>>> {}

    /// Answered with false if there is no such monitor.
    record Unwatch(GroupMonitor<?> monitor) implements ScopeRpc, Call<ScopeRpc, Boolean> {}
}
