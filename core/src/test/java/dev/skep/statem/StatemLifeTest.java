package dev.skep.statem;

import static dev.skep.statem.Lab.ask;
import static dev.skep.statem.Lab.sync;
import static dev.skep.statem.Lab.tell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.HealthCheck;
import dev.skep.Name;
import dev.skep.ProcessExit;
import dev.skep.Reportable;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How a machine starts and ends, and what is reported of it.
class StatemLifeTest {
    private static final Name<Rpc> NAME = Name.of("machine");

    @RegisterExtension
    final Lab lab = new Lab();

    private final Machine machine = new Machine();

    // ---- Health --------------------------------------------------------------------------------------------------

    @Test
    void aMachineIsAskedForItsHealth() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        machine.onHealth((state, data) -> {
            asked.await();
            return Result.err("lost in " + state + " with " + data);
        });
        ServerRef<Rpc> ref = lab.start(machine);
        HealthCheck check = HealthCheck.every(Duration.ofSeconds(1)).failures(1);
        lab.node().checkHealth(ref.pid().orElseThrow(), check.callback());
        lab.pass(Duration.ofMillis(1100)); // the timeout is virtual too, and the answer takes real time
        asked.countDown();
        sync(ref); // the answer has been given
        lab.pass(Duration.ofMillis(500));
        assertThat(lab.end(ref).toString()).startsWith("unhealthy: lost in a with 0");
        assertThat(machine.journal.entries()).singleElement().asString().startsWith("terminate unhealthy: ");
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    @Test
    void aMachineIsFoundByItsName() {
        lab.node().start(machine.spec().named(NAME));

        assertThat(ask(lab.node().ref(NAME), "hello")).isEqualTo("hello");
        assertThat(lab.node().tryStart(new Machine().spec().named(NAME))).isInstanceOf(Started.AlreadyStarted.class);
    }

