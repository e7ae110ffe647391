package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.CallException;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Switchboard;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Waits;
import dev.skep.conformance.otp.Desk.Rpc;
import dev.skep.server.GenServer;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("gen_server_SUITE")
@Waits(
        cases = {
            "call_remote1",
            "call_remote2",
            "call_remote3",
            "call_remote_n1",
            "call_remote_n2",
            "call_remote_n3",
            "cast_fast",
            "stop8",
            "stop9",
            "stop10"
        },
        because = "distribution over several nodes")
class GenServerStartTest {
    private static final Name<Rpc> NAME = Name.of("desk");

    private final Switchboard via = new Switchboard();
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private static Rpc.Ask ask(String what) {
        return new Rpc.Ask(what);
    }

    // ---- Starts --------------------------------------------------------------------------------------------------

    @Test
    @Covers("start")
    void aServerStartsServesAndStops(Testkit skep) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Desk::new));
        Pid pid = desk.pid().orElseThrow();

        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
        assertThat(desk.call(ask("stop"))).isEqualTo("ok");

        assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(() -> desk.call(ask("hello")));
    }

    @Test
    @Covers("start")
    void anInitThatTakesTooLongFailsTheStart(Testkit skep, VirtualClock clock, Probe holder) {
        CompletableFuture<Started<ServerRef<Rpc>>> outcome = new CompletableFuture<>();
        StartSpec<ServerRef<Rpc>> slow = GenServer.<Rpc>spec(() -> new Desk() {
                    @Override
                    public String init(Self<Rpc> here) {
                        holder.pid().join(ServerRef.FOREVER);
                        return "too late";
                    }
                })
                .initTimeout(Duration.ofMillis(100));
        skep.spawn(self -> outcome.complete(self.start(slow)));

        clock.advance(Duration.ofMillis(100));

        assertThat(outcome).isCompleted();
        assertThat(outcome.join())
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString()).contains("PT0.1S"));
    }

    private static GenServer<String, Rpc> refusing(Throwable why) {
        return new Desk() {
            @Override
            public String init(Self<Rpc> here) throws Exception {
                switch (why) {
                    case Error error -> throw error;
                    case Exception exception -> throw exception;
                    default -> throw new AssertionError(why);
                }
            }
        };
    }

    @Test
    @Covers({"start", "otp_7669"})
    void aServerThatIsIgnoredOrStopsInInitLeavesNothingBehind(Testkit skep) {
        for (int i = 0; i < 100; i++) {
            for (Name<Rpc> name : List.of(NAME, Name.<Rpc, String>via(via, "desk"))) {
                assertThat(skep.node()
                                .tryStart(GenServer.<Rpc>spec(() -> refusing(new StartException.Ignore()))
                                        .named(name)))
                        .isEqualTo(new Started.Ignored<>());
                assertThat(skep.node().whereis(name)).isEmpty();

                Crew.Refusal<ServerRef<Rpc>> refusal =
                        crew.refusalOf(GenServer.<Rpc>spec(() -> refusing(new ProcessExit(Desk.STOPPED)))
                                .named(name));
                assertThat(refusal.outcome())
                        .isInstanceOfSatisfying(
                                Started.Failed.class,
                                failed -> assertThat(failed.reason()).isEqualTo(Desk.STOPPED));
                assertThat(refusal.signal()).isEqualTo(Desk.STOPPED);
                assertThat(skep.node().whereis(name)).isEmpty();
            }
        }
    }

    @Test
    @Covers("start")
    void aLinkedAndAMonitoredServerTellTheirStarterOfTheirEnd(Testkit skep, Probe probe) {
        skep.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            ServerRef<Rpc> linked =
                    self.startLink(GenServer.spec(Desk::new).named(NAME)).orElseThrow();
            linked.call(ask("stop"));
            probe.pid().send(self.receive(Exit.class).reason().toString());
            Self.StartedMonitored<ServerRef<Rpc>> monitored =
                    self.startMonitor(GenServer.spec(Desk::new).named(NAME));
            monitored.started().orElseThrow().call(ask("stop"));
            Down down = self.receive(Down.class);
            probe.pid()
                    .send(down.reason() + " "
                            + down.monitor().equals(monitored.monitor().orElseThrow()));
        });

        probe.expectNext("stopped");
        probe.expectNext("stopped true");
    }

    @Test
    @Covers("start")
    void aNameIsForOneServerAtATime(Testkit skep) {
        for (Name<Rpc> name : List.of(NAME, Name.<Rpc, String>via(via, "desk"))) {
            ServerRef<Rpc> first = crew.start(GenServer.spec(Desk::new).named(name));
            ServerRef<Rpc> byName = skep.node().ref(name);
            Pid pid = first.pid().orElseThrow();
            assertThat(byName.call(ask("hello"))).isEqualTo("hello");

            assertThat(skep.node().tryStart(GenServer.spec(Desk::new).named(name)))
                    .isEqualTo(new Started.AlreadyStarted<>(pid));

            assertThat(byName.call(ask("stop"))).isEqualTo("ok");
            assertThat(skep.awaitEnd(pid)).isEqualTo(Desk.STOPPED);
            assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(() -> byName.call(ask("hello")));
        }
    }

    @Test
    @Covers("undef_init")
    void anErrorInInitFailsTheStartAndIsTheReasonOfTheEnd(Testkit skep) {
        NoSuchMethodError undefined = new NoSuchMethodError("init");
        skep.expectCrash(NoSuchMethodError.class);

        Crew.Refusal<ServerRef<Rpc>> refusal = crew.refusalOf(GenServer.spec(() -> new Desk() {
            @Override
            public String init(Self<Rpc> here) {
                throw undefined;
            }
        }));

        assertThat(refusal.outcome())
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(undefined)));
        assertThat(refusal.signal()).isEqualTo(ExitReason.crashed(undefined));
    }

    /// Goes on as it is told, step by step, before it looks at any message.
    private static final class Stepping extends Desk {
        @Override
        public Next<String> afterInit(String state) {
            return Next.<String>noReply().continueWith(3);
        }

        @Override
        public Next<String> handleContinue(Object argument, String state) {
            int left = (Integer) argument;
            Next<String> next = Next.<String>noReply().state(state + " " + left);
            return left == 0 ? next : next.continueWith(left - 1);
        }

        @Override
        Next<String> asked(Rpc.Ask ask, From from, String state) throws Exception {
            return switch (ask.what()) {
                case "go on" -> ask.reply("ok").continueWith(1);
                case "go on without an answer" -> {
                    ask.replyTo(from).reply("early");
                    yield Next.<String>noReply().continueWith(1);
                }
                default -> super.asked(ask, from, state);
            };
        }

        @Override
        Next<String> told(String what, String state) {
            return Next.<String>noReply().state(state + " " + what).continueWith(0);
        }

        @Override
        public Next<String> info(Object message, String state) {
            return Next.<String>noReply().state(state + " " + message).continueWith(0);
        }
    }

    @Test
    @Covers("continue")
    void aServerGoesOnBeforeItLooksAtTheNextMessage() {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Stepping::new));
        assertThat(desk.call(ask("state"))).as("after init").isEqualTo("new 3 2 1 0");

        PendingCall<String> answer = desk.request(ask("go on"));
        PendingCall<String> after = desk.request(ask("state"));
        assertThat(answer.get(ServerRef.FOREVER)).isEqualTo("ok");
        assertThat(after.get(ServerRef.FOREVER)).as("after a call").isEqualTo("new 3 2 1 0 1 0");
        assertThat(desk.call(ask("go on without an answer"))).isEqualTo("early");
        assertThat(desk.call(ask("state"))).isEqualTo("new 3 2 1 0 1 0 1 0");

        desk.cast(new Rpc.Tell("cast"));
        desk.send("info");
        assertThat(desk.call(ask("state"))).isEqualTo("new 3 2 1 0 1 0 1 0 cast 0 info 0");
    }

    // ---- Starts that go on after the starter does ----------------------------------------------------------------

    /// Registers itself, acknowledges its start, and does the rest when somebody has told it to.
    private static final class InTwoHalves extends Desk {
        private final Name<Rpc> name;
        private final Pid gate;

        InTwoHalves(Name<Rpc> name, Pid gate) {
            this.name = name;
            this.gate = gate;
        }

        @Override
        public String init(Self<Rpc> here) throws Exception {
            super.init(here);
            here.node().register(name, here.pid());
            return "acknowledged";
        }

        @Override
        public Next<String> afterInit(String state) {
            return Next.<String>noReply().continueWith("the rest");
        }

        @Override
        public Next<String> handleContinue(Object argument, String state) {
            gate.join(ServerRef.FOREVER);
            return Next.<String>noReply().state(state + ", then " + argument);
        }
    }

    @Test
    @Covers("spec_init")
    void aServerMayRegisterItselfAndDoTheRestOfItsInitAfterItsStart(Testkit skep, Probe gate) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new InTwoHalves(NAME, gate.pid())));
        skep.settle();
        assertThat(skep.node().whereis(NAME)).isEqualTo(desk.pid());
        PendingCall<String> answer = desk.request(ask("state"));
        assertThat(answer.await(Duration.ZERO)).as("it has not come to it").isEmpty();

        gate.pid().exit(ExitReason.kill());

        assertThat(answer.get(ServerRef.FOREVER)).isEqualTo("acknowledged, then the rest");
        assertThat(skep.node().ref(NAME).call(ask("stop"))).isEqualTo("ok");
    }

    @Test
    @Covers({"otp_5854", "spec_init"})
    void aServerCannotServeUnderANameThatAnotherProcessHas(Testkit skep, Probe armitage) {
        skep.allowCrashes();
        for (Name<Rpc> name : List.of(NAME, Name.<Rpc, String>via(via, "armitage"))) {
            Pid other = skep.spawn((Receiver<Object> self) -> self.receive());
            skep.node().register(name, other);

            Crew.Refusal<ServerRef<Rpc>> refusal =
                    crew.refusalOf(GenServer.spec(() -> new InTwoHalves(name, armitage.pid())));

            assertThat(refusal.signal().toString()).contains("cannot register", "the name is taken by " + other);
            assertThat(skep.node().tryStart(GenServer.spec(Desk::new).named(name)))
                    .isEqualTo(new Started.AlreadyStarted<>(other));
            assertThat(skep.node().whereis(name)).contains(other);
        }
    }

    @Test
    @Covers({"spec_init_local_registered_parent", "spec_init_global_registered_parent"})
    void aServerKnowsAParentThatHasAName(Testkit skep) {
        for (Name<Object> name : List.of(Name.of("parent"), Name.<Object, String>via(via, "parent"))) {
            CompletableFuture<ServerRef<Rpc>> desk = new CompletableFuture<>();
            Pid parent = skep.spawn((Receiver<Object> self) -> {
                self.node().register(name, self.pid());
                desk.complete(self.startLink(GenServer.<Rpc>spec(() -> new Desk() {
                            @Override
                            public String init(Self<Rpc> here) throws Exception {
                                here.trapExit(true);
                                return super.init(here);
                            }
                        }))
                        .orElseThrow());
                self.receive();
                throw new ProcessExit(ExitReason.shutdown("the parent ends"));
            });
            skep.await("it runs", desk::isDone);
            Pid pid = desk.join().pid().orElseThrow();
            assertThat(pid.info().orElseThrow().ancestors()).startsWith(parent);

            parent.send("end");

            assertThat(skep.awaitEnd(pid))
                    .as("its parent's end ends it")
                    .isEqualTo(ExitReason.shutdown("the parent ends"));
        }
    }

    // ---- Stops ---------------------------------------------------------------------------------------------------

    @Test
    @Covers({"stop1", "undef_terminate1"})
    void stopWaitsForTheEndAndNeedsAServer(Testkit skep) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Desk::new));
        Pid pid = desk.pid().orElseThrow();

        desk.stop();

        assertThat(pid.isAlive()).isFalse();
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(desk::stop);
    }

    @Test
    @Covers({"stop2", "undef_terminate2"})
    void stopGivesAReason(Testkit skep) {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Desk::new));
        Pid pid = desk.pid().orElseThrow();

        desk.stop(ExitReason.because("other reason"), ServerRef.FOREVER);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.because("other reason"));
    }

    @Test
    @Covers("stop3")
    void stopWithABadTimeLimitIsRefusedAndTheServerGoesOn() {
        ServerRef<Rpc> desk = crew.start(GenServer.spec(Desk::new));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> desk.stop(ExitReason.because("other reason"), Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");

        assertThat(desk.call(ask("hello"))).isEqualTo("hello");
        desk.stop();
        assertThat(desk.pid().orElseThrow().isAlive()).isFalse();
    }

    @Test
    @Covers({"stop4", "stop5", "stop6", "stop7"})
    void stopByNameFindsTheServerAndNeedsOne(Testkit skep) {
        for (Name<Rpc> name : List.of(NAME, Name.<Rpc, String>via(via, "to stop"))) {
            Pid pid = crew.start(GenServer.spec(Desk::new).named(name)).pid().orElseThrow();
            ServerRef<Rpc> byName = skep.node().ref(name);

            byName.stop();

            assertThat(pid.isAlive()).isFalse();
            assertThat(skep.node().whereis(name)).isEmpty();
            assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(byName::stop);
        }
    }

    @Test
    @Covers("undef_in_terminate")
    void aTerminateThatFailsIsWhyTheServerEnds(Testkit skep) {
        skep.expectCrash(NoSuchMethodError.class);
        NoSuchMethodError undefined = new NoSuchMethodError("terminate");
        ServerRef<Rpc> desk = crew.start(GenServer.spec(() -> new Desk() {
            @Override
            public void terminate(ExitReason reason, String state) {
                throw undefined;
            }
        }));

        assertThatExceptionOfType(CallException.ServerExited.class)
                .isThrownBy(desk::stop)
                .satisfies(failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(undefined)));
    }
}
