package dev.skep.supervisor;

import dev.skep.Body;
import dev.skep.ExitReason;
import dev.skep.HealthCheck;
import dev.skep.Mailbox;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.Sendable;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a supervisor knows of a child: how to start it, when to restart it, how to end it. Immutable; each method
/// returns a changed copy. Erlang: a child specification.
///
/// | | default | set by |
/// |---|---|---|
/// | restart | [Restart#PERMANENT] | [#restart(Restart)] |
/// | type | worker, unless it is a supervisor of some kind | [#type(ChildType)] |
/// | shutdown | 5 seconds; for a supervisor, for ever | [#shutdown(Duration)], [#brutalKill()] |
/// | significant | no | [#significant()] |
/// | backoff | that of the supervisor; none there | [#backoff(Backoff)] |
/// | health checks | those of the supervisor; none there | [#health(HealthCheck)], [#withoutHealth()] |
@Sendable
public final class ChildSpec {
    private static final Shutdown FIVE_SECONDS = new Shutdown.Within(Duration.ofSeconds(5));

    private final String id;
    private final ChildStart start;
    private final ChildType type;
    private final Restart restart;
    /// Null until it is said: the default depends on the type.
    private final @Nullable Shutdown shutdown;
    private final boolean significant;
    private final @Nullable Backoff backoff;
    /// Null until it is said: the default is the supervisor's.
    private final @Nullable Checks checks;

    /// What is said about its health checks.
    ///
    /// @param own null for none at all
    private record Checks(@Nullable HealthCheck own) {}

    /// Runs code that says nothing of itself: whether it goes on cannot be seen.
    private record SilentLoop(Callable<?> code) implements ChildStart {
        @Override
        public Started<?> start(Self<?> supervisor) {
            Pid pid = supervisor.spawnLink(_ -> code.call());
            return new Started.Running<>(pid, pid);
        }
    }

    /// Starts a process of some behaviour, which can be done without waiting for it.
    record OfSpec(StartSpec<?> spec) implements ChildStart {
        @Override
        public Started<?> start(Self<?> supervisor) {
            return supervisor.startLink(spec);
        }
    }

    /// Stands for how a child was started that is never started again.
    private record NotKept(String child) implements ChildStart {
        @Override
        public Started<?> start(Self<?> supervisor) {
            throw new UnsupportedOperationException(
                    "how child " + child + " is started is not known any more: it was a temporary one");
        }
    }

    private ChildSpec(
            String id,
            ChildStart start,
            ChildType type,
            Restart restart,
            @Nullable Shutdown shutdown,
            boolean significant,
            @Nullable Backoff backoff,
            @Nullable Checks checks) {
        this.id = Objects.requireNonNull(id, "child id");
        this.start = Objects.requireNonNull(start, "start of child " + id);
        this.type = type;
        this.restart = restart;
        this.shutdown = shutdown;
        this.significant = significant;
        this.backoff = backoff;
        this.checks = checks;
        if (id.isBlank()) {
            throw new IllegalArgumentException("a child's id must have a visible character, but was \"" + id + "\"");
        }
        if (significant && restart == Restart.PERMANENT) {
            throw new IllegalArgumentException(
                    "child " + id + " cannot be both significant and permanent: it never ends"
                            + " without being restarted; make it transient or temporary first");
        }
    }

    /// A GenServer under a name, which is the child's id too.
    ///
    /// @param <P> the protocol
    /// @param name the name
    /// @param factory makes a server for each start
    /// @return the child
    public static <P> ChildSpec server(Name<P> name, Supplier<? extends GenServer<?, P>> factory) {
        return of(
                Objects.requireNonNull(name, "name").text(),
                GenServer.spec(factory).named(name));
    }

    /// A GenServer without a name.
    ///
    /// @param id the child's id, not blank
    /// @param factory makes a server for each start
    /// @param <P> the protocol
    /// @return the child
    public static <P> ChildSpec server(String id, Supplier<? extends GenServer<?, P>> factory) {
        return of(id, GenServer.spec(factory));
    }

    /// A process of any behaviour: a supervisor of any kind ([StartSpec#isSupervisor()]) becomes a child of type
    /// supervisor, anything else a worker.
    ///
    /// @param id the child's id, not blank
    /// @param spec how to start it
    /// @return the child
    public static ChildSpec of(String id, StartSpec<?> spec) {
        Objects.requireNonNull(spec, "start of child " + id);
        ChildSpec child = of(id, new OfSpec(spec));
        return spec.isSupervisor() ? child.type(ChildType.SUPERVISOR) : child;
    }

