package dev.skep.group;

import dev.skep.Pid;
import java.util.List;
import java.util.Objects;

/// What a process is sent that monitors a group or a scope: a message outside of its protocol. Events and the
/// list that the monitor began with fit together: the members are always those of the list, and what the events
/// say since.
///
/// @param <G> the groups
public sealed interface GroupEvent<G> {
    /// Which monitor tells this.
    ///
    /// @return the monitor
    GroupMonitor<G> monitor();

    /// The group that has changed.
    ///
    /// @return the group
    G group();

    /// The processes; one that has joined or left several times at once is in the list as many times.
    ///
    /// @return one element for each membership
    List<Pid> pids();

    /// Processes have joined a group. Erlang: `{Ref, join, Group, Pids}`.
    ///
    /// @param <G> the groups
    /// @param monitor which monitor tells this
    /// @param group the group
    /// @param pids one element for each membership
    record Joined<G>(GroupMonitor<G> monitor, G group, List<Pid> pids) implements GroupEvent<G> {
        /// Keeps the list unmodifiable.
        public Joined {
            Objects.requireNonNull(monitor, "monitor");
            Objects.requireNonNull(group, "group");
            pids = List.copyOf(pids);
        }
    }

    /// Processes have left a group, or have ended. Erlang: `{Ref, leave, Group, Pids}`.
    ///
    /// @param <G> the groups
    /// @param monitor which monitor tells this
    /// @param group the group
    /// @param pids one element for each membership
    record Left<G>(GroupMonitor<G> monitor, G group, List<Pid> pids) implements GroupEvent<G> {
        /// Keeps the list unmodifiable.
        public Left {
            Objects.requireNonNull(monitor, "monitor");
            Objects.requireNonNull(group, "group");
            pids = List.copyOf(pids);
        }
    }
}
