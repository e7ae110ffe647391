package dev.skep.group;

import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.Self;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who wants to know of changes: a part of the scope's process. Each subscriber is monitored, to be forgotten
/// when it ends.
///
/// @param <G> the groups
final class Subscribers<G> {
    private final Self<Object> self;
    private final Map<GroupMonitor<G>, Monitor> ofScope = new LinkedHashMap<>();
    private final Map<G, Map<GroupMonitor<G>, Monitor>> ofGroup = new HashMap<>();
    private final Map<Monitor, GroupMonitor<G>> byMonitor = new HashMap<>();

    Subscribers(Self<Object> self) {
        this.self = self;
    }

    void add(GroupMonitor<G> added) {
        Monitor monitor = self.monitor(added.pid());
        byMonitor.put(monitor, added);
        G group = added.group;
        (group == null ? ofScope : ofGroup.computeIfAbsent(group, _ -> new LinkedHashMap<>())).put(added, monitor);
    }

    /// @return false if there is none
    boolean remove(GroupMonitor<G> removed) {
        Monitor monitor = forget(removed);
        if (monitor == null) {
            return false;
        }
        byMonitor.remove(monitor);
        self.demonitorAndFlush(monitor);
        return true;
    }

    private @Nullable Monitor forget(GroupMonitor<G> removed) {
        G group = removed.group;
        if (group == null) {
            return ofScope.remove(removed);
        }
        Map<GroupMonitor<G>, Monitor> others = ofGroup.get(group);
        if (others == null) {
            return null;
        }
        Monitor monitor = others.remove(removed);
        if (others.isEmpty()) {
            ofGroup.remove(group);
        }
        return monitor;
    }

    /// A process has ended that may have been a subscriber.
    void ended(Monitor monitor) {
        GroupMonitor<G> subscriber = byMonitor.remove(monitor);
        if (subscriber != null) {
            forget(subscriber);
        }
    }

    void joined(G group, List<Pid> pids) {
        tell(group, pids, monitor -> new GroupEvent.Joined<>(monitor, group, pids));
    }

    void left(G group, List<Pid> pids) {
        tell(group, pids, monitor -> new GroupEvent.Left<>(monitor, group, pids));
    }

    private void tell(G group, List<Pid> pids, Function<GroupMonitor<G>, GroupEvent<G>> event) {
        if (!pids.isEmpty()) {
            tell(ofScope.keySet(), event);
            tell(ofGroup.getOrDefault(group, Map.of()).keySet(), event);
        }
    }

    private void tell(Collection<GroupMonitor<G>> monitors, Function<GroupMonitor<G>, GroupEvent<G>> event) {
        monitors.forEach(monitor -> monitor.subscriber.sendNotice(event.apply(monitor)));
    }

    int size() {
        return byMonitor.size();
    }
}