    /// A process of any behaviour, as [#of(String, StartSpec)], whose name is the child's id too.
    ///
    /// @param spec how to start it, under a name
    /// @return the child
    /// @throws IllegalArgumentException if it is to be started without a name
    public static ChildSpec of(StartSpec<?> spec) {
        Objects.requireNonNull(spec, "start of a child");
        Name<?> name = spec.name()
                .orElseThrow(() -> new IllegalArgumentException(spec.describe() + " has no name that could be the"
                        + " child's id: give it one, or the child an id with of(id, start)"));
        return of(name.text(), spec);
    }

    /// A child with a start function of your own.
    ///
    /// @param id the child's id, not blank
    /// @param start starts it, linked
    /// @return the child
    public static ChildSpec of(String id, ChildStart start) {
        return new ChildSpec(id, start, ChildType.WORKER, Restart.PERMANENT, null, false, null, null);
    }

    /// A supervisor, which has as long as it needs to shut down.
    ///
    /// @param id the child's id, not blank
    /// @param spec how to start it
    /// @return the child
    public static ChildSpec supervisor(String id, StartSpec<?> spec) {
        Objects.requireNonNull(spec, "start of child " + id);
        return of(id, spec).type(ChildType.SUPERVISOR);
    }

    /// A plain process.
    ///
    /// @param <M> what it is sent
    /// @param id the child's id, not blank
    /// @param body its code
    /// @return the child
    public static <M> ChildSpec process(String id, Body<M> body) {
        return process(id, Mailbox.unbounded(), body);
    }

    /// A plain process with a mailbox of your choice. (A server has that of its [StartSpec].)
    ///
    /// @param <M> what it is sent
    /// @param id the child's id, not blank
    /// @param mailbox how many messages may wait for it, and what happens beyond that
    /// @param body its code
    /// @return the child
    public static <M> ChildSpec process(String id, Mailbox mailbox, Body<M> body) {
        Objects.requireNonNull(mailbox, "mailbox of child " + id);
        Objects.requireNonNull(body, "body of child " + id);
        return of(id, supervisor -> {
            Pid pid = supervisor.spawnLink(mailbox, body);
            return new Started.Running<>(pid, pid);
        });
    }

    /// Ordinary blocking code, such as a queue consumer or a poller, that need not know of Skep. It runs on a
    /// virtual thread of its own and is ended by an interrupt; what it returns or throws after that does not
    /// matter. When it returns by itself, the child has ended `normal`, which restarts a permanent one; when it
    /// throws, it has crashed.
    ///
    /// @param id the child's id, not blank
    /// @param code what to run
    /// @return the child
    public static ChildSpec loop(String id, Runnable code) {
        Objects.requireNonNull(code, "code of child " + id);
        return of(id, new SilentLoop(Executors.callable(code)));
    }

    /// Ordinary blocking code that may throw checked exceptions; its result is ignored. See [#loop(String, Runnable)].
    ///
    /// @param id the child's id, not blank
    /// @param code what to run
    /// @return the child
    public static ChildSpec loop(String id, Callable<?> code) {
        Objects.requireNonNull(code, "code of child " + id);
        return of(id, new SilentLoop(code));
    }

    /// Ordinary blocking code that says from time to time that it goes on, so that its health can be checked;
    /// otherwise as [#loop(String, Runnable)].
    ///
    /// ```java
    /// ChildSpec.loop("import", heartbeat -> {
    ///     for (Row row : rows) {
    ///         heartbeat.beat();
    ///         store(row);
    ///     }
    /// }).health(HealthCheck.every(Duration.ofSeconds(10)))
    /// ```
    ///
    /// @param id the child's id, not blank
    /// @param code what to run
    /// @return the child
    public static ChildSpec loop(String id, BeatingLoop code) {
        Objects.requireNonNull(code, "code of child " + id);
        return process(id, self -> {
            self.heartbeat(); // from the beginning: it is to be noticed too if it never gets to its own first one
            code.run(self::heartbeat);
        });
    }

    /// Another id: for a second child of the same kind, for instance. Elixir: `Supervisor.child_spec(spec, id: id)`.
    ///
    /// @param changed the child's id, not blank
    /// @return the changed child
    public ChildSpec id(String changed) {
        return new ChildSpec(changed, start, type, restart, shutdown, significant, backoff, checks);
    }

    /// What it is. A supervisor has as long as it needs to shut down, unless something else is said.
    ///
    /// @param kind worker or supervisor
    /// @return the changed child
    public ChildSpec type(ChildType kind) {
        Objects.requireNonNull(kind, "type of child " + id);
        return new ChildSpec(id, start, kind, restart, shutdown, significant, backoff, checks);
    }

    /// When it is restarted.
    ///
    /// @param when permanent, transient or temporary
    /// @return the changed child
    public ChildSpec restart(Restart when) {
        Objects.requireNonNull(when, "restart of child " + id);
        return new ChildSpec(id, start, type, when, shutdown, significant, backoff, checks);
    }

