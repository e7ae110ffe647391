package dev.skep.group;

import dev.skep.Behaviour;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Monitor;
import dev.skep.Pid;
import dev.skep.Self;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The process of a scope. It monitors its members, and tells subscribers of each change in the order of the
/// changes.
///
/// @param <G> the groups
final class ScopeLoop<G> implements Behaviour {
    /// A process that is in some group.
    private record Joiner<G>(Monitor monitor, List<Members.Member<G>> memberships) {}

    private final Self<Object> self;
    private final ScopeTable<G> table;
    private final Map<Pid, Joiner<G>> joiners = new HashMap<>();
    private final Subscribers<G> subscribers;

    ScopeLoop(Self<Object> self) {
        this.self = self;
        this.table = new ScopeTable<>(self.node(), self.pid());
        this.subscribers = new Subscribers<>(self);
    }

    @Override
    public void init() {}

    @Override
    @SuppressWarnings("unchecked") // Groups sends nothing but its own groups
    public void call(Object message, From from) {
        if (!(message instanceof ScopeRpc request)) {
            unexpected(message);
            return;
        }
        from.reply(
                switch (request) {
                    case ScopeRpc.Join(Object group, List<Pid> pids) -> join((G) group, pids);
                    case ScopeRpc.Leave(Object group, List<Pid> pids) -> leave((G) group, pids);
                    case ScopeRpc.Watch<?>(GroupMonitor<?> monitor) -> watch((GroupMonitor<G>) monitor);
                    case ScopeRpc.Unwatch(GroupMonitor<?> monitor) -> subscribers.remove((GroupMonitor<G>) monitor);
                });
    }

    private boolean join(G group, List<Pid> pids) {
        Members<G> members = table.groups.computeIfAbsent(group, Members::new);
        List<Pid> joined = new ArrayList<>();
        for (Pid pid : pids) {
            if (pid.isAlive()) {
                joiners.computeIfAbsent(pid, p -> new Joiner<>(self.monitor(p), new ArrayList<>(2)))
                        .memberships()
                        .add(members.add(pid));
                joined.add(pid);
            }
        }
        dropIfEmpty(members);
        subscribers.joined(group, joined);
        return true;
    }

    private boolean leave(G group, List<Pid> pids) {
        List<Pid> left = new ArrayList<>();
        for (Pid pid : pids) {
            Joiner<G> joiner = joiners.get(pid);
            if (joiner != null && leave(group, joiner)) {
                left.add(pid);
                if (joiner.memberships().isEmpty()) {
                    joiners.remove(pid);
                    self.demonitorAndFlush(joiner.monitor());
                }
            }
        }
        subscribers.left(group, left);
        return !left.isEmpty();
    }

    /// Ends one membership of a process in a group, the latest.
    private boolean leave(G group, Joiner<G> joiner) {
        for (Members.Member<G> member : joiner.memberships().reversed()) {
            if (member.members.group.equals(group)) {
                joiner.memberships().remove(member);
                remove(member);
                return true;
            }
        }
        return false;
    }

    private void remove(Members.Member<G> member) {
        member.members.remove(member);
        dropIfEmpty(member.members);
    }

    private void dropIfEmpty(Members<G> members) {
        if (members.isEmpty()) {
            table.groups.remove(members.group);
        }
    }

    private Map<G, List<Pid>> watch(GroupMonitor<G> monitor) {
        G group = monitor.group;
        Map<G, List<Pid>> snapshot = new HashMap<>();
        for (Members<G> members : group == null ? List.copyOf(table.groups.values()) : ofGroup(group)) {
            // Who has ended has left already: the list has only those whose leaving is still to be told.
            members.all().stream().filter(pid -> !pid.isAlive()).distinct().forEach(this::ended);
            if (!members.isEmpty()) {
                snapshot.put(members.group, List.copyOf(members.all()));
            }
        }
        subscribers.add(monitor);
        return Map.copyOf(snapshot);
    }

    private List<Members<G>> ofGroup(G group) {
        Members<G> members = table.groups.get(group);
        return members == null ? List.of() : List.of(members);
    }

    /// A process has ended: it leaves all its groups.
    private void ended(Pid pid) {
        Joiner<G> joiner = joiners.remove(pid);
        if (joiner == null) {
            return;
        }
        self.demonitorAndFlush(joiner.monitor());
        Map<G, List<Pid>> left = new LinkedHashMap<>();
        for (Members.Member<G> member : joiner.memberships()) {
            remove(member);
            left.computeIfAbsent(member.members.group, _ -> new ArrayList<>()).add(pid);
        }
        left.forEach(subscribers::left);
    }

    @Override
    public void cast(Object message) {
        unexpected(message);
    }

    @Override
    public void info(Object message) {
        if (message instanceof Down(Monitor monitor, Pid pid, ExitReason _)) {
            ended(pid);
            subscribers.ended(monitor);
        } else {
            unexpected(message);
        }
    }

    private void unexpected(Object message) {
        self.node().unexpected(self.pid(), "got a message that is not for scopes", message);
    }

    @Override
    public void terminate(ExitReason reason) {}

    @Override
    public Optional<Object> shared() {
        return Optional.of(table);
    }

    /// The members of each group.
    @Override
    public Object state() {
        Map<G, List<Pid>> groups = new HashMap<>();
        table.groups.forEach((group, members) -> groups.put(group, List.copyOf(members.all())));
        return Map.copyOf(groups);
    }

    @Override
    public Object reportedState() {
        return "scope with " + table.groups.size() + " groups, " + joiners.size() + " members and " + subscribers.size()
                + " subscribers";
    }

    @Override
    public String initialCall() {
        return Groups.class.getName();
    }
}
