package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Health;
import dev.skep.HealthCheck;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Report;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.SupervisorReport;
import dev.skep.server.GenServer;
import dev.skep.supervisor.AutoShutdown;
import dev.skep.supervisor.Backoff;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on supervisors.
class SupervisorGuideTest {
    sealed interface CounterRpc {
        record Add(int number) implements CounterRpc, Cast<CounterRpc> {}

        record Total() implements CounterRpc, Call<CounterRpc, Integer> {}
    }

    static final class Counter implements GenServer<AtomicInteger, CounterRpc> {
        private final int start;

        Counter() {
            this(0);
        }

        Counter(int start) {
            this.start = start;
        }

        @Override
        public AtomicInteger init(Self<CounterRpc> self) {
            return new AtomicInteger(start);
        }

        @Override
        public Next<AtomicInteger> handle(CounterRpc message, From from, AtomicInteger total) {
            return switch (message) {
                case CounterRpc.Total m -> m.reply(total.get());
                case CounterRpc.Add(int number) -> {
                    total.set(Math.addExact(total.get(), number));
                    yield Next.noReply();
                }
            };
        }
    }

    static final Name<CounterRpc> COUNTER = Name.of("counter");
    static final Name<CounterRpc> LEDGER = Name.of("ledger");

    private final BlockingQueue<String> orders = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final NodeListener listener = new NodeListener() {
        @Override
        public void reported(Report report) {
            if (report instanceof SupervisorReport trouble) {
                reports.add(trouble);
            }
        }
    };
    private final Node node = Node.builder("hive")
            .clock(ManualClock.attentive())
            .listener(listener)
            .start();

    @AfterEach
    void close() {
        node.close();
    }

    private Void consume() throws InterruptedException {
        while (true) {
            seen.add(orders.take());
        }
    }

    @Test
    void aSupervisorKeepsItsChildrenRunning() throws Exception {
        SupervisorRef shop = node.start(Supervisor.oneForOne()
                .intensity(3, Duration.ofSeconds(5))
                .child(ChildSpec.server(COUNTER, Counter::new))
                .child(ChildSpec.loop("consumer", this::consume)));

        ServerRef<CounterRpc> counter = node.ref(COUNTER);
        counter.cast(new CounterRpc.Add(Integer.MAX_VALUE));
        assertThat(counter.call(new CounterRpc.Total())).isEqualTo(Integer.MAX_VALUE);
        Pid first = counter.pid().orElseThrow();

        counter.cast(new CounterRpc.Add(1)); // overflows: the counter crashes
        assertThat(first.join(Await.LIMIT)).isPresent();
        assertThat(shop.countChildren().active()).isEqualTo(2);

        assertThat(counter.call(new CounterRpc.Total())).isZero();
        assertThat(counter.pid()).isPresent().get().isNotEqualTo(first);
        assertThat(reports.take().text()).contains("counter").contains("integer overflow");
        orders.add("honey");
        assertThat(seen.take()).isEqualTo("honey");
    }

    @Test
    void childrenOfEveryKind() {
        SupervisorRef sup = node.start(Supervisor.oneForOne().children(kinds()));
        assertThat(sup.countChildren().active()).isEqualTo(6);
    }

    private List<ChildSpec> kinds() {
        return List.of(
                ChildSpec.server(COUNTER, Counter::new),
                ChildSpec.of(
                        "ledger", GenServer.spec(Counter::new).named(LEDGER).initTimeout(Duration.ofSeconds(10))),
                ChildSpec.supervisor("inner", Supervisor.oneForAll()),
                ChildSpec.<String>process("printer", self -> {
                    while (true) {
                        seen.add(self.receive(String.class));
                    }
                }),
                ChildSpec.loop("consumer", this::consume),
                ChildSpec.of("custom", supervisor -> {
                    int start = Integer.getInteger("counter.start", 0);
                    return supervisor.startLink(GenServer.spec(() -> new Counter(start)));
                }));
    }

