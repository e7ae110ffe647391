package dev.skep.testkit;

import dev.skep.Body;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeBuilder;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.Zombie;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A node for one test, and what the test does with it.
///
/// ```java
/// @SkepTest
/// class UserManagerTest {
///     @Test
///     void findsWhatItHasCreated(Testkit skep) {
///         ServerRef<UserRpc> users = skep.start(GenServer.spec(UserManager::new));
///         ...
///     }
/// }
/// ```
///
/// What it has started ends with it, in reverse order, as a supervisor ends its children. [#close()], which
/// [SkepTest] calls after the test, then fails if
/// - a process is left that the test has started past the testkit, or a thread that ignores a kill;
/// - a process has crashed and nobody had said that it might ([#expectCrash(Class)], [#allowCrashes()]), or one
///   has not crashed that was to.
///
/// Processes run on virtual threads, each activation on one of its own: the testkit sees when none of them does
/// anything, which [#settle()] waits for. The methods are for the test's thread, not for processes. Elixir: the
/// helpers of `ExUnit`.
public final class Testkit implements AutoCloseable {
    private final Settings settings;
    private final Activity activity = new Activity();
    private final Sightings sightings;
    private final @Nullable VirtualClock clock;
    private final Node node;
    private final List<Probe> probes = new ArrayList<>();
    private @Nullable SupervisorRef supervisor;
    private int started;
    private boolean closed;

    /// The settings of a testkit. Immutable; each method returns a changed copy.
    ///
    /// | | default | set by |
    /// |---|---|---|
    /// | time | real | [#virtualTime()] |
    /// | limit of every wait | 10 seconds | [#limit(Duration)] |
    /// | the node | defaults of [Node#builder(String)], with the name `test` | [#node(UnaryOperator)] |
    public static final class Settings {
        private final boolean virtual;
        private final Duration limit;
        private final UnaryOperator<NodeBuilder> node;
        private final @Nullable NodeListener listener;

        Settings(boolean virtual, Duration limit, UnaryOperator<NodeBuilder> node, @Nullable NodeListener listener) {
            this.virtual = virtual;
            this.limit = limit;
            this.node = node;
            this.listener = listener;
        }

        /// The node lives in virtual time: see [Testkit#clock()].
        ///
        /// @return the changed settings
        public Settings virtualTime() {
            return new Settings(true, limit, node, listener);
        }

        /// How long anything is waited for, in real time. Only a test that fails waits so long.
        ///
        /// @param longest longer than zero
        /// @return the changed settings
        public Settings limit(Duration longest) {
            if (Objects.requireNonNull(longest, "limit").isNegative() || longest.isZero()) {
                throw new IllegalArgumentException("the limit must be longer than zero, but was " + longest);
            }
            return new Settings(virtual, longest, node, listener);
        }

        /// Changes the settings of the node. Its scheduler, clock and listener are the testkit's.
        ///
        /// @param change what to change
        /// @return the changed settings
        public Settings node(UnaryOperator<NodeBuilder> change) {
            Objects.requireNonNull(change, "change");
            return new Settings(virtual, limit, builder -> change.apply(node.apply(builder)), listener);
        }

        /// Who else hears of everything that happens on the node.
        ///
        /// @param other the listener
        /// @return the changed settings
        public Settings listener(NodeListener other) {
            return new Settings(virtual, limit, node, Objects.requireNonNull(other, "listener"));
        }

        /// Starts a testkit.
        ///
        /// @return the testkit
        public Testkit start() {
            return new Testkit(this);
        }
    }

    private Testkit(Settings settings) {
        this.settings = settings;
        this.sightings = new Sightings(activity, settings.listener);
        NodeBuilder builder = settings.node.apply(Node.builder("test")).listener(sightings);
        if (settings.virtual) {
            this.clock = new VirtualClock(activity);
            this.node = clock.install(builder).start();
        } else {
            this.clock = null;
            this.node = builder.scheduler(activity).start();
        }
    }

    /// The default settings.
    ///
    /// @return settings, to be changed or started
    public static Settings settings() {
        return new Settings(false, Duration.ofSeconds(10), UnaryOperator.identity(), null);
    }

    /// A testkit with the default settings.
    ///
    /// @return the testkit, to be closed
    public static Testkit start() {
        return settings().start();
    }

    /// The node of this test.
    ///
    /// @return the node
    public Node node() {
        return node;
    }

    /// The clock of a node in virtual time.
    ///
    /// @return the clock
    /// @throws IllegalStateException if the node lives in real time
    public VirtualClock clock() {
        VirtualClock virtual = clock;
        if (virtual == null) {
            throw new IllegalStateException(
                    "this node lives in real time: say @SkepTest(virtualTime = true), or Settings.virtualTime()");
        }
        return virtual;
    }

    // ---- Processes of the test --------------------------------------------------------------------------------------

