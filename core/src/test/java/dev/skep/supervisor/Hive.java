package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeBuilder;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Report;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/// A node for tests, with children that write down when they start (`+id`), are shut down (`-id`), and end in
/// another way (`!id`), and that can be told to fail.
final class Hive implements AutoCloseable {
    /// What a test may ask of a child.
    sealed interface Ask {
        /// Answers with its id.
        record Who() implements Ask, Call<Ask, String> {}

        /// Ends with a reason.
        record End(ExitReason reason) implements Ask, Cast<Ask> {}
    }

    /// What the next start of a child does instead of succeeding.
    private interface Plan {
        void run() throws Exception;
    }

    final Node node;
    private final List<String> journal = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final Map<Pid, ExitReason> ends = new HashMap<>();
    private final Map<String, Queue<Plan>> plans = new HashMap<>();
    private final Map<String, Plan> lasting = new HashMap<>();

    Hive() {
        this(settings -> settings.clock(ManualClock.attentive())); // no child is late
    }

    Hive(ManualClock clock) {
        this(clock::install);
    }

    private Hive(UnaryOperator<NodeBuilder> settings) {
        node = settings.apply(Node.builder("test").listener(new Listener())).start();
    }

    @Override
    public void close() {
        node.close();
    }

    // ---- Children ------------------------------------------------------------------------------------------------

    /// A permanent child, unless changed.
    ChildSpec child(String id) {
        return ChildSpec.of(id, server(id));
    }

    ServerSpec<Ask> server(String id) {
        return GenServer.spec(() -> new Probe(id));
    }

    final class Probe implements GenServer<String, Ask> {
        private final String id;

        Probe(String id) {
            this.id = id;
        }

        @Override
        public String init(Self<Ask> self) throws Exception {
            Plan plan = nextPlan(id);
            if (plan != null) {
                plan.run();
            }
            note("+" + id);
            return id;
        }

        @Override
        public Next<String> handle(Ask message, From from, String state) {
            return switch (message) {
                case Ask.Who who -> who.reply(state);
                case Ask.End(ExitReason reason) -> Next.stop(reason);
            };
        }

        @Override
        public void terminate(ExitReason reason, String state) throws Exception {
            Plan plan = nextPlan("end of " + id);
            if (plan != null) {
                plan.run();
            }
            note((reason.equals(ExitReason.shutdown()) ? "-" : "!") + id);
        }
    }

    // ---- What goes wrong -----------------------------------------------------------------------------------------

    private synchronized Plan nextPlan(String id) {
        Queue<Plan> planned = plans.get(id);
        Plan next = planned == null ? null : planned.poll();
        return next == null ? lasting.get(id) : next;
    }

    /// Once nothing else is planned, each start of a child fails.
    synchronized void failAlways(String id) {
        lasting.put(id, () -> {
            note("x" + id);
            throw new ProcessExit(ExitReason.because("no " + id));
        });
    }

    /// All children start again.
    synchronized void healAll() {
        plans.clear();
        lasting.clear();
    }

    private synchronized void plan(String id, Plan plan) {
        plans.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(plan);
    }

    /// After what is planned already, the next start of a child succeeds.
    void succeed(String id) {
        plan(id, () -> {});
    }

    void fail(String id, ExitReason reason) {
        plan(id, () -> {
            note("x" + id);
            throw new ProcessExit(reason);
        });
    }

    void fail(String id, int times) {
        for (int i = 0; i < times; i++) {
            fail(id, ExitReason.because("no " + id));
        }
    }

    void ignore(String id) {
        plan(id, () -> {
            note("~" + id);
            throw new StartException.Ignore();
        });
    }

    /// The next start notes `?id` and waits until it is released.
    CountDownLatch block(String id) {
        CountDownLatch released = new CountDownLatch(1);
        plan(id, () -> {
            note("?" + id);
            await(released);
        });
        return released;
    }

    /// The next start notes `?id`, waits until it is released, and then fails.
    CountDownLatch blockAndFail(String id) {
        CountDownLatch released = new CountDownLatch(1);
        plan(id, () -> {
            note("?" + id);
            await(released);
            throw new ProcessExit(ExitReason.because("no " + id));
        });
        return released;
    }

    /// The next end of a child notes `.id` and waits until it is released; a kill ends the wait.
    CountDownLatch blockEnd(String id) {
        CountDownLatch released = new CountDownLatch(1);
        plan("end of " + id, () -> {
            note("." + id);
            await(released);
        });
        return released;
    }

