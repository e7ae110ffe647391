package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.Await;
import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.CrashReport;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Monitor;
import dev.skep.MultiCall;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Report;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The keys of a registry as names of behaviours.
class RegistryNamesTest {
    sealed interface EchoRpc {
        record Ask(int n) implements EchoRpc, Call<EchoRpc, Integer> {}

        record Crash() implements EchoRpc, Cast<EchoRpc> {}
    }

    static final class Echo implements GenServer<String, EchoRpc> {
        @Override
        public String init(Self<EchoRpc> self) {
            return "state";
        }

        @Override
        public Next<String> handle(EchoRpc message, From from, String state) {
            return switch (message) {
                case EchoRpc.Ask m -> m.reply(m.n());
                case EchoRpc.Crash _ -> throw new IllegalStateException("on purpose");
            };
        }
    }

    private static final Name<UniqueRegistry<Long, String, EchoRpc>> ECHOES = Name.of("echoes");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final UniqueRegistry<Long, String, EchoRpc> echoes = node.start(Registry.unique(ECHOES));

    private static ServerSpec<EchoRpc> echo(Name<EchoRpc> name) {
        return GenServer.spec(Echo::new).named(name);
    }

    @Test
    void namesOfOneKeyAreEqual() {
        Name<EchoRpc> name = echoes.name(1L);
        assertThat(name)
                .isEqualTo(echoes.name(1L, "value"))
                .isEqualTo(UniqueRegistry.of(node, ECHOES).name(1L))
                .hasSameHashCodeAs(echoes.name(1L, "value"))
                .hasToString("echoes[1]")
                .isNotEqualTo(echoes.name(2L));
        assertThat(name.text()).isEqualTo("echoes[1]");
    }

