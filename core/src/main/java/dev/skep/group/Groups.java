package dev.skep.group;

import dev.skep.Cast;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.Sendable;
import dev.skep.ServerRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Process groups: a scope of them. Erlang: `pg`.
///
/// ```java
/// static final Name<Groups<String, RoomRpc>> ROOMS = Name.of("rooms");
///
/// node.start(Supervisor.oneForOne().child(ChildSpec.of("rooms", Groups.scope(ROOMS))));
///
/// Groups<String, RoomRpc> rooms = Groups.of(node, ROOMS);
/// rooms.join(self, "kitchen");                     // in a process
/// rooms.cast("kitchen", new Dinner("at eight"));   // to all of its members
/// ```
///
/// A group is there while it has members. A process may be in any number of groups, and in one of them several
/// times: it is then listed several times, and leaves once for each time. Members leave when they end: whoever
/// has heard of the end does not find them any more.
///
/// Joining, leaving and monitoring ask the scope's process, and wait for it: it does each in its turn, and tells
/// those who monitor it in that order. Reading asks nobody and never blocks. When the scope's process ends, all
/// memberships and monitors of it are lost, and nobody is told but who monitors that process ([#pid()]); members
/// live on, and join again when the scope is back. While it does not run, reading throws an
/// [IllegalStateException], and asking a [dev.skep.CallException.NoProcess].
///
/// A scope is one node's today; members of other nodes will be among [#members(Object)], and not among
/// [#localMembers(Object)]. This object refers to the scope by name, so it survives the scope's restarts; it may
/// be made anew at each use. Every method may be called from any thread, but for those that take a [Self].
///
/// @param <G> what groups are named by: immutable values with `equals` and `hashCode`
/// @param <P> the protocol of the members; [Object] if they have none in common
@Sendable
public final class Groups<G, P> {
    private final Node node;
    private final Name<Groups<G, P>> name;
    private final ServerRef<ScopeRpc> scope;
    /// What it was at the last look.
    private @Nullable ScopeTable<G> lastSeen;

    @SuppressWarnings("unchecked") // nothing else can be sent to it
    private Groups(Node node, Name<Groups<G, P>> name) {
        this.node = Objects.requireNonNull(node, "node");
        this.name = Objects.requireNonNull(name, "name");
        this.scope = node.ref((Name<ScopeRpc>) (Name<?>) name);
    }

    /// How to start a scope. Erlang: `pg:start_link/1`.
    ///
    /// @param <G> the groups
    /// @param <P> the protocol of the members
    /// @param name the scope's name
    /// @return a start, to be a supervisor's child
    public static <G, P> GroupsSpec<G, P> scope(Name<Groups<G, P>> name) {
        return new GroupsSpec<>(name);
    }

    /// A scope by name; it need not run yet.
    ///
    /// @param <G> the groups
    /// @param <P> the protocol of the members
    /// @param node where it runs
    /// @param name its name
    /// @return the scope
    public static <G, P> Groups<G, P> of(Node node, Name<Groups<G, P>> name) {
        return new Groups<>(node, name);
    }

    // ---- Joining and leaving -------------------------------------------------------------------------------------

    /// Makes this process a member of a group, once more if it is one. Blocks. Erlang: `pg:join/3`.
    ///
    /// @param self the process; it understands at least the protocol
    /// @param group the group
    public void join(Self<? super P> self, G group) {
        Objects.requireNonNull(self, "self").requireInside("join");
        join(group, List.of(self.pid()));
    }

    /// Makes a process a member of a group, once more if it is one; one that has ended joins nothing. The caller
    /// vouches for its protocol. Blocks. Erlang: `pg:join/3`.
    ///
    /// @param group the group
    /// @param pid a process of this node
    /// @throws IllegalArgumentException if the process lives on another node
    public void join(G group, Pid pid) {
        join(group, List.of(Objects.requireNonNull(pid, "pid")));
    }

    /// Makes processes members of a group, all at once, as [#join(Object, Pid)] does.
    ///
    /// @param group the group
    /// @param pids processes of this node; one may be in the list several times
    /// @throws IllegalArgumentException if one of them lives on another node: none joins
    public void join(G group, List<Pid> pids) {
        scope.call(new ScopeRpc.Join(Objects.requireNonNull(group, "group"), local(pids)), ServerRef.FOREVER);
    }