    /// Tells it to shut down, and kills it when it has not ended in time.
    ///
    /// @param timeout zero or more; [dev.skep.ServerRef#FOREVER] for no limit
    /// @return the changed child
    public ChildSpec shutdown(Duration timeout) {
        if (Objects.requireNonNull(timeout, "shutdown time of child " + id).isNegative()) {
            throw new IllegalArgumentException(
                    "shutdown time of child " + id + " must not be negative, but was " + timeout);
        }
        return new ChildSpec(id, start, type, restart, new Shutdown.Within(timeout), significant, backoff, checks);
    }

    /// Kills it: it cleans nothing up.
    ///
    /// @return the changed child
    public ChildSpec brutalKill() {
        return new ChildSpec(id, start, type, restart, new Shutdown.BrutalKill(), significant, backoff, checks);
    }

    /// Its own end may end the supervisor, as [AutoShutdown] says. Not for permanent children.
    ///
    /// @return the changed child
    public ChildSpec significant() {
        return new ChildSpec(id, start, type, restart, shutdown, true, backoff, checks);
    }

    /// How long to wait before it is restarted.
    ///
    /// @param wait the backoff
    /// @return the changed child
    public ChildSpec backoff(Backoff wait) {
        Objects.requireNonNull(wait, "backoff of child " + id);
        return new ChildSpec(id, start, type, restart, shutdown, significant, wait, checks);
    }

    /// Checks its health while it runs, and restarts it when it fails.
    ///
    /// A supervisor as a child is busy while one of its own children starts or ends: give it a timeout that is
    /// longer than that takes.
    ///
    /// @param check how; goes before that of the supervisor
    /// @return the changed child
    /// @throws IllegalArgumentException if the child is a [#loop(String, Runnable)], which says nothing of
    ///     itself, and the check has no probe
    public ChildSpec health(HealthCheck check) {
        Objects.requireNonNull(check, "health check of child " + id);
        if (start instanceof SilentLoop && check.probe().isEmpty()) {
            throw new IllegalArgumentException("child " + id + " is a loop without a heartbeat, so that \"" + check
                    + "\" would find nothing: give it one with loop(id, heartbeat -> ...), or the check a probe");
        }
        return new ChildSpec(id, start, type, restart, shutdown, significant, backoff, new Checks(check));
    }

    /// Does not check its health, whatever the supervisor does for its other children.
    ///
    /// @return the changed child
    public ChildSpec withoutHealth() {
        return new ChildSpec(id, start, type, restart, shutdown, significant, backoff, new Checks(null));
    }

    /// The child's id, unique within its supervisor.
    ///
    /// @return the id
    public String id() {
        return id;
    }

    /// How it is started.
    ///
    /// @return the start function
    public ChildStart start() {
        return start;
    }

    /// What it is.
    ///
    /// @return worker or supervisor
    public ChildType type() {
        return type;
    }

    /// When it is restarted.
    ///
    /// @return permanent, transient or temporary
    public Restart restart() {
        return restart;
    }

    /// How it is ended.
    ///
    /// @return the shutdown
    public Shutdown shutdown() {
        if (shutdown != null) {
            return shutdown;
        }
        return type == ChildType.SUPERVISOR ? Shutdown.INFINITY : FIVE_SECONDS;
    }

    /// Whether its own end may end the supervisor.
    ///
    /// @return true if so
    public boolean isSignificant() {
        return significant;
    }

    /// How long to wait before it is restarted.
    ///
    /// @return the backoff, if it has one of its own
    public Optional<Backoff> backoff() {
        return Optional.ofNullable(backoff);
    }

    /// How its health is checked.
    ///
    /// @return the check, if it has one of its own
    public Optional<HealthCheck> health() {
        return checks == null ? Optional.empty() : Optional.ofNullable(checks.own);
    }

    /// The same, started in another way.
    ChildSpec startedBy(ChildStart other) {
        return new ChildSpec(id, other, type, restart, shutdown, significant, backoff, checks);
    }

    /// The same without its start function, which may hold a lot, for a child that is never started again.
    ChildSpec withoutStart() {
        return startedBy(new NotKept(id));
    }

    /// Starts it, and waits for that, in the supervisor's process. Whatever its start function throws is the reason
    /// that the child is not there.
    Started<?> startIn(Self<?> supervisor) {
        try {
            return Objects.requireNonNull(start.start(supervisor), "the start function returned null");
        } catch (Throwable thrown) {
            supervisor.trapExit(true); // unless it threw because the supervisor is killed: this ends it
            return new Started.Failed<>("child " + id, ExitReason.crashed(thrown));
        }
    }

    /// How its health is checked under a supervisor with that default, which is not for supervisors: they wait for
    /// their children.
    Optional<HealthCheck> healthOr(@Nullable HealthCheck usual) {
        return checks == null && type == ChildType.WORKER ? Optional.ofNullable(usual) : health();
    }

    @Override
    public String toString() {
        return "child " + id + " (" + type + ", " + restart + ")";
    }
}
