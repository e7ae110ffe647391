package dev.skep.supervisor;

import dev.skep.Health;
import dev.skep.HealthWatch;
import dev.skep.Pid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The children of a supervisor that starts them on demand.
///
/// @param <A> what a child is started with
final class OnDemandChildren<A> {
    /// Those that run, in the order of their starts.
    final LinkedHashMap<Pid, Kept<A>> running = new LinkedHashMap<>();
    /// Those whose restart has failed or waits, by the pid that each had last.
    final LinkedHashMap<Pid, Kept<A>> restarting = new LinkedHashMap<>();
    /// Those whose init runs, in the order of the requests.
    final LinkedHashMap<Pid, Starting<A>> starting = new LinkedHashMap<>();

    int number() {
        return running.size() + restarting.size() + starting.size();
    }

    boolean areAllAmong(Set<Pid> pids) {
        return restarting.isEmpty() && pids.containsAll(starting.keySet()) && pids.containsAll(running.keySet());
    }

    /// How a child is looked after; empty if the process is none.
    Optional<ChildSpec> specOf(Pid pid, OnDemand<A> description) {
        Starting<A> begun = starting.get(pid);
        if (begun != null) {
            return Optional.of(begun.spec);
        }
        Kept<A> kept = running.getOrDefault(pid, restarting.get(pid));
        return Optional.ofNullable(kept).map(description::policyOf);
    }

    /// The last started first.
    List<ChildInfo> list(OnDemand<A> description) {
        List<ChildInfo> infos = new ArrayList<>(number());
        running.forEach((pid, child) -> infos.add(info(
                description.policyOf(child),
                ChildInfo.State.RUNNING,
                pid,
                child.restarts(),
                Optional.ofNullable(child.watch()).map(HealthWatch::health))));
        restarting.forEach((_, child) -> infos.add(info(
                description.policyOf(child),
                child.waits() ? ChildInfo.State.WAITING : ChildInfo.State.RESTARTING,
                null,
                child.restarts(),
                Optional.empty())));
        starting.forEach(
                (pid, child) -> infos.add(info(child.spec, ChildInfo.State.STARTING, pid, 0, Optional.empty())));
        Collections.reverse(infos);
        return List.copyOf(infos);
    }

    private static ChildInfo info(
            ChildSpec policy, ChildInfo.State state, @Nullable Pid pid, long restarts, Optional<Health> health) {
        return new ChildInfo(policy.id(), state, Optional.ofNullable(pid), policy.type(), restarts, health);
    }

    ChildCount count(OnDemand<A> description) {
        int all = number();
        ChildSpec shared = description.shared();
        int supervisors = shared == null ? supervisors(description) : shared.type() == ChildType.SUPERVISOR ? all : 0;
        return new ChildCount(shared == null ? all : 1, running.size(), supervisors, all - supervisors);
    }

    @Override
    public String toString() {
        return running.size() + " children, " + starting.size() + " starting, " + restarting.size() + " restarting";
    }

    private int supervisors(OnDemand<A> description) {
        Stream<ChildSpec> kept = Stream.of(running, restarting)
                .flatMap(each -> each.values().stream())
                .map(description::policyOf);
        Stream<ChildSpec> begun = starting.values().stream().map(child -> child.spec);
        return (int) Stream.concat(kept, begun)
                .filter(child -> child.type() == ChildType.SUPERVISOR)
                .count();
    }
}