    /// Ends one membership of this process in a group. Blocks. Erlang: `pg:leave/3`.
    ///
    /// @param self the process
    /// @param group the group
    /// @return false if it was none of its members
    public boolean leave(Self<?> self, G group) {
        Objects.requireNonNull(self, "self").requireInside("leave");
        return leave(group, List.of(self.pid()));
    }

    /// Ends one membership of a process in a group. Blocks. Erlang: `pg:leave/3`.
    ///
    /// @param group the group
    /// @param pid a process of this node
    /// @return false if it was none of its members
    /// @throws IllegalArgumentException if the process lives on another node
    public boolean leave(G group, Pid pid) {
        return leave(group, List.of(Objects.requireNonNull(pid, "pid")));
    }

    /// Ends memberships of processes in a group, all at once: one for each element. Blocks. Erlang: `pg:leave/3`.
    ///
    /// @param group the group
    /// @param pids processes of this node
    /// @return false if none of them was a member
    /// @throws IllegalArgumentException if one of them lives on another node: none leaves
    public boolean leave(G group, List<Pid> pids) {
        return scope.call(new ScopeRpc.Leave(Objects.requireNonNull(group, "group"), local(pids)), ServerRef.FOREVER);
    }

    private List<Pid> local(List<Pid> pids) {
        List<Pid> all = List.copyOf(Objects.requireNonNull(pids, "pids"));
        for (Pid pid : all) {
            if (!pid.nodeName().equals(node.name())) {
                throw new IllegalArgumentException(pid + " cannot join or leave a group of scope " + name + " of "
                        + node + ": it lives elsewhere");
            }
        }
        return all;
    }

    // ---- Reading -------------------------------------------------------------------------------------------------

    /// The members of a group, the first to join first; one that has joined several times is in it several times.
    /// Erlang: `pg:get_members/2`.
    ///
    /// @param group the group
    /// @return the members; none if there is no such group
    /// @throws IllegalStateException if the scope does not run
    public List<Pid> members(G group) {
        return table().members(Objects.requireNonNull(group, "group"));
    }

    /// The members of a group that live on this node. Erlang: `pg:get_local_members/2`.
    ///
    /// @param group the group
    /// @return the members; none if there is no such group
    /// @throws IllegalStateException if the scope does not run
    public List<Pid> localMembers(G group) {
        return members(group); // there are no others yet
    }

    /// All groups, in no order. Erlang: `pg:which_groups/1`.
    ///
    /// @return those that have members
    /// @throws IllegalStateException if the scope does not run
    public List<G> groups() {
        List<G> found = new ArrayList<>();
        for (Members<G> members : table().groups.values()) {
            if (members.hasLiving()) {
                found.add(members.group);
            }
        }
        return found;
    }

    /// The groups that have members on this node, in no order. Erlang: `pg:which_local_groups/1`.
    ///
    /// @return those groups
    /// @throws IllegalStateException if the scope does not run
    public List<G> localGroups() {
        return groups(); // there are no others yet
    }

    private ScopeTable<G> table() {
        ScopeTable<G> seen = lastSeen;
        if (seen != null && seen.isOpen()) {
            return seen;
        }
        seen = node.whereis(name)
                .map(Groups::<G>tableOf)
                .filter(ScopeTable::isOpen)
                .orElse(null);
        lastSeen = seen;
        if (seen == null) {
            throw new IllegalStateException("there is no running scope of groups with the name \"" + name + "\" on "
                    + node + ": start it before those who use it");
        }
        return seen;
    }

    @SuppressWarnings("unchecked") // the name ties the groups to the scope
    private static <G> @Nullable ScopeTable<G> tableOf(Pid scope) {
        return scope.shared(ScopeTable.class).orElse(null);
    }

    // ---- Telling all ---------------------------------------------------------------------------------------------

