package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Starting a server: from threads and processes, with a name and without, and every way for it to fail.
class GenServerStartTest {
    private static final Name<Rpc> NAME = Name.of("server");
    private static final Duration SHORT = Duration.ofMillis(50);

    @RegisterExtension
    final Hive hive = new Hive();

    private final Script script = new Script();

    @Test
    void aThreadStartsAServer() {
        ServerRef<Rpc> server = hive.node().start(script.spec());

        assertThat(server.call(new Rpc.Ask("hello"))).isEqualTo("hello");
        assertThat(server.pid().orElseThrow().info().orElseThrow().name()).isEmpty();
    }

    @Test
    void aThreadStartsAServerUnderAName() {
        ServerRef<Rpc> server = hive.node().start(script.named(NAME).spec());

        assertThat(hive.node().whereis(NAME)).isEqualTo(server.pid());
        assertThat(hive.node().ref(NAME).call(new Rpc.Ask("hello"))).isEqualTo("hello");
    }

    @Test
    void aProcessStartsAServerWithoutALink() throws Exception {
        ServerRef<Rpc> server = hive.inProcess(self -> {
            ServerRef<Rpc> started = self.start(script.spec()).orElseThrow();
            assertThat(self.pid().info().orElseThrow().links()).isEmpty();
            assertThat(started.pid().orElseThrow().info().orElseThrow().ancestors())
                    .containsExactly(self.pid());
            return started;
        });

        assertThat(server.call(new Rpc.Ask("still there"))).isEqualTo("still there");
    }

    @Test
    void aLinkedServerEndsWithItsStarter() throws Exception {
        CompletableFuture<CompletableFuture<ExitReason>> end = new CompletableFuture<>();
        Pid starter = hive.node().spawn(self -> {
            Pid server = self.startLink(script.named(NAME).spec())
                    .orElseThrow()
                    .pid()
                    .orElseThrow();
            assertThat(self.pid().info().orElseThrow().links()).containsExactly(server);
            end.complete(server.exited());
            self.receive();
        });
        CompletableFuture<ExitReason> exited = Await.get(end);
        starter.exit(ExitReason.because("enough"));

        assertThat(Await.get(exited)).isEqualTo(ExitReason.because("enough"));
        script.journal.await("terminate enough");
        assertThat(hive.node().whereis(NAME)).isEmpty();
    }

    @Test
    void aMonitoredServerIsWatchedByItsStarter() throws Exception {
        Object down = hive.inProcess(self -> {
            Self.StartedMonitored<ServerRef<Rpc>> started = self.startMonitor(script.spec());
            ServerRef<Rpc> server = started.started().orElseThrow();
            server.stop();
            Down received = self.receive(Down.class);
            assertThat(received.monitor()).isSameAs(started.monitor().orElseThrow());
            return received.reason();
        });

        assertThat(down).isEqualTo(ExitReason.normal());
    }

