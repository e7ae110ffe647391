package dev.skep.group;

import dev.skep.Alias;
import dev.skep.Pid;
import dev.skep.Sendable;
import org.jspecify.annotations.Nullable;

/// One monitoring of a group or of a whole scope by a process: what [GroupEvent]s carry, and what
/// [Groups#demonitor(dev.skep.Self, GroupMonitor)] takes. Erlang: the reference that `pg:monitor/2` returns.
///
/// @param <G> the groups
@Sendable
public final class GroupMonitor<G> {
    final Alias subscriber;
    /// Null for all groups of the scope.
    final @Nullable G group;

    GroupMonitor(Alias subscriber, @Nullable G group) {
        this.subscriber = subscriber;
        this.group = group;
    }

    /// The process that is told.
    ///
    /// @return its pid
    public Pid pid() {
        return subscriber.pid();
    }

    @Override
    public String toString() {
        return "monitor of " + (group == null ? "all groups" : "group " + group) + " by " + pid();
    }
}