    /// Casts a message to all members of a group, once for each membership. It blocks and throws as
    /// [ServerRef#cast(Cast)] does: only where a member's mailbox is full and says [dev.skep.Overflow#BLOCK], and
    /// then those after it have not been told.
    ///
    /// @param group the group
    /// @param message the message
    /// @return to how many
    /// @throws IllegalStateException if the scope does not run
    public int cast(G group, Cast<P> message) {
        Objects.requireNonNull(message, "message");
        List<Pid> members = members(group);
        for (Pid member : members) {
            ServerRef.<P>of(member).cast(message);
        }
        return members.size();
    }

    /// Sends a message outside of their protocol to all members of a group, once for each membership. It blocks and
    /// throws as [Pid#send(Object)] does: only where a member's mailbox is full and says [dev.skep.Overflow#BLOCK],
    /// and then those after it have not been told.
    ///
    /// @param group the group
    /// @param message an immutable value
    /// @return to how many
    /// @throws IllegalStateException if the scope does not run
    public int send(G group, Object message) {
        Objects.requireNonNull(message, "message");
        List<Pid> members = members(group);
        members.forEach(member -> member.send(message));
        return members.size();
    }

    // ---- Monitoring ----------------------------------------------------------------------------------------------

    /// A monitored group, as it was when the monitor began.
    ///
    /// @param <G> the groups
    /// @param monitor what the events carry
    /// @param members the members then
    public record MonitoredGroup<G>(GroupMonitor<G> monitor, List<Pid> members) {
        /// Keeps the list unmodifiable.
        public MonitoredGroup {
            Objects.requireNonNull(monitor, "monitor");
            members = List.copyOf(members);
        }
    }

    /// A monitored scope, as it was when the monitor began.
    ///
    /// @param <G> the groups
    /// @param monitor what the events carry
    /// @param groups the groups then, and their members
    public record MonitoredScope<G>(GroupMonitor<G> monitor, Map<G, List<Pid>> groups) {
        /// Keeps the map unmodifiable.
        public MonitoredScope {
            Objects.requireNonNull(monitor, "monitor");
            groups = Map.copyOf(groups);
        }
    }

    /// Sends this process a [GroupEvent] whenever a group changes, until it withdraws that. Blocks.
    /// Erlang: `pg:monitor/2`.
    ///
    /// @param self the process that is to be told
    /// @param group the group; it need not be there yet
    /// @return the members up to the first event
    public MonitoredGroup<G> monitor(Self<?> self, G group) {
        GroupMonitor<G> monitor = new GroupMonitor<>(
                Objects.requireNonNull(self, "self").alias(), Objects.requireNonNull(group, "group"));
        Map<G, List<Pid>> members = watch(monitor);
        return new MonitoredGroup<>(monitor, members.getOrDefault(group, List.of()));
    }

    /// Sends this process a [GroupEvent] whenever a group of the scope changes, until it withdraws that. Blocks.
    /// Erlang: `pg:monitor_scope/1`.
    ///
    /// @param self the process that is to be told
    /// @return all groups and their members up to the first event
    public MonitoredScope<G> monitorScope(Self<?> self) {
        GroupMonitor<G> monitor =
                new GroupMonitor<>(Objects.requireNonNull(self, "self").alias(), null);
        return new MonitoredScope<>(monitor, watch(monitor));
    }

    private Map<G, List<Pid>> watch(GroupMonitor<G> monitor) {
        return scope.call(new ScopeRpc.Watch<>(monitor), ServerRef.FOREVER);
    }

    /// Withdraws a monitor, and removes its events from the mailbox: none comes after this. Blocks.
    /// Erlang: `pg:demonitor/2`.
    ///
    /// @param self the process that is being told
    /// @param monitor a monitor of this process
    /// @return false if it was withdrawn before, or the scope has been restarted since
    /// @throws IllegalArgumentException if it is no monitor of this process
    public boolean demonitor(Self<?> self, GroupMonitor<G> monitor) {
        Objects.requireNonNull(self, "self").unaliasAndFlush(Objects.requireNonNull(monitor, "monitor").subscriber);
        return scope.call(new ScopeRpc.Unwatch(monitor), ServerRef.FOREVER);
    }

    /// The scope's process, right now.
    ///
    /// @return empty if it does not run
    public Optional<Pid> pid() {
        return node.whereis(name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Groups<?, ?> groups && node == groups.node && name.equals(groups.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /// The scope's name.
    @Override
    public String toString() {
        return name.text();
    }
}