    @Test
    void aStartUnderATakenNameTellsWhoHasIt() {
        Pid first = hive.node().start(script.named(NAME).spec()).pid().orElseThrow();

        assertThat(hive.node().tryStart(script.spec())).isEqualTo(new Started.AlreadyStarted<>(first));
        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .isInstanceOfSatisfying(
                        StartException.AlreadyStarted.class,
                        e -> assertThat(e.pid()).isEqualTo(first))
                .hasMessageContaining(first.toString());
        assertThat(script.journal.entries()).as("init ran once").containsExactly("init");
        assertThat(hive.node().processes()).containsExactly(first);
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void aProcessIsToldWhoHasTheNameTooAndNoExitSignalIsLeftBehind() throws Exception {
        Pid first = hive.node().start(script.named(NAME).spec()).pid().orElseThrow();

        hive.inProcess(self -> {
            self.trapExit(true);
            assertThat(self.start(script.spec())).isEqualTo(new Started.AlreadyStarted<>(first));
            assertThat(self.startLink(script.spec())).isEqualTo(new Started.AlreadyStarted<>(first));
            Self.StartedMonitored<ServerRef<Rpc>> monitored = self.startMonitor(script.spec());
            assertThat(monitored.started()).isEqualTo(new Started.AlreadyStarted<>(first));
            assertThat(monitored.monitor()).isEmpty();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            return true;
        });
    }

    @Test
    void ofManyStartsUnderOneNameExactlyOneWins() throws Exception {
        int starters = 16;
        var starts = new CompletableFuture<?>[starters];
        for (int i = 0; i < starters; i++) {
            starts[i] = hive.later(self -> self.start(new Script().named(NAME).spec()));
        }
        int running = 0;
        Pid holder = null;
        for (CompletableFuture<?> start : starts) {
            Started<?> outcome = (Started<?>) Await.get(start);
            if (outcome instanceof Started.Running<?>(Pid pid, Object _)) {
                running++;
                holder = pid;
            }
        }

        assertThat(running).isEqualTo(1);
        for (CompletableFuture<?> start : starts) {
            if (Await.get(start) instanceof Started.AlreadyStarted<?>(Pid pid)) {
                assertThat(pid).isEqualTo(holder);
            }
        }
    }

    @Test
    void aRegisteredNameOfAnotherKindOfProcessCountsAsTaken() throws Exception {
        Gate end = new Gate();
        Pid plain = hive.node().spawn(_ -> end.pass());
        hive.node().register(NAME, plain);

        assertThat(hive.node().tryStart(script.named(NAME).spec())).isEqualTo(new Started.AlreadyStarted<>(plain));
        end.open();
    }

    @Test
    void whatInitThrowsFailsTheStart() {
        IllegalStateException broken = new IllegalStateException("no database");
        script.named(NAME).init(_ -> {
            throw broken;
        });

        assertThat(hive.node().tryStart(script.spec()))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(broken)));
        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .isInstanceOf(StartException.Failed.class)
                .hasCause(broken)
                .hasMessageContaining("server")
                .hasMessageContaining("no database");
        assertNothingIsLeft();
        assertThat(script.journal.entries()).as("no terminate without a state").containsOnly("init");
    }

    @Test
    void anErrorInInitFailsTheStartToo() {
        script.init(_ -> {
            throw new StackOverflowError("too deep");
        });

        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .isInstanceOf(StartException.Failed.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertNothingIsLeft();
    }

    @Test
    void initThatReturnsNullFailsTheStart() {
        script.init(_ -> null);

        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("init returned no state");
    }

    @Test
    void aFactoryThatThrowsFailsTheStart() {
        ServerSpec<Rpc> broken = GenServer.spec(() -> {
            throw new IllegalArgumentException("no such server");
        });
        ServerSpec<Rpc> empty = GenServer.spec(() -> null);

        assertThatThrownBy(() -> hive.node().start(broken))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("no such server");
        assertThatThrownBy(() -> hive.node().start(empty))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("factory");
    }

    @Test
    void initMayAskToBeIgnored() throws Exception {
        script.named(NAME).init(_ -> {
            throw new StartException.Ignore();
        });

        assertThat(hive.node().tryStart(script.spec())).isEqualTo(new Started.Ignored<>());
        assertThatThrownBy(() -> hive.node().start(script.spec())).isInstanceOf(StartException.Ignore.class);
        hive.inProcess(self -> {
            self.trapExit(true);
            assertThat(self.startLink(script.spec())).isEqualTo(new Started.Ignored<>());
            assertThat(self.receive(Exit.class).reason()).isEqualTo(ExitReason.normal());
            return true;
        });
        assertThat(hive.node().whereis(NAME)).isEmpty();
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void initMayStopWithAReason() throws Exception {
        ExitReason reason = ExitReason.because("not today");
        script.named(NAME).init(_ -> {
            throw new ProcessExit(reason);
        });

        assertThat(hive.node().tryStart(script.spec()))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason));
        hive.inProcess(self -> {
            self.trapExit(true);
            assertThat(self.startLink(script.spec())).isInstanceOf(Started.Failed.class);
            assertThat(self.receive(Exit.class).reason()).isEqualTo(reason);
            return true;
        });
        assertNothingIsLeft();
    }

    @Test
    void aFailedLinkedStartEndsAStarterThatDoesNotTrapExits() throws Exception {
        ExitReason reason = ExitReason.because("not today");
        script.init(_ -> {
            throw new ProcessExit(reason);
        });
        Gate begin = new Gate();
        Pid starter = hive.node().spawn(self -> {
            begin.pass();
            self.startLink(script.spec());
            self.receive();
        });
        CompletableFuture<ExitReason> end = starter.exited();
        begin.open();

        assertThat(Await.get(end)).isEqualTo(reason);
    }

    @Test
    void aFailedMonitoredStartLeavesNoMessage() throws Exception {
        script.init(_ -> {
            throw new IllegalStateException("no");
        });

        hive.inProcess(self -> {
            Self.StartedMonitored<ServerRef<Rpc>> started = self.startMonitor(script.spec());
            assertThat(started.started()).isInstanceOf(Started.Failed.class);
            assertThat(started.monitor()).isEmpty();
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            return true;
        });
    }

    @Test
    void anInitThatTakesTooLongIsEnded() throws Exception {
        Gate stuck = new Gate();
        script.named(NAME).init(_ -> {
            try {
                stuck.pass();
                return "late";
            } catch (InterruptedException e) {
                script.journal.add("interrupted");
                throw e;
            }
        });

        assertThat(startThatTakesTooLong(stuck))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString()).contains("init took longer than PT0.05S"));
        assertThat(hive.node().whereis(NAME)).isEmpty();
        assertThat(hive.node().processes()).isEmpty();
        script.journal.await("interrupted");
    }

    @Test
    void anInitThatIgnoresItsEndIsAbandoned() throws Exception {
        Gate stuck = new Gate();
        script.named(NAME).init(_ -> {
            while (true) {
                try {
                    stuck.pass();
                    return "late";
                } catch (InterruptedException ignored) {
                    script.journal.add("interrupted");
                }
            }
        });

        assertThat(startThatTakesTooLong(stuck)).isInstanceOf(Started.Failed.class);

        assertThat(hive.node().whereis(NAME)).isEmpty();
        assertThat(hive.node().zombies()).hasSize(1);
        stuck.open();
    }

    /// Lets time pass when init is stuck.
    private Started<ServerRef<Rpc>> startThatTakesTooLong(Gate stuck) throws Exception {
        CompletableFuture<Started<ServerRef<Rpc>>> start = CompletableFuture.supplyAsync(
                () -> hive.node().tryStart(script.spec().initTimeout(SHORT)));
        stuck.awaitSomebody();
        hive.clock().passUntil(start::isDone);
        return Await.get(start);
    }

    @Test
    void aServerIsKilledInItsInit() throws Exception {
        Gate init = new Gate();
        script.named(NAME).init(_ -> {
            init.pass();
            return "never";
        });
        CompletableFuture<Started<ServerRef<Rpc>>> start = hive.later(self -> self.start(script.spec()));
        init.awaitSomebody();
        hive.node().whereis(NAME).orElseThrow().exit(ExitReason.kill());

        assertThat(Await.get(start))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.killed()));
        assertThat(hive.node().whereis(NAME)).isEmpty();
        assertThat(script.journal.entries()).containsExactly("init");
    }

    @Test
    void anInterruptedStarterGivesUpAndTheServerEnds() throws Exception {
        Gate init = new Gate();
        script.named(NAME).init(_ -> {
            init.pass();
            return "never";
        });
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                hive.node().start(script.spec());
            } catch (CallException.Interrupted e) {
                outcome.complete(Thread.currentThread().isInterrupted());
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        });
        init.awaitSomebody();
        CompletableFuture<ExitReason> end =
                hive.node().whereis(NAME).orElseThrow().exited();
        starter.interrupt();

        assertThat(Await.get(outcome)).as("interrupt status is kept").isTrue();
        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
    }

    @Test
    void callsToAServerInItsInitWaitForIt() throws Exception {
        Gate init = new Gate();
        script.named(NAME).init(_ -> {
            init.pass();
            return "ready";
        });
        CompletableFuture<?> start = hive.later(self -> self.start(script.spec()));
        init.awaitSomebody();
        CompletableFuture<String> answer =
                hive.later(_ -> hive.node().ref(NAME).call(new Rpc.Ask("early"), Await.LIMIT));
        init.open();

        assertThat(Await.get(answer)).isEqualTo("early");
        assertThat(Await.get(start)).isInstanceOf(Started.Running.class);
    }

    @Test
    void callsToAServerWhoseInitFailsGetItsReason() throws Exception {
        Gate init = new Gate();
        ExitReason reason = ExitReason.because("not today");
        script.named(NAME).init(_ -> {
            init.pass();
            throw new ProcessExit(reason);
        });
        CompletableFuture<?> start = hive.later(self -> self.start(script.spec()));
        init.awaitSomebody();
        var pending = hive.node().ref(NAME).request(new Rpc.Ask("early"));
        init.open();

        assertThatThrownBy(() -> pending.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(Await.get(start)).isInstanceOf(Started.Failed.class);
    }

    @Test
    void initKnowsItsNameAndStarter() throws Exception {
        script.named(NAME).init(self -> {
            assertThat(self.node().whereis(NAME)).contains(self.pid());
            return "named";
        });

        hive.inProcess(self -> self.startLink(script.spec()).orElseThrow());

        assertThat(script.journal.entries()).contains("init");
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void afterInitMayContinueBeforeAnyMessage() throws Exception {
        Gate init = new Gate();
        script.named(NAME)
                .init(_ -> {
                    init.pass();
                    return "cold";
                })
                .afterInit(_ -> Next.noReply().continueWith("warm up"))
                .onContinue((_, _) -> Next.noReply().state("warm"))
                .call((message, _, state) -> message.reply(state));
        CompletableFuture<?> start = hive.later(self -> self.start(script.spec()));
        init.awaitSomebody();
        var early = hive.node().ref(NAME).request(new Rpc.Ask("early"));
        init.open();

        assertThat(early.get(Await.LIMIT)).isEqualTo("warm");
        assertThat(Await.get(start)).isInstanceOf(Started.Running.class);
        assertThat(script.journal.entries()).containsExactly("init", "continue warm up", "call early");
    }

    @Test
    void aCrashInTheFirstContinueComesAfterTheStart() throws Exception {
        Gate proceed = new Gate();
        script.afterInit(_ -> Next.noReply().continueWith("fail")).onContinue((_, _) -> {
            proceed.pass();
            throw new IllegalStateException("cannot continue");
        });

        ServerRef<Rpc> server = hive.node().start(script.spec());
        CompletableFuture<ExitReason> end = server.pid().orElseThrow().exited();
        proceed.open();

        assertThat(Await.get(end).toString()).contains("cannot continue");
        script.journal.await("terminate " + Await.get(end));
    }

    @Test
    void afterInitMayTimeOut() {
        script.afterInit(_ -> Next.noReply().timeout(Duration.ZERO)).info((_, _) -> Next.noReply());

        hive.node().start(script.spec());

        script.journal.await("info " + IdleTimeout.INSTANCE);
    }

    @Test
    void afterInitMayReplaceTheState() {
        script.afterInit(state -> Next.noReply().state(state + "er")).call((message, _, state) -> message.reply(state));

        assertThat(hive.node().start(script.spec()).call(new Rpc.Ask("state"))).isEqualTo("newer");
    }

    @Test
    void afterInitThatStopsFailsTheStartAndCleansUp() {
        ExitReason reason = ExitReason.because("too late");
        script.named(NAME).afterInit(_ -> Next.stop(reason));

        assertThat(hive.node().tryStart(script.spec()))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(reason));
        assertNothingIsLeft();
        assertThat(script.journal.entries()).as("init has returned").containsExactly("init", "terminate too late");
    }

    @Test
    void afterInitThatThrowsFailsTheStartAndCleansUp() {
        script.afterInit(_ -> {
            throw new ProcessExit(ExitReason.because("broken"));
        });

        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .isInstanceOf(StartException.Failed.class)
                .hasMessageContaining("broken");
        assertNothingIsLeft();
        assertThat(script.journal.entries()).containsExactly("init", "terminate broken");
    }

    @Test
    void afterInitThatAsksToBeIgnoredCleansUp() {
        script.afterInit(_ -> {
            throw new StartException.Ignore();
        });

        assertThat(hive.node().tryStart(script.spec())).isEqualTo(new Started.Ignored<>());
        assertThat(script.journal.entries()).containsExactly("init", "terminate normal");
    }

    @Test
    void aStartFailureNamesTheServer() {
        script.init(_ -> {
            throw new IllegalStateException("no");
        });

        assertThatThrownBy(() -> hive.node().start(script.spec()))
                .hasMessageContaining("Script$Server")
                .hasMessageNotContaining("Lambda");
    }

    @Test
    void anInitTimeoutMustBeLongerThanZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> script.spec().initTimeout(Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> script.spec().initTimeout(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThat(script.spec().initTimeout(ServerRef.FOREVER).initTimeout()).isEqualTo(ServerRef.FOREVER);
    }

    @Test
    void aSpecStartsAnyNumberOfServers() {
        ServerSpec<Rpc> spec = script.spec();

        ServerRef<Rpc> one = hive.node().start(spec);
        ServerRef<Rpc> two = hive.node().start(spec);

        assertThat(one).isNotEqualTo(two);
        one.stop();
        assertThat(two.call(new Rpc.Ask("alive"))).isEqualTo("alive");
    }

    private void assertNothingIsLeft() {
        assertThat(hive.node().whereis(NAME)).isEqualTo(Optional.empty());
        assertThat(hive.node().processes()).isEmpty();
    }
}
