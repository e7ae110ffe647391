package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.HealthCheck;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A process that keeps other processes running. Erlang: `supervisor`.
///
/// ```java
/// SupervisorRef sup = node.start(Supervisor.oneForOne()
///         .intensity(3, Duration.ofSeconds(5))
///         .child(ChildSpec.server(USERS, UserManager::new))
///         .child(ChildSpec.loop("poller", Poller::run).restart(Restart.TRANSIENT)));
/// ```
///
/// It starts its children in the given order, and fails if one of them does. When a child ends, the strategy says
/// which children are restarted; when there are more restarts than the intensity allows within its period, the
/// supervisor ends its children and itself with `shutdown`, and leaves the problem to its own supervisor. It ends its
/// children in reverse order, each as its [Shutdown] says.
///
/// | | default | set by |
/// |---|---|---|
/// | intensity | 1 restart in 5 seconds | [#intensity(int, Duration)] |
/// | automatic shutdown | never | [#autoShutdown(AutoShutdown)] |
/// | backoff | none: restarts are immediate | [#backoff(Backoff)] |
/// | health checks | none | [#health(HealthCheck)] |
///
/// This is the supervisor's description: immutable, each method returns a changed copy, and errors in it are found by
/// the call that makes them. It can start any number of supervisors, and be a child itself
/// ([ChildSpec#supervisor(String, StartSpec)]).
public final class Supervisor extends StartSpec<SupervisorRef> {
    /// Restarts within a period.
    record Intensity(int restarts, Duration period) {
        static final Intensity DEFAULT = new Intensity(1, Duration.ofSeconds(5));

        Intensity {
            if (restarts < 0) {
                throw new IllegalArgumentException("intensity must not be negative, but was " + restarts);
            }
            if (Objects.requireNonNull(period, "period").isNegative() || period.isZero()) {
                throw new IllegalArgumentException("period must be longer than zero, but was " + period);
            }
        }
    }

    private final Strategy strategy;
    private final Intensity intensity;
    private final AutoShutdown autoShutdown;
    private final @Nullable Backoff backoff;
    private final @Nullable HealthCheck health;
    private final @Nullable Name<SupervisorRpc> name;
    private final List<ChildSpec> children;

    private Supervisor(
            Strategy strategy,
            Intensity intensity,
            AutoShutdown autoShutdown,
            @Nullable Backoff backoff,
            @Nullable HealthCheck health,
            @Nullable Name<SupervisorRpc> name,
            List<ChildSpec> children) {
        this.strategy = strategy;
        this.intensity = intensity;
        this.autoShutdown = autoShutdown;
        this.backoff = backoff;
        this.health = health;
        this.name = name;
        this.children = children;
    }

    private static Supervisor of(Strategy strategy) {
        return new Supervisor(strategy, Intensity.DEFAULT, AutoShutdown.NEVER, null, null, null, List.of());
    }

    /// When a child ends, it alone is restarted.
    ///
    /// @return a supervisor without children
    public static Supervisor oneForOne() {
        return of(Strategy.ONE_FOR_ONE);
    }

    /// When a child ends, all others are ended too, and all are restarted.
    ///
    /// @return a supervisor without children
    public static Supervisor oneForAll() {
        return of(Strategy.ONE_FOR_ALL);
    }

    /// When a child ends, those that were started after it are ended too, and it and they are restarted.
    ///
    /// @return a supervisor without children
    public static Supervisor restForOne() {
        return of(Strategy.REST_FOR_ONE);
    }

    /// Any number of children of one kind, each started with an argument of its own and known by its pid.
    /// Erlang: `simple_one_for_one`.
    ///
    /// @param <A> what a child is started with
    /// @param <R> how a child is referred to
    /// @param template what to start for an argument
    /// @return a supervisor without children
    public static <A, R> SimpleSupervisor<A, R> simpleOneForOne(Function<? super A, ? extends StartSpec<R>> template) {
        return new SimpleSupervisor<>(template);
    }

    /// A supervisor that is described when it starts, and anew at each restart, by code that reads a configuration for
    /// instance. Erlang: `init/1` of a supervisor's callback module.
    ///
    /// ```java
    /// ChildSpec.supervisor("pool", Supervisor.atStart(() -> poolOf(config.get(WORKERS))))
    /// ```
    ///
    /// @param description makes the supervisor, without a name. Runs in the new process, while whoever starts that
    ///     waits. What it throws makes the start fail; a [dev.skep.StartException.Ignore] makes it ignored, a
    ///     [dev.skep.ProcessExit] has a reason of its own
    /// @return how to start it
    public static StartSpec<SupervisorRef> atStart(Callable<Supervisor> description) {
        return new SupervisorAtStart(description, null);
    }

