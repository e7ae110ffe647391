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

/// A supervisor of any number of children of one kind. Erlang: `simple_one_for_one`.
///
/// ```java
/// SimpleSupervisorRef<Socket, ServerRef<ConnectionRpc>> connections = node.start(
///         Supervisor.simpleOneForOne((Socket socket) -> GenServer.spec(() -> new Connection(socket)))
///                 .restart(Restart.TEMPORARY));
/// ServerRef<ConnectionRpc> connection = connections.startChild(socket).orElseThrow();
/// ```
///
/// It starts without children, and ends all of them at once when it ends. A child whose init takes its time, or that
/// takes its time to end, holds up only who waits for it. Immutable; each method returns a changed
/// copy. Everything has the defaults of [Supervisor] and [ChildSpec].
///
/// @param <A> what a child is started with, and restarted with
/// @param <R> how a child is referred to
public final class SimpleSupervisor<A, R> extends StartSpec<SimpleSupervisorRef<A, R>> {
    private final Function<? super A, ? extends StartSpec<R>> template;
    private final ChildSpec policy;
    private final Supervisor.Intensity intensity;
    private final AutoShutdown autoShutdown;
    private final @Nullable Name<SupervisorRpc> name;

    SimpleSupervisor(Function<? super A, ? extends StartSpec<R>> template) {
        this(
                Objects.requireNonNull(template, "template"),
                ChildSpec.of("child", supervisor -> {
                    throw new UnsupportedOperationException("this child belongs to a SimpleSupervisor, whose template"
                            + " starts it; " + supervisor.pid() + " cannot");
                }),
                Supervisor.Intensity.DEFAULT,
                AutoShutdown.NEVER,
                null);
    }

    private SimpleSupervisor(
            Function<? super A, ? extends StartSpec<R>> template,
            ChildSpec policy,
            Supervisor.Intensity intensity,
            AutoShutdown autoShutdown,
            @Nullable Name<SupervisorRpc> name) {
        this.template = template;
        this.policy = policy;
        this.intensity = intensity;
        this.autoShutdown = autoShutdown;
        this.name = name;
    }

    /// How many restarts within which time are too many to go on.
    ///
    /// @param restarts the number that is still allowed, zero or more
    /// @param period the time, longer than zero
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> intensity(int restarts, Duration period) {
        return new SimpleSupervisor<>(template, policy, new Supervisor.Intensity(restarts, period), autoShutdown, name);
    }

    /// When a child is restarted; always, by default.
    ///
    /// @param when permanent, transient or temporary
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> restart(Restart when) {
        return with(policy.restart(when));
    }

    /// What the children are; workers, by default. Supervisors have as long as they need to shut down, unless something
    /// else is said.
    ///
    /// @param kind workers or supervisors
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> type(ChildType kind) {
        return with(policy.type(kind));
    }

    /// Tells children to shut down, and kills those that have not ended in time; five seconds by default.
    ///
    /// @param timeout zero or more; [dev.skep.ServerRef#FOREVER] for no limit
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> shutdown(Duration timeout) {
        return with(policy.shutdown(timeout));
    }

    /// Kills children: they clean nothing up.
    ///
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> brutalKill() {
        return with(policy.brutalKill());
    }

    /// How long to wait before a child is restarted; not at all, by default.
    ///
    /// @param wait the backoff
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> backoff(Backoff wait) {
        return with(policy.backoff(wait));
    }

    /// Checks the health of each child while it runs, and restarts it when it fails; not at all, by default.
    ///
    /// @param check how
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> health(HealthCheck check) {
        return with(policy.health(check));
    }

    /// Ends the supervisor by itself when children have ended and are not restarted: after the first, or after the
    /// last of them. All its children are significant then. Not with permanent children, so say
    /// [#restart(Restart)] first.
    ///
    /// @param when never, for any, or for all of them
    /// @return the changed supervisor
    /// @throws IllegalArgumentException with permanent children: make them transient or temporary first
    public SimpleSupervisor<A, R> autoShutdown(AutoShutdown when) {
        Objects.requireNonNull(when, "auto shutdown");
        ChildSpec changed = when == AutoShutdown.NEVER ? policy : policy.significant();
        return new SimpleSupervisor<>(template, changed, intensity, when, name);
    }

    /// Registers the supervisor under a name.
    ///
    /// @param registered the name
    /// @return the changed supervisor
    public SimpleSupervisor<A, R> named(Name<SupervisorRpc> registered) {
        Objects.requireNonNull(registered, "name");
        return new SimpleSupervisor<>(template, policy, intensity, autoShutdown, registered);
    }

    private SimpleSupervisor<A, R> with(ChildSpec changed) {
        return new SimpleSupervisor<>(template, changed, intensity, autoShutdown, name);
    }

    OnDemand<A> onDemand() {
        return new OnDemand<>(
                SimpleSupervisor.class, this::childFor, policy, intensity, autoShutdown, Integer.MAX_VALUE, null, null);
    }

    private ChildSpec childFor(A argument) {
        StartSpec<R> start = Objects.requireNonNull(template.apply(argument), "the template made no start");
        return policy.startedBy(new ChildSpec.OfSpec(start));
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new OnDemandLoop<>(onDemand(), self);
    }

    @Override
    protected SimpleSupervisorRef<A, R> reference(Pid pid) {
        return new SimpleSupervisorRef<>(ServerRef.of(pid));
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
        return name == null ? "a SimpleSupervisor" : "SimpleSupervisor " + name;
    }
}