    /// Whatever a child is told, it ends with a reason of its own.
    void endWith(String id, ExitReason reason) {
        plan("end of " + id, () -> {
            throw new ProcessExit(reason);
        });
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    // ---- Supervisors ---------------------------------------------------------------------------------------------

    SupervisorRef start(Supervisor supervisor) {
        return node.start(supervisor);
    }

    static SupervisorRef ref(Pid supervisor) {
        return new SupervisorRef(ServerRef.of(supervisor));
    }

    SupervisorRef ref(Name<SupervisorRpc> name) {
        return SupervisorRef.of(node, name);
    }

    /// Waits until a supervisor has dealt with all that has happened so far.
    static void settle(SupervisorRef supervisor) {
        supervisor.countChildren();
    }

    static ChildInfo info(SupervisorRef supervisor, String id) {
        return supervisor.whichChildren().stream()
                .filter(child -> child.id().equals(id))
                .findAny()
                .orElseThrow();
    }

    static Pid pid(SupervisorRef supervisor, String id) {
        return info(supervisor, id).pid().orElseThrow();
    }

    /// The children in the order of their starts, each with its state in short.
    static List<String> states(SupervisorRef supervisor) {
        return supervisor.whichChildren().reversed().stream()
                .map(child -> child.id() + " " + child.state().name().toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    // ---- Ends ----------------------------------------------------------------------------------------------------

    /// Makes a child end by itself, and waits for it. Its supervisor has the news in its mailbox then: links are told
    /// before monitors.
    static void end(Pid child, ExitReason reason) {
        CompletableFuture<ExitReason> ended = child.exited();
        if (reason.equals(ExitReason.killed())) {
            child.exit(ExitReason.kill());
        } else {
            ServerRef.<Ask>of(child).cast(new Ask.End(reason));
        }
        assertThat(ended).succeedsWithin(Await.LIMIT);
    }

    static void crash(Pid child) {
        end(child, ExitReason.because("crash"));
    }

    /// Crashes a child, and waits until its supervisor has dealt with it.
    static void crash(SupervisorRef supervisor, String id) {
        crash(pid(supervisor, id));
        settle(supervisor);
    }

    /// Waits until the listener has heard of the end of a process, so that the reason is known however late one asks.
    ExitReason heardEndOf(Pid pid) {
        until(() -> ends.containsKey(pid));
        synchronized (this) {
            return Objects.requireNonNull(ends.get(pid));
        }
    }

    // ---- The journal ---------------------------------------------------------------------------------------------

    synchronized void note(String event) {
        journal.add(event);
        notifyAll();
    }

    synchronized List<String> journal() {
        return List.copyOf(journal);
    }

    /// What has been noted since the last look.
    synchronized List<String> takeJournal() {
        List<String> taken = List.copyOf(journal);
        journal.clear();
        return taken;
    }

    void awaitNote(String event) {
        until(() -> journal.contains(event));
    }

    /// Waits until something holds that depends on the journal, the reports and the ends.
    synchronized void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Await.LIMIT.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                assertThat(left)
                        .as("still waiting with journal %s and reports %s", journal, reports)
                        .isPositive();
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Lets virtual time pass until something holds.
    void passTimeUntil(ManualClock clock, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Await.LIMIT.toNanos();
        while (!clock.pass(Duration.ofMillis(100), () -> holds(condition))) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
            Thread.yield();
        }
    }

    private synchronized boolean holds(BooleanSupplier condition) {
        return condition.getAsBoolean();
    }

    boolean hasEnded(Pid pid) {
        return holds(() -> ends.containsKey(pid));
    }

    /// Tells a supervisor to shut down, and waits until it has.
    ExitReason shutDown(SupervisorRef supervisor) {
        Pid pid = supervisor.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        return heardEndOf(pid);
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    private final class Listener implements NodeListener {
        @Override
        public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
            synchronized (Hive.this) {
                ends.put(pid, reason);
                Hive.this.notifyAll();
            }
        }

        @Override
        public void reported(Report report) {
            synchronized (Hive.this) {
                reports.add(report);
                Hive.this.notifyAll();
            }
        }
    }

    synchronized <R extends Report> List<R> reports(Class<R> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }

    synchronized void clearReports() {
        reports.clear();
    }

    /// The reports of supervisors in short: context, child, reason.
    List<String> supervisorReports(Context... contexts) {
        return reports(SupervisorReport.class).stream()
                .filter(report ->
                        contexts.length == 0 || Arrays.asList(contexts).contains(report.context()))
                .map(report -> report.context() + " " + report.child() + " " + report.reason())
                .toList();
    }

    List<CrashReport> crashReports() {
        return reports(CrashReport.class);
    }
}
