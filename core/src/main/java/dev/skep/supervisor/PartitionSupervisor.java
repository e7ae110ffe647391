package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A supervisor of several processes of one kind, the partitions, among which work is divided by key: for a process
/// that has become a bottleneck. Elixir: `PartitionSupervisor`.
///
/// ```java
/// static final PartitionSupervisor<CacheRpc> CACHES =
///         PartitionSupervisor.of("caches", (name, partition) -> GenServer.spec(Cache::new).named(name));
///
/// node.start(CACHES);
/// Optional<String> value = CACHES.on(node).route(key).call(new CacheRpc.Get(key));
/// ```
///
/// What belongs to one key always goes to the same partition, so it stays in order there. There is no order between
/// partitions, and each has a state of its own.
///
/// | | default | set by |
/// |---|---|---|
/// | partitions | number of processors | [#partitions(int)] |
/// | intensity | 1 restart in 5 seconds | [#intensity(int, Duration)] |
/// | child | permanent, 5 seconds to shut down | [#child(UnaryOperator)] |
///
/// This is its description: immutable, each method returns a changed copy. Keep it as a constant, since who routes
/// needs it too.
///
/// @param <P> the protocol of the partitions
public final class PartitionSupervisor<P> extends StartSpec<SupervisorRef> {
    /// How to start one partition. Elixir: `:with_arguments`.
    ///
    /// @param <P> the protocol of the partitions
    @FunctionalInterface
    public interface Partition<P> {
        /// The start of a partition, which has to use the name.
        ///
        /// @param name its name
        /// @param partition its number, from 0
        /// @return a start with that name
        StartSpec<?> spec(Name<P> name, int partition);
    }

    private final String base;
    private final Partition<P> partition;
    private final int count;
    private final Supervisor.Intensity intensity;
    private final UnaryOperator<ChildSpec> policy;
    private final @Nullable Name<SupervisorRpc> name;

    private PartitionSupervisor(
            String base,
            Partition<P> partition,
            int count,
            Supervisor.Intensity intensity,
            UnaryOperator<ChildSpec> policy,
            @Nullable Name<SupervisorRpc> name) {
        this.base = base;
        this.partition = partition;
        this.count = count;
        this.intensity = intensity;
        this.policy = policy;
        this.name = name;
    }

    /// As many partitions as there are processors.
    ///
    /// @param <P> the protocol of the partitions
    /// @param base the beginning of their names, not blank: those of `caches` are `caches/0`, `caches/1`
    /// @param partition how to start one of them
    /// @return the description
    public static <P> PartitionSupervisor<P> of(String base, Partition<P> partition) {
        Objects.requireNonNull(partition, "start of the partitions of " + base);
        var _ = Name.of(Objects.requireNonNull(base, "name of the partitions"));
        return new PartitionSupervisor<>(
                base,
                partition,
                Runtime.getRuntime().availableProcessors(),
                Supervisor.Intensity.DEFAULT,
                UnaryOperator.identity(),
                null);
    }

    /// How many partitions there are.
    ///
    /// @param number one or more
    /// @return the changed description
    public PartitionSupervisor<P> partitions(int number) {
        if (number < 1) {
            throw new IllegalArgumentException(
                    "there has to be at least one partition of " + base + ", but was " + number);
        }
        return new PartitionSupervisor<>(base, partition, number, intensity, policy, name);
    }

    /// How many restarts within which time are too many to go on.
    ///
    /// @param restarts the number that is still allowed, zero or more
    /// @param period the time, longer than zero
    /// @return the changed description
    public PartitionSupervisor<P> intensity(int restarts, Duration period) {
        return new PartitionSupervisor<>(
                base, partition, count, new Supervisor.Intensity(restarts, period), policy, name);
    }

    /// What else is to be said of the partitions as children: restart, shutdown, health checks.
    ///
    /// @param change makes the changed specification of each of them
    /// @return the changed description
    public PartitionSupervisor<P> child(UnaryOperator<ChildSpec> change) {
        return new PartitionSupervisor<>(
                base, partition, count, intensity, Objects.requireNonNull(change, "change of the children"), name);
    }

    /// Registers the supervisor itself under a name.
    ///
    /// @param registered the name
    /// @return the changed description
    public PartitionSupervisor<P> named(Name<SupervisorRpc> registered) {
        return new PartitionSupervisor<>(
                base, partition, count, intensity, policy, Objects.requireNonNull(registered, "name"));
    }

    /// The partitions on a node, for routing. They need not run yet.
    ///
    /// @param node the node
    /// @return the partitions
    public Partitions<P> on(Node node) {
        Objects.requireNonNull(node, "node");
        List<ServerRef<P>> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(node.ref(nameOf(i)));
        }
        return new Partitions<>(servers);
    }

    private Name<P> nameOf(int index) {
        return Name.of(base + "/" + index);
    }

    /// The supervisor that it is.
    Supervisor supervisor() {
        Supervisor supervisor = Supervisor.oneForOne().intensity(intensity.restarts(), intensity.period());
        for (int i = 0; i < count; i++) {
            Name<P> mine = nameOf(i);
            StartSpec<?> spec =
                    Objects.requireNonNull(partition.spec(mine, i), "start of partition " + i + " of " + base);
            if (spec.name().filter(mine::equals).isEmpty()) {
                throw new IllegalArgumentException("the start of partition " + i + " of " + base
                        + " has to use the name \"" + mine + "\", but has "
                        + spec.name().map(given -> "\"" + given + "\"").orElse("none"));
            }
            supervisor = supervisor.child(policy.apply(ChildSpec.of(mine.toString(), spec)));
        }
        return name == null ? supervisor : supervisor.named(name);
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return supervisor().behaviour(self);
    }

    @Override
    protected SupervisorRef reference(Pid pid) {
        return new SupervisorRef(ServerRef.of(pid));
    }

    @Override
    public Optional<Name<SupervisorRpc>> name() {
        return Optional.ofNullable(name);
    }

    @Override
    public boolean isSupervisor() {
        return true;
    }

    @Override
    public String describe() {
        return "a PartitionSupervisor of " + count + " " + base;
    }
}