    /// A supervisor under a name that is described when it starts: see [#atStart(Callable)].
    ///
    /// @param name the name
    /// @param description makes the supervisor, without a name
    /// @return how to start it
    public static StartSpec<SupervisorRef> atStart(Name<SupervisorRpc> name, Callable<Supervisor> description) {
        return new SupervisorAtStart(description, Objects.requireNonNull(name, "name"));
    }

    /// How many restarts within which time are too many to go on.
    ///
    /// @param restarts the number that is still allowed, zero or more
    /// @param period the time, longer than zero
    /// @return the changed supervisor
    public Supervisor intensity(int restarts, Duration period) {
        return new Supervisor(strategy, new Intensity(restarts, period), autoShutdown, backoff, health, name, children);
    }

    /// Whether it ends itself when significant children have ended. Say so before the significant children.
    ///
    /// @param when never, for any, or for all of them
    /// @return the changed supervisor
    public Supervisor autoShutdown(AutoShutdown when) {
        Objects.requireNonNull(when, "auto shutdown");
        return new Supervisor(strategy, intensity, when, backoff, health, name, List.of()).children(children);
    }

    /// How long to wait before a child is restarted, for children that do not say so themselves. Under
    /// [#oneForAll()] and [#restForOne()] the other children run on until the wait is over.
    ///
    /// @param wait the backoff
    /// @return the changed supervisor
    public Supervisor backoff(Backoff wait) {
        Objects.requireNonNull(wait, "backoff");
        return new Supervisor(strategy, intensity, autoShutdown, wait, health, name, children);
    }

    /// Checks the health of children that are workers and do not say so themselves. Not of supervisors, which are
    /// busy while they wait for their own children. When the code of a supervisor changes, children that run keep
    /// the checks with which they were started.
    ///
    /// @param check how
    /// @return the changed supervisor
    public Supervisor health(HealthCheck check) {
        Objects.requireNonNull(check, "health check of children");
        return new Supervisor(strategy, intensity, autoShutdown, backoff, check, name, children);
    }

    /// Registers the supervisor under a name.
    ///
    /// @param registered the name
    /// @return the changed supervisor
    public Supervisor named(Name<SupervisorRpc> registered) {
        Objects.requireNonNull(registered, "name");
        return new Supervisor(strategy, intensity, autoShutdown, backoff, health, registered, children);
    }

    /// Adds a child, to be started after those before it.
    ///
    /// @param child the child
    /// @return the changed supervisor
    /// @throws IllegalArgumentException if its id is not unique, or it is significant although the supervisor
    ///     never shuts down automatically
    public Supervisor child(ChildSpec child) {
        return children(List.of(Objects.requireNonNull(child, "child")));
    }

    /// Adds several children, as [#child(ChildSpec)] does.
    ///
    /// @param more the children, in the order in which they are to be started
    /// @return the changed supervisor
    /// @throws IllegalArgumentException as [#child(ChildSpec)] does
    public Supervisor children(Iterable<ChildSpec> more) {
        Objects.requireNonNull(more, "children");
        List<ChildSpec> all = new ArrayList<>(children);
        Set<String> ids = new HashSet<>();
        children.forEach(child -> ids.add(child.id()));
        for (ChildSpec child : more) {
            check(child);
            if (!ids.add(child.id())) {
                throw new IllegalArgumentException("there are two children with the id " + child.id());
            }
            all.add(child);
        }
        return new Supervisor(strategy, intensity, autoShutdown, backoff, health, name, List.copyOf(all));
    }

    /// What a child must be in this supervisor, whatever the others are.
    void check(ChildSpec child) {
        Objects.requireNonNull(child, "child");
        if (child.isSignificant() && autoShutdown == AutoShutdown.NEVER) {
            throw new IllegalArgumentException("child " + child.id() + " is significant, but its supervisor never shuts"
                    + " down automatically: call autoShutdown before adding it");
        }
    }

    Strategy strategy() {
        return strategy;
    }

    Intensity intensity() {
        return intensity;
    }

    AutoShutdown autoShutdown() {
        return autoShutdown;
    }

    Optional<Backoff> backoffOf(ChildSpec child) {
        return child.backoff().or(() -> Optional.ofNullable(backoff));
    }

    Optional<HealthCheck> healthOf(ChildSpec child) {
        return child.healthOr(health);
    }

    List<ChildSpec> children() {
        return children;
    }

    @Override
    protected Behaviour behaviour(Self<Object> self) {
        return new SupervisorLoop(this, self);
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
        return name == null ? "a Supervisor" : "Supervisor " + name;
    }
}