    @Test
    void backoff() {
        Supervisor patient = Supervisor.oneForOne()
                .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30)))
                .child(ChildSpec.loop("consumer", this::consume)
                        .backoff(new Backoff(
                                Duration.ofSeconds(1), Duration.ofMinutes(1), 1.5, 0.1, Duration.ofMinutes(5))));
        assertThat(node.start(patient).countChildren().active()).isEqualTo(1);
    }

    @Test
    void healthChecks() {
        Supervisor watched = Supervisor.oneForOne()
                .health(HealthCheck.every(Duration.ofSeconds(5)))
                .child(ChildSpec.server(COUNTER, Counter::new))
                .child(ChildSpec.server(LEDGER, Counter::new)
                        .health(HealthCheck.every(Duration.ofSeconds(1)).failures(5)))
                .child(ChildSpec.loop("consumer", this::consume).withoutHealth());
        SupervisorRef sup = node.start(watched);
        for (ChildInfo child : sup.whichChildren()) {
            child.health()
                    .filter(health -> health.verdict() == Health.Verdict.FAILING)
                    .flatMap(Health::last)
                    .flatMap(Health.Check::problem)
                    .ifPresent(problem -> log(child.id() + ": " + problem));
        }
        assertThat(sup.whichChildren().reversed())
                .extracting(child -> child.health().isPresent())
                .containsExactly(true, true, false);
    }

    private static void log(String text) {
        System.getLogger("shop").log(System.Logger.Level.WARNING, text);
    }

    @Test
    void aJobThatEndsWithItsLastStep() {
        Pid job = node.start(Supervisor.oneForAll()
                        .autoShutdown(AutoShutdown.ALL_SIGNIFICANT)
                        .child(ChildSpec.server(COUNTER, Counter::new))
                        .child(ChildSpec.loop("import", () -> node.ref(COUNTER).cast(new CounterRpc.Add(1)))
                                .restart(Restart.TRANSIENT)
                                .significant()))
                .pid()
                .orElseThrow();
        ExitReason end = job.join(Await.LIMIT).orElseThrow();
        assertThat(end.isOrderly() || end.equals(ExitReason.noProcess())).isTrue();
    }

    @Test
    void whatCanBeAskedAtRunTime() {
        SupervisorRef sup = node.start(Supervisor.oneForOne());

        Result<Optional<Pid>, ChildError> added = sup.startChild(ChildSpec.server(COUNTER, Counter::new));
        String outcome = switch (added) {
            case Result.Ok(var pid) -> "runs as " + pid;
            case Result.Err(ChildError.AlreadyStarted(Pid pid)) -> "ran already as " + pid;
            case Result.Err(ChildError problem) -> "cannot be added: " + problem;
        };
        assertThat(outcome).startsWith("runs as");

        for (ChildInfo child : sup.whichChildren()) {
            System.getLogger("shop").log(System.Logger.Level.DEBUG, child.id() + " is " + child.state());
        }
        sup.terminateChild("counter"); // ends it; the supervisor remembers how to start it
        sup.restartChild("counter"); // starts it again
        sup.terminateChild("counter");
        sup.deleteChild("counter"); // forgets it
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void aSimpleSupervisor() {
        SimpleSupervisorRef<Integer, ServerRef<CounterRpc>> counters =
                node.start(Supervisor.simpleOneForOne((Integer start) -> GenServer.spec(() -> new Counter(start)))
                        .restart(Restart.TEMPORARY));

        ServerRef<CounterRpc> five = counters.startChild(5).orElseThrow();
        assertThat(five.call(new CounterRpc.Total())).isEqualTo(5);
        counters.terminateChild(five.pid().orElseThrow());
        assertThat(counters.countChildren().active()).isZero();
    }

    @Test
    void aTree() {
        Name<SupervisorRpc> sessions = Name.of("sessions");
        Supervisor storage = Supervisor.restForOne()
                .child(ChildSpec.server(LEDGER, Counter::new))
                .child(ChildSpec.server(COUNTER, Counter::new).shutdown(Duration.ofSeconds(10)));
        Supervisor service = Supervisor.restForOne()
                .child(ChildSpec.supervisor("storage", storage))
                .child(ChildSpec.of(
                        "sessions",
                        Supervisor.simpleOneForOne((Integer start) -> GenServer.spec(() -> new Counter(start)))
                                .restart(Restart.TEMPORARY)
                                .named(sessions)))
                .child(ChildSpec.loop("consumer", this::consume));
        SupervisorRef top = node.start(service);

        assertThat(top.whichChildren().getFirst().id()).isEqualTo("consumer");
        assertThat(top.countChildren().supervisors()).isEqualTo(2);
        assertThat(top.whichChildren().getLast().type()).isEqualTo(ChildType.SUPERVISOR);
    }
}
