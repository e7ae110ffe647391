package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.HealthCheck;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A supervisor of children that come and go, each with a specification of its own. Elixir: `DynamicSupervisor`.
///
/// ```java
/// static final Name<SupervisorRpc> SESSIONS = Name.of("sessions");
///
/// node.start(DynamicSupervisor.create().maxChildren(10_000).named(SESSIONS));
/// DynamicSupervisorRef<ChildSpec> sessions = DynamicSupervisorRef.of(node, SESSIONS);
/// Result<Optional<Pid>, ChildError> session =
///         sessions.startChild(ChildSpec.server("session", Session::new).restart(Restart.TEMPORARY));
/// ```
///
/// | | [Supervisor] | [SimpleSupervisor] | DynamicSupervisor |
/// |---|---|---|---|
/// | children | known beforehand | come and go | come and go |
/// | they are | of different kinds | of one kind, from a template | of different kinds |
/// | known by | their ids | their pids | their pids: ids need not be unique, and are for reports |
/// | order | they start and end one after the other | none | none |
///
/// It starts without children. When one ends, it alone is restarted, as its own specification says. When the
/// supervisor ends, it tells all children at once, and each has the shutdown time of its own.
///
/// A child whose init takes its time holds up only who waits for it, and so does one that takes its time to end:
/// others can be started meanwhile. That is not so for a child with a start function of your own ([ChildStart]), which
/// runs in the supervisor, and for restarts.
///
/// | | default | set by |
/// |---|---|---|
/// | number of children | no limit | [#maxChildren(int)] |
/// | intensity | 3 restarts in 5 seconds | [#intensity(int, Duration)] |
/// | backoff | none: restarts are immediate | [#backoff(Backoff)] |
/// | health checks | none | [#health(HealthCheck)] |
///
/// Immutable; each method returns a changed copy.
///
/// @param <A> what a child is started with: a [ChildSpec], unless [#of(Function)] says something else
public final class DynamicSupervisor<A> extends StartSpec<DynamicSupervisorRef<A>> {
    private static final Supervisor.Intensity USUAL = new Supervisor.Intensity(3, Duration.ofSeconds(5));

    private final Function<? super A, ChildSpec> children;
    private final int maxChildren;
    private final Supervisor.Intensity intensity;
    private final @Nullable Backoff backoff;
    private final @Nullable HealthCheck health;
    private final @Nullable Name<SupervisorRpc> name;

    private DynamicSupervisor(
            Function<? super A, ChildSpec> children,
            int maxChildren,
            Supervisor.Intensity intensity,
            @Nullable Backoff backoff,
            @Nullable HealthCheck health,
            @Nullable Name<SupervisorRpc> name) {
        this.children = children;
        this.maxChildren = maxChildren;
        this.intensity = intensity;
        this.backoff = backoff;
        this.health = health;
        this.name = name;
    }

    /// A supervisor whose children are started with their specifications.
    ///
    /// @return the description
    public static DynamicSupervisor<ChildSpec> create() {
        return of(Function.<ChildSpec>identity());
    }

    /// A supervisor that makes the specification of a child from what it is started with, and so may add what is
    /// common to all children. Elixir: `:extra_arguments`.
    ///
    /// ```java
    /// DynamicSupervisor.of((User user) ->
    ///         ChildSpec.server("session of " + user.name(), () -> new Session(database, user)))
    /// ```
    ///
    /// @param <A> what a child is started with, and restarted with
    /// @param children makes the specification. Runs in the supervisor, for restarts too, so it must be quick; what
    ///     it throws fails the start
    /// @return the description
    public static <A> DynamicSupervisor<A> of(Function<? super A, ChildSpec> children) {
        Objects.requireNonNull(children, "function that makes the children");
        return new DynamicSupervisor<>(children, Integer.MAX_VALUE, USUAL, null, null, null);
    }

    /// How many children there may be at a time, with those whose init runs and those that are being restarted.
    /// Who asks for more gets a [ChildError.MaxChildren].
    ///
    /// @param limit zero or more
    /// @return the changed description
    public DynamicSupervisor<A> maxChildren(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "the number of children of a dynamic supervisor must not be negative, but was " + limit);
        }
        return new DynamicSupervisor<>(children, limit, intensity, backoff, health, name);
    }

    /// How many restarts within which time are too many to go on.
    ///
    /// @param restarts the number that is still allowed, zero or more
    /// @param period the time, longer than zero
    /// @return the changed description
    public DynamicSupervisor<A> intensity(int restarts, Duration period) {
        return new DynamicSupervisor<>(
                children, maxChildren, new Supervisor.Intensity(restarts, period), backoff, health, name);
    }

    /// How long to wait before a child is restarted, for children that do not say so themselves.
    ///
    /// @param wait the backoff
    /// @return the changed description
    public DynamicSupervisor<A> backoff(Backoff wait) {
        Objects.requireNonNull(wait, "backoff");
        return new DynamicSupervisor<>(children, maxChildren, intensity, wait, health, name);
    }

    /// Checks the health of children that are workers and do not say so themselves, as
    /// [Supervisor#health(HealthCheck)] does.
    ///
    /// @param check how
    /// @return the changed description
    public DynamicSupervisor<A> health(HealthCheck check) {
        Objects.requireNonNull(check, "health check of children");
        return new DynamicSupervisor<>(children, maxChildren, intensity, backoff, check, name);
    }

    /// Registers the supervisor under a name.
    ///
    /// @param registered the name
    /// @return the changed description
    public DynamicSupervisor<A> named(Name<SupervisorRpc> registered) {
        Objects.requireNonNull(registered, "name");
        return new DynamicSupervisor<>(children, maxChildren, intensity, backoff, health, registered);
    }

    OnDemand<A> onDemand() {
        return new OnDemand<>(
                DynamicSupervisor.class, children, null, intensity, AutoShutdown.NEVER, maxChildren, backoff, health);
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new OnDemandLoop<>(onDemand(), self);
    }

    @Override
    protected DynamicSupervisorRef<A> reference(Pid pid) {
        return new DynamicSupervisorRef<>(ServerRef.of(pid));
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
        return name == null ? "a DynamicSupervisor" : "DynamicSupervisor " + name;
    }
}