    @Test
    void aServerIsStartedUnderAKey() {
        ServerRef<EchoRpc> server = node.start(echo(echoes.name(1L)));
        Pid pid = server.pid().orElseThrow();
        assertThat(echoes.find(1L)).contains(new Entry<>(1L, pid, Optional.empty()));
        assertThat(echoes.ref(1L).call(new EchoRpc.Ask(7))).isEqualTo(7);
        assertThat(node.whereis(echoes.name(1L))).contains(pid);
        assertThat(pid.info().orElseThrow().name()).contains(echoes.name(1L));
        assertThat(pid).hasToString("<hive." + pid.id() + " echoes[1]>");
        server.stop();
        assertThat(echoes.count()).isZero();
        assertThat(node.whereis(echoes.name(1L))).isEmpty();
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> echoes.ref(1L).call(new EchoRpc.Ask(7)));
    }

    @Test
    void aNameMayCarryAValue() {
        Pid pid = node.start(echo(echoes.name(1L, "with a value"))).pid().orElseThrow();
        assertThat(echoes.values(1L, pid)).containsExactly("with a value");
        assertThat(node.whereis(echoes.name(1L, "another"))).contains(pid);
    }

    @Test
    void aTakenKeyIsAlreadyStarted() {
        Pid pid = node.start(echo(echoes.name(1L, "first"))).pid().orElseThrow();
        assertThat(node.tryStart(echo(echoes.name(1L, "second")))).isEqualTo(new Started.AlreadyStarted<>(pid));
        assertThatExceptionOfType(StartException.AlreadyStarted.class)
                .isThrownBy(() -> node.start(echo(echoes.name(1L))))
                .satisfies(taken -> assertThat(taken.pid()).isEqualTo(pid));
        assertThat(echoes.values(1L, pid)).containsExactly("first");
        assertThat(echoes.count()).isOne();
    }

    @Test
    void aProcessOfTheRegistrysOwnHasTheKeyToo() {
        Name<UniqueRegistry<Long, String, Object>> name = Name.of("plain");
        UniqueRegistry<Long, String, Object> plain = node.start(Registry.unique(name));
        Hive.Bee bee = hive.bee();
        bee.run(self -> plain.register(self, 1L, "own").orElseThrow());
        assertThat(node.whereis(plain.name(1L))).contains(bee.pid);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(plain.name(1L), hive.bee().pid))
                .withMessageContaining("taken by " + bee.pid);
        node.send(plain.name(1L), "hello");
        assertThat(bee.next(String.class)).isEqualTo("hello");
        node.unregister(plain.name(1L));
        assertThat(plain.keys(bee.pid)).isEmpty();
    }

    @Test
    void aThreadRegistersAnyProcessByItsName() {
        Hive.Bee bee = hive.bee();
        node.register(echoes.name(1L, "given"), bee.pid);
        assertThat(echoes.find(1L)).contains(new Entry<>(1L, bee.pid, Optional.of("given")));
        assertThat(echoes.keys(bee.pid)).containsExactly(1L);
        bee.end();
        assertThat(echoes.find(1L)).isEmpty();
        assertThat(echoes.count()).isZero();
        Hive.Bee dead = hive.bee();
        dead.end();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> node.register(echoes.name(1L), dead.pid))
                .withMessageContaining("ended");
        assertThat(echoes.count()).isZero();
    }

    @Test
    void supervisorsAndTheirChildrenAreNamedByKeys() {
        Name<UniqueRegistry<String, Void, SupervisorRpc>> trees = Name.of("trees");
        UniqueRegistry<String, Void, SupervisorRpc> registry = node.start(Registry.unique(trees));
        node.start(Supervisor.oneForOne()
                .named(registry.name("root"))
                .child(ChildSpec.server(echoes.name(5L, "child"), Echo::new)));
        SupervisorRef root = SupervisorRef.of(node, registry.name("root"));
        Pid first = echoes.whereis(5L).orElseThrow();
        assertThat(root.whichChildren()).hasSize(1).allMatch(child -> child.id().equals("echoes[5]"));
        Monitor[] gone = new Monitor[1];
        Hive.Bee watcher = hive.bee();
        watcher.run(self -> gone[0] = self.monitor(echoes.name(5L)));
        echoes.ref(5L).cast(new EchoRpc.Crash());
        assertThat(watcher.next(Down.class).pid()).isEqualTo(first);
        Await.until(() -> echoes.whereis(5L).isPresent());
        assertThat(echoes.whereis(5L)).isNotEqualTo(Optional.of(first));
        assertThat(echoes.ref(5L).call(new EchoRpc.Ask(1))).isOne();
        assertThat(root.terminateChild("echoes[5]").isOk()).isTrue();
        assertThat(echoes.count()).isZero();
    }

    @Test
    void everythingThatTakesANameTakesAKey() {
        node.start(echo(echoes.name(1L)));
        node.start(echo(echoes.name(2L)));
        MultiCall<EchoRpc, Integer> answers = ServerRef.multiCall(
                List.of(echoes.ref(1L), echoes.ref(2L), echoes.ref(3L)), new EchoRpc.Ask(1), Await.LIMIT);
        assertThat(answers.replies()).hasSize(2);
        assertThat(answers.failures()).extracting(MultiCall.Failure::server).containsExactly(echoes.ref(3L));
        Hive.Bee bee = hive.bee();
        node.register(echoes.name(4L), bee.pid);
        node.sendAfter(Duration.ofMillis(1), echoes.name(4L), "late");
        assertThat(hive.clock.whilePassing(() -> bee.next(String.class))).isEqualTo("late");
        echoes.ref(1L).stop(ExitReason.shutdown(), Await.LIMIT);
        assertThat(echoes.whereis(1L)).isEmpty();
    }

    @Test
    void aCrashReportShowsTheKey() {
        LinkedBlockingQueue<Report> reports = new LinkedBlockingQueue<>();
        try (Node loud = Node.builder("loud")
                .clock(ManualClock.attentive())
                .listener(new NodeListener() {
                    @Override
                    public void reported(Report report) {
                        reports.add(report);
                    }
                })
                .start()) {
            UniqueRegistry<Long, String, EchoRpc> registry = loud.start(Registry.unique(ECHOES));
            loud.start(echo(registry.name(1L))).cast(new EchoRpc.Crash());
            CrashReport report = (CrashReport) Await.next(reports);
            assertThat(report.info().name()).contains(registry.name(1L));
            assertThat(report.text()).contains("echoes[1]");
        }
    }

    @Test
    void nobodyIsFoundAndNobodyStartedWhileTheRegistryDoesNotRun() {
        Name<UniqueRegistry<Long, String, EchoRpc>> unknown = Name.of("unknown");
        UniqueRegistry<Long, String, EchoRpc> none = UniqueRegistry.of(node, unknown);
        assertThat(node.whereis(none.name(1L))).isEmpty();
        none.ref(1L).cast(new EchoRpc.Crash());
        assertThatExceptionOfType(CallException.NoProcess.class)
                .isThrownBy(() -> none.ref(1L).call(new EchoRpc.Ask(1)));
        assertThat(node.tryStart(echo(none.name(1L))))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason())
                                .asString()
                                .contains("no running UniqueRegistry with the name \"unknown\""));
    }
}