    /// Starts a process and waits until its init is done. When the test is over it is told to shut down. It is not
    /// restarted when it ends. Elixir: `start_supervised!/2`.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start
    /// @return the reference
    /// @throws dev.skep.StartException if it does not run: its subclass says why
    public <R> R start(StartSpec<R> spec) {
        Objects.requireNonNull(spec, "spec");
        List<Started<R>> outcome = new ArrayList<>();
        String id = nextId();
        ChildSpec child = ChildSpec.of(id, parent -> {
            Started<R> result = parent.startLink(spec);
            outcome.add(result);
            return result;
        });
        supervisor()
                .startChild(child.restart(Restart.TEMPORARY)
                        .type(ChildSpec.of(id, spec).type()));
        return outcome.getFirst().orElseThrow();
    }

    /// Starts a child, as it would run under a supervisor: it is restarted as it says, any number of times. When
    /// the test is over it is ended as it says. Elixir: `start_supervised!/2`.
    ///
    /// @param child the child
    /// @return its pid
    /// @throws AssertionError if it does not run; the message says why
    public Pid start(ChildSpec child) {
        Objects.requireNonNull(child, "child");
        return switch (supervisor().startChild(child)) {
            case Result.Ok<Optional<Pid>, ChildError>(Optional<Pid> pid) ->
                pid.orElseThrow(
                        () -> new AssertionError("child " + child.id() + " does not run: its start was ignored"));
            case Result.Err<Optional<Pid>, ChildError>(ChildError why) ->
                throw new AssertionError("child " + child.id() + " does not run: " + why);
        };
    }

    /// Starts a plain process. When the test is over it is told to shut down. It is not restarted when it ends.
    ///
    /// @param <M> what it is sent
    /// @param body its code
    /// @return its pid
    public <M> Pid spawn(Body<M> body) {
        return start(ChildSpec.process(nextId(), body).restart(Restart.TEMPORARY));
    }

