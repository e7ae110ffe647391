package dev.skep.group;

import dev.skep.Node;
import dev.skep.Pid;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The groups of one run of a scope: its process writes them, everybody reads them. They are of no use once the
/// process has ended.
///
/// @param <G> the groups
final class ScopeTable<G> {
    final Node node;
    private final Pid owner;
    final Map<G, Members<G>> groups = new ConcurrentHashMap<>();

    ScopeTable(Node node, Pid owner) {
        this.node = node;
        this.owner = owner;
    }

    boolean isOpen() {
        return owner.isAlive();
    }

    List<Pid> members(G group) {
        Members<G> members = groups.get(group);
        return members == null ? List.of() : members.living();
    }
}