    @Test
    void initMayAskToBeIgnoredOrFailWithAReason() {
        machine.start(_ -> {
            throw new StartException.Ignore();
        });
        assertThat(lab.node().tryStart(machine.spec())).isInstanceOf(Started.Ignored.class);

        machine.start(_ -> {
            throw new ProcessExit(ExitReason.because("no disk"));
        });
        assertThatThrownBy(() -> lab.node().start(machine.spec()))
                .isInstanceOfSatisfying(
                        StartException.Failed.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.because("no disk")))
                .hasMessageContaining("Machine");
        assertThat(machine.journal.entries()).as("no terminate without an init").isEmpty();
    }

    @Test
    void initHasToSayWhereToStart() {
        machine.start(_ -> machine.goTo("a"));
        assertThatThrownBy(() -> lab.start(machine)).hasMessageContaining("goTo(state).data(data)");
        machine.start(_ -> machine.keepState().data("0"));
        assertThatThrownBy(() -> lab.start(machine)).hasMessageContaining("goTo(state).data(data)");
        machine.start(_ -> machine.stop());
        assertThatThrownBy(() -> lab.start(machine)).hasMessageContaining("ProcessExit");
        machine.start(_ -> null);
        assertThatThrownBy(() -> lab.start(machine)).hasMessageContaining("init returned null");
    }

    @Test
    void initHasNothingToPostpone() {
        machine.start(_ -> machine.goTo("a").data("0").postpone()).when("a: tell go", () -> machine.goTo("b"));
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "go");
        sync(ref);

        assertThat(machine.journal.entries()).containsExactly("a: tell go");
    }

    @Test
    void initHasNobodyToAnswer() throws Exception {
        machine.start(_ -> machine.goTo("a").data("0").reply(new Rpc.Ask("q"), "x"));

        assertThat(lab.end(lab.start(machine)).toString()).contains("the event that it handled is none");
    }

    @Test
    void initMayTakeOnlySoLong() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        machine.start(_ -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return machine.goTo("a").data("0");
        });
        CompletableFuture<Started<ServerRef<Rpc>>> outcome = CompletableFuture.supplyAsync(
                () -> lab.node().tryStart(machine.spec().initTimeout(Duration.ofSeconds(1))),
                Thread::startVirtualThread);
        assertThat(begun.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        while (!outcome.isDone()) { // the starter may not wait yet
            lab.pass(Duration.ofMillis(500));
            Thread.yield();
        }

        assertThat(outcome.join())
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString()).contains("PT1S"));
    }

    @Test
    void aSpecRefusesWhatMakesNoSense() {
        assertThatNullPointerException().isThrownBy(() -> GenStatem.spec(null));
        assertThatNullPointerException().isThrownBy(() -> machine.spec().named(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> machine.spec().initTimeout(Duration.ZERO))
                .withMessageContaining("init timeout");
        assertThatThrownBy(() -> lab.node().start(GenStatem.<Rpc>spec(() -> null)))
                .hasMessageContaining("made no state machine");
    }

    // ---- Ending --------------------------------------------------------------------------------------------------

    @Test
    void anExitSignalEndsTheMachineAfterTerminate() throws Exception {
        ServerRef<Rpc> ref = lab.start(machine);
        ref.pid().orElseThrow().exit(ExitReason.because("told"));

        assertThat(lab.end(ref)).isEqualTo(ExitReason.because("told"));
        assertThat(machine.journal.entries()).containsExactly("terminate told in a with 0");
    }

    @Test
    void aMachineThatTrapsExitsGetsThemAsInfo() throws Exception {
        machine.start(self -> {
            self.trapExit(true);
            self.spawnLink(_ -> {
                throw new ProcessExit(ExitReason.because("linked"));
            });
            return machine.goTo("a").data("0");
        });
        ServerRef<Rpc> ref = lab.start(machine);

        Machine.Journal journal = machine.journal;
        while (journal.entries().isEmpty()) {
            sync(ref);
        }
        assertThat(journal.entries())
                .singleElement()
                .asString()
                .startsWith("a: info Exit[")
                .contains("linked");
    }

    @Test
    void anOrderlyStopComesInItsTurn() {
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "before");
        ref.stop(ExitReason.shutdown(), Await.LIMIT);

        assertThat(machine.journal.entries()).containsExactly("a: tell before", "terminate shutdown in a with 0");
    }

    @Test
    void aKillLeavesNoTimeToTerminate() throws Exception {
        ServerRef<Rpc> ref = lab.start(machine);
        ref.pid().orElseThrow().exit(ExitReason.kill());

        assertThat(lab.end(ref)).isEqualTo(ExitReason.killed());
        assertThat(machine.journal.entries()).isEmpty();
    }

    @Test
    void whatTerminateThrowsReplacesTheReason() throws Exception {
        machine.when("a: tell stop", machine::stop).onTerminate((_, _, _) -> {
            throw new IllegalStateException("cannot close");
        });
        ServerRef<Rpc> ref = lab.start(machine);
        tell(ref, "stop");

        assertThat(lab.end(ref).toString()).contains("cannot close");
    }

    @Test
    void dataThatCanBeClosedAreClosed() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        class Closing implements GenStatem<String, AutoCloseable, Rpc> {
            @Override
            public Transition<String, AutoCloseable, Rpc> init(Self<Rpc> self) {
                return goTo("a").data(closed::incrementAndGet);
            }

            @Override
            public Transition<String, AutoCloseable, Rpc> handle(Event<Rpc> event, String state, AutoCloseable data) {
                return stop();
            }
        }
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(Closing::new));
        tell(ref, "stop");

        assertThat(lab.end(ref)).isEqualTo(ExitReason.normal());
        assertThat(closed).hasValue(1);
    }

    @Test
    void aSupervisorRestartsACrashedMachineInItsFirstState() throws Exception {
        machine.when("a: tell go", () -> machine.goTo("b")).when("b: tell crash", () -> {
            throw new IllegalStateException("crash");
        });
        lab.node()
                .start(Supervisor.oneForOne()
                        .child(ChildSpec.of("m", machine.spec().named(NAME))));
        ServerRef<Rpc> ref = lab.node().ref(NAME);
        ServerRef<Rpc> firstLife = ServerRef.of(ref.pid().orElseThrow());
        tell(ref, "go", "crash");
        lab.end(firstLife);
        while (ref.pid().isEmpty()) {
            Thread.yield();
        }
        tell(ref, "again");
        sync(ref);

        assertThat(machine.journal.entries()).endsWith("a: tell again");
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    record Secret(String name, String password) implements Reportable {
        @Override
        public String toReport() {
            return "secret of " + name;
        }
    }

    static final class Vault implements GenStatem<String, Secret, Rpc> {
        @Override
        public Transition<String, Secret, Rpc> init(Self<Rpc> self) {
            return goTo("shut").data(new Secret("ada", "hunter2")).timeout("audit", Duration.ofHours(1), "hunter3");
        }

        @Override
        public Transition<String, Secret, Rpc> handle(Event<Rpc> event, String state, Secret data) {
            return switch (event) {
                case Event.Message<Rpc>(Rpc.Tell(String what), var _)
                when what.equals("crash") -> keepState().nextInternal("the crash");
                case Event.Internal<Rpc> _ -> throw new IllegalStateException("crash");
                default -> postpone();
            };
        }
    }

    @Test
    void aCrashReportShowsStateAndDataWithoutSecretsAndWhatWasGoingOn() throws Exception {
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(Vault::new));
        tell(ref, "one", "two", "crash");
        lab.end(ref);

        assertThat(lab.crashes().getFirst().state().orElseThrow())
                .contains("2 postponed")
                .contains("state shut")
                .contains("secret of ada")
                .contains("timeout audit")
                .contains("the crash")
                .doesNotContain("hunter");
        assertThat(lab.crashes().getFirst().info().initialCall()).isEqualTo(Vault.class.getName());
    }

    @Test
    void aMachineSaysItselfWhatReportsShow() throws Exception {
        class Shy implements GenStatem<String, String, Rpc> {
            @Override
            public Transition<String, String, Rpc> init(Self<Rpc> self) {
                return goTo("a").data("hunter2");
            }

            @Override
            public Transition<String, String, Rpc> handle(Event<Rpc> event, String state, String data) {
                throw new IllegalStateException("crash");
            }

            @Override
            public Object reportedState(String state, String data) {
                return "in " + state;
            }
        }
        ServerRef<Rpc> ref = lab.node().start(GenStatem.spec(Shy::new));
        tell(ref, "crash");
        lab.end(ref);

        assertThat(lab.crashes().getFirst().state()).contains("in a");
    }

    @Test
    void dataThatCannotBeShownDoNotHideTheState() {
        Reportable broken = () -> {
            throw new IllegalStateException("cannot");
        };
        assertThat(new StateAndData<>("open", broken).toReport())
                .contains("state open")
                .contains("cannot be shown: java.lang.IllegalStateException");
    }
}