    /// Ends a process that this testkit has started, and waits until it has ended. Elixir: `stop_supervised/1`.
    ///
    /// @param pid the process
    /// @throws IllegalArgumentException if this testkit has not started it, or it has ended
    public void stop(Pid pid) {
        Objects.requireNonNull(pid, "pid");
        stop(supervisor().whichChildren().stream()
                .filter(child -> child.pid().filter(pid::equals).isPresent())
                .map(ChildInfo::id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        pid + " is none of the living processes that this testkit has started")));
    }

    /// Ends a child that this testkit has started, and forgets it. Elixir: `stop_supervised/1`.
    ///
    /// @param id the child's id
    /// @throws IllegalArgumentException if there is no such child
    public void stop(String id) {
        if (!supervisor().terminateChild(id).isOk()) {
            throw new IllegalArgumentException("this testkit has no child " + id);
        }
        supervisor().deleteChild(id); // a temporary one is gone already
    }

    private String nextId() {
        return "of the test, number " + ++started;
    }

    private SupervisorRef supervisor() {
        SupervisorRef running = supervisor;
        if (running == null) {
            running = node.start(Supervisor.oneForOne().intensity(1_000_000, Duration.ofSeconds(1)));
            supervisor = running;
        }
        return running;
    }

    /// A process that stands for the test. It ends with the test.
    ///
    /// @return a new probe with an empty mailbox
    public Probe probe() {
        Probe probe = new Probe(this, activity, settings.limit);
        probes.add(probe);
        return probe;
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------

    /// Waits until the processes are at rest: every thread that runs one has ended, or waits inside of the
    /// runtime. Nothing happens after that until a timer rings or the test does something.
    ///
    /// @throws AssertionError if they are not in time; the message says what they do
    public void settle() {
        if (!activity.awaitRest(settings.limit)) {
            throw new AssertionError(
                    "the processes are not at rest within " + settings.limit + ":" + activity.whoIsBusy());
        }
    }

    /// Waits until a process of the node has ended.
    ///
    /// @param pid the process
    /// @return why it has ended, also if that was before
    /// @throws AssertionError if it does not end in time
    public ExitReason awaitEnd(Pid pid) {
        Objects.requireNonNull(pid, "pid");
        await(pid + " ends", () -> sightings.endOf(pid).isPresent());
        return sightings.endOf(pid).orElseThrow();
    }

    /// Waits until a process has a name.
    ///
    /// @param name the name
    /// @return the process
    /// @throws AssertionError if none has it in time
    public Pid awaitRegistered(Name<?> name) {
        Objects.requireNonNull(name, "name");
        List<Pid> holders = new ArrayList<>();
        await("somebody is registered as \"" + name + "\"", () -> {
            node.whereis(name).ifPresent(holders::add);
            return !holders.isEmpty();
        });
        return holders.getFirst();
    }

    /// Waits until a name belongs to another process than before: the successor of one that was restarted.
    ///
    /// @param name the name
    /// @param before who had it
    /// @return who has it now
    /// @throws AssertionError if nobody else has it in time
    public Pid awaitSuccessor(Name<?> name, Pid before) {
        Objects.requireNonNull(name, "name");
        List<Pid> holders = new ArrayList<>();
        await("somebody else than " + before + " is registered as \"" + name + "\"", () -> {
            node.whereis(name).filter(holder -> !holder.equals(before)).ifPresent(holders::add);
            return !holders.isEmpty();
        });
        return holders.getFirst();
    }

    /// Waits until a condition holds. It is looked at on this thread, whenever a process has come to rest, and now
    /// and then.
    ///
    /// @param what its name, for the failure
    /// @param condition what to wait for
    /// @throws AssertionError if it does not hold in time
    public void await(String what, BooleanSupplier condition) {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(condition, "condition");
        if (!activity.await(condition, settings.limit)) {
            throw new AssertionError("it has not come to be within " + settings.limit + " that " + what + living());
        }
    }

    private String living() {
        StringBuilder text = new StringBuilder("; the living processes are");
        node.processes()
                .forEach(pid -> text.append(System.lineSeparator()).append("  ").append(pid));
        return text.append(activity.whoIsBusy()).toString();
    }

    // ---- Crashes -------------------------------------------------------------------------------------------------

    /// Says that a process is going to crash with such an exception, once. The test fails if none does.
    ///
    /// @param cause the class of the exception, or a class above it
    public void expectCrash(Class<? extends Throwable> cause) {
        sightings.expect(
                "a crash with " + Objects.requireNonNull(cause, "cause").getName(), isBy(cause));
    }

    /// Waits for a crash with such an exception that has not been expected before, and takes it as expected.
    ///
    /// @param cause the class of the exception, or a class above it
    /// @return the report of it
    /// @throws AssertionError if none comes in time
    public CrashReport awaitCrash(Class<? extends Throwable> cause) {
        Objects.requireNonNull(cause, "cause");
        List<CrashReport> taken = new ArrayList<>();
        await("a process crashes with " + cause.getName(), () -> {
            sightings.take(isBy(cause)).ifPresent(taken::add);
            return !taken.isEmpty();
        });
        return taken.getFirst();
    }

    private static Predicate<CrashReport> isBy(Class<? extends Throwable> cause) {
        return crash -> crash.reason() instanceof ExitReason.Crashed(Throwable thrown) && cause.isInstance(thrown);
    }

    /// Says that any process may crash any number of times, earlier ones included.
    public void allowCrashes() {
        allowCrashes(_ -> true);
    }

    /// Says which crashes may happen, any number of times, earlier ones included.
    ///
    /// @param which the crashes
    public void allowCrashes(Predicate<CrashReport> which) {
        sightings.allow(Objects.requireNonNull(which, "which"));
    }

    /// All crashes so far, expected or not.
    ///
    /// @return the reports, oldest first
    public List<CrashReport> crashes() {
        return sightings.crashes();
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// Ends what this testkit has started, in reverse order, then the node; from here on time passes by itself.
    /// Closing twice is closing once.
    ///
    /// @throws AssertionError if something is left behind, or there were crashes that were not expected, or none
    ///     that was; the message lists all of it
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (clock != null) {
            clock.release();
        }
        List<String> problems = new ArrayList<>();
        try {
            endSupervised(problems);
            activity.awaitRest(settings.limit.dividedBy(10)); // what is just ending is not left behind
            noteLeftovers(problems);
            noteCrashes(problems);
        } finally {
            probes.forEach(probe -> probe.pid().exit(ExitReason.kill()));
            node.stop(Duration.ZERO);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join(System.lineSeparator(), problems));
        }
    }

    private void endSupervised(List<String> problems) {
        SupervisorRef running = supervisor;
        Optional<Pid> pid = running == null ? Optional.empty() : running.pid();
        if (pid.isPresent()) {
            Optional<ExitReason> end = pid.get().exitAndJoin(ExitReason.shutdown(), settings.limit);
            if (end.isEmpty()) {
                problems.add("what the test has started does not end within " + settings.limit + living());
            }
        }
    }

    private void noteLeftovers(List<String> problems) {
        for (Pid pid : node.processes()) {
            if (probes.stream().noneMatch(probe -> probe.pid().equals(pid))) {
                pid.info()
                        .ifPresent(
                                info -> problems.add("process " + pid + " (" + info.initialCall() + ", " + info.status()
                                        + ") is left behind: end it in the test, or start it with the Testkit"));
            }
        }
        for (Zombie zombie : node.zombies()) {
            problems.add("the thread of process " + zombie.pid() + " ignores that it was told to end ("
                    + zombie.reason()
                    + "), and is at "
                    + zombie.stack().stream().findFirst().map(Object::toString).orElse("no known place"));
        }
    }

    private void noteCrashes(List<String> problems) {
        for (CrashReport crash : sightings.unexpected()) {
            problems.add(
                    "a crash was not expected (if it is, say so with expectCrash or allowCrashes): " + crash.text());
        }
        for (String what : sightings.unmet()) {
            problems.add(what + " was expected, but did not come");
        }
    }
}
