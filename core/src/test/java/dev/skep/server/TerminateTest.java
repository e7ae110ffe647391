package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The end of a server: when `terminate` runs, with what reason, and what is reported.
@Tag("carriers")
class TerminateTest {
    private static final Name<Rpc> NAME = Name.of("server");
    private static final ExitReason REASON = ExitReason.because("enough");

    @RegisterExtension
    final Hive hive = new Hive();

    private final Script script = new Script().named(NAME);

    @Test
    void onAStopFromOutside() throws Exception {
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();

        hive.node().ref(NAME).stop();

        assertThat(Await.get(end)).isEqualTo(ExitReason.normal());
        assertTerminatedOnce("normal");
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void onAStopOfItsOwn() throws Exception {
        script.cast((_, _) -> Next.stop(ExitReason.shutdown("done")));
        CompletableFuture<ExitReason> end = start().exited();

        hive.node().ref(NAME).cast(new Rpc.Tell("stop"));

        assertThat(Await.get(end)).isEqualTo(ExitReason.shutdown("done"));
        assertTerminatedOnce("{shutdown, done}");
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void onACrash() throws Exception {
        script.cast((_, _) -> {
            throw new IllegalStateException("broken");
        });
        CompletableFuture<ExitReason> end = start().exited();

        hive.node().ref(NAME).cast(new Rpc.Tell("crash"));

        assertThat(Await.get(end))
                .isInstanceOfSatisfying(
                        ExitReason.Crashed.class,
                        crash -> assertThat(crash.cause()).hasMessage("broken"));
        assertTerminatedOnce("crashed: java.lang.IllegalStateException: broken");
        assertThat(hive.crashes()).singleElement().satisfies(report -> {
            assertThat(report.lastMessage())
                    .hasValueSatisfying(text -> assertThat(text).contains("crash"));
            assertThat(report.state()).contains("new");
            assertThat(report.text()).contains("IllegalStateException: broken").contains("TerminateTest");
        });
    }

    @Test
    void onAnExitSignal() throws Exception {
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();

        pid.exit(REASON);

        assertThat(Await.get(end)).isEqualTo(REASON);
        assertTerminatedOnce("enough");
        assertThat(hive.crashes()).as("not its own fault").isEmpty();
    }

    @Test
    void onAnExitSignalWhileItsHandlerBlocks() throws Exception {
        Gate never = new Gate();
        script.call((message, _, _) -> {
            never.pass();
            return message.reply("never");
        });
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        var call = hive.node().ref(NAME).request(new Rpc.Ask("block"));
        never.awaitSomebody();

        pid.exit(REASON);

        assertThat(Await.get(end)).isEqualTo(REASON);
        assertTerminatedOnce("enough");
        assertThatThrownBy(() -> call.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(REASON));
    }

    @Test
    void onTheEndOfALinkedProcess() throws Exception {
        script.call((message, _, _) -> message.reply("linked"));
        Gate linked = new Gate();
        CompletableFuture<CompletableFuture<ExitReason>> end = new CompletableFuture<>();
        Pid friend = hive.node().spawn(self -> {
            end.complete(self.startLink(script.spec())
                    .orElseThrow()
                    .pid()
                    .orElseThrow()
                    .exited());
            linked.pass();
            throw new ProcessExit(REASON);
        });
        CompletableFuture<ExitReason> exited = Await.get(end);
        linked.open();

        assertThat(Await.get(exited)).isEqualTo(REASON);
        assertThat(friend.isAlive()).isFalse();
        assertTerminatedOnce("enough");
    }

    @Test
    void onTheKillOfALinkedProcess() throws Exception {
        CompletableFuture<CompletableFuture<ExitReason>> end = new CompletableFuture<>();
        Pid friend = hive.node().spawn(self -> {
            end.complete(self.startLink(script.spec())
                    .orElseThrow()
                    .pid()
                    .orElseThrow()
                    .exited());
            self.receive();
        });
        CompletableFuture<ExitReason> exited = Await.get(end);
        friend.exit(ExitReason.kill());

        assertThat(Await.get(exited)).isEqualTo(ExitReason.killed());
        assertTerminatedOnce("killed");
    }

    @Test
    void notCutShortByTheKillOfALinkedProcess() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> {
            cleaning.pass();
            script.journal.add("clean");
        });
        CompletableFuture<CompletableFuture<ExitReason>> end = new CompletableFuture<>();
        Pid friend = hive.node().spawn(self -> {
            end.complete(self.startLink(script.spec())
                    .orElseThrow()
                    .pid()
                    .orElseThrow()
                    .exited());
            self.receive();
        });
        CompletableFuture<ExitReason> exited = Await.get(end);
        CompletableFuture<ExitReason> friendExited = friend.exited();
        hive.node().whereis(NAME).orElseThrow().exit(REASON);
        cleaning.awaitSomebody();
        friend.exit(ExitReason.kill());
        Await.get(friendExited);
        cleaning.open();

        assertThat(Await.get(exited)).isEqualTo(REASON);
        script.journal.await("clean");
    }

    @Test
    void onTheEndOfItsStarterEvenWhenItTrapsExits() throws Exception {
        script.init(self -> {
            self.trapExit(true);
            return "trapping";
        });
        CompletableFuture<CompletableFuture<ExitReason>> end = new CompletableFuture<>();
        Pid starter = hive.node().spawn(self -> {
            end.complete(self.startLink(script.spec())
                    .orElseThrow()
                    .pid()
                    .orElseThrow()
                    .exited());
            self.receive();
        });
        CompletableFuture<ExitReason> exited = Await.get(end);
        starter.exit(ExitReason.shutdown());

        assertThat(Await.get(exited)).isEqualTo(ExitReason.shutdown());
        assertTerminatedOnce("shutdown");
        assertThat(script.journal.entries()).noneMatch(entry -> entry.toString().startsWith("info"));
    }

    @Test
    void onAnExitSignalOfTheStarterThatMonitorsItEvenWhenItTrapsExits() throws Exception {
        script.init(self -> {
            self.trapExit(true);
            return "trapping";
        });
        hive.inProcess(self -> {
            Pid started =
                    self.startMonitor(script.spec()).monitor().orElseThrow().pid();
            started.exit(ExitReason.shutdown());
            assertThat(self.receive(Down.class).reason()).isEqualTo(ExitReason.shutdown());
            return true;
        });

        assertTerminatedOnce("shutdown");
    }

    @Test
    void notOnATrappedExitOfAnother() throws Exception {
        script.init(self -> {
                    self.trapExit(true);
                    return "trapping";
                })
                .info((_, _) -> Next.noReply());
        Pid pid = start();
        Pid sender = hive.inProcess(self -> {
            pid.exit(REASON);
            return self.pid();
        });

        script.journal.await("info " + new dev.skep.Exit(sender, REASON));
        assertThat(hive.node().ref(NAME).call(new Rpc.Ask("alive"))).isEqualTo("alive");
    }

    @Test
    void notOnAKill() throws Exception {
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();

        pid.exit(ExitReason.kill());

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
        assertThat(script.journal.entries()).containsExactly("init");
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void aKillEndsATerminateThatBlocks() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> cleaning.pass());
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.exit(REASON);
        cleaning.awaitSomebody();

        pid.exit(ExitReason.kill());

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
    }

    @RepeatedTest(200)
    void aKillThatMeetsTheEndIsNeverLost() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> cleaning.pass()).cast((_, _) -> Next.stop(ExitReason.normal()));
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        Thread killer = Thread.ofPlatform().start(() -> pid.exit(ExitReason.kill()));
        hive.node().ref(NAME).cast(new Rpc.Tell("stop"));
        killer.join();

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
    }

    @Test
    void otherExitSignalsDoNotDisturbTerminate() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> {
            cleaning.pass();
            script.journal.add("clean");
        });
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.exit(REASON);
        cleaning.awaitSomebody();
        pid.exit(ExitReason.because("another"));
        assertThat(pid.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.EXITING);
        cleaning.open();

        assertThat(Await.get(end)).isEqualTo(REASON);
        script.journal.await("clean");
    }

    @Test
    void aServerThatIsStoppedCanBeLookedAt() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> cleaning.pass());
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        CompletableFuture<Boolean> stop = hive.later(_ -> {
            hive.node().ref(NAME).stop();
            return true;
        });
        cleaning.awaitSomebody();

        assertThat(pid.info().orElseThrow().status()).isEqualTo(ProcessInfo.Status.EXITING);
        cleaning.open();
        assertThat(Await.get(end)).isEqualTo(ExitReason.normal());
        assertThat(Await.get(stop)).isTrue();
    }

    @Test
    void mayCallOthersAfterAnExitSignal() {
        ServerRef<Rpc> other = hive.node().start(new Script().spec());
        script.terminate((_, _) -> script.journal.add("told " + other.call(new Rpc.Ask("goodbye"))));
        start().exit(REASON);

        script.journal.await("told goodbye");
    }

    @Test
    void whatTerminateThrowsIsTheReason() throws Exception {
        script.terminate((_, _) -> {
            throw new IllegalStateException("cannot clean up");
        });
        CompletableFuture<ExitReason> end = start().exited();

        assertThatThrownBy(() -> hive.node().ref(NAME).stop())
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("cannot clean up");

        assertThat(Await.get(end).toString()).contains("cannot clean up");
        assertThat(hive.crashes()).hasSize(1);
    }

    @Test
    void terminateMayEndWithAReasonOfItsOwn() throws Exception {
        script.terminate((_, _) -> {
            throw new ProcessExit(ExitReason.shutdown("cleaned up"));
        });
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.exit(REASON);

        assertThat(Await.get(end)).isEqualTo(ExitReason.shutdown("cleaned up"));
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void aReplyThatStopsIsGivenWhenTheServerHasCleanedUp() throws Exception {
        Gate cleaning = new Gate();
        script.call((message, _, _) -> message.reply("bye").thenStop(ExitReason.normal()))
                .terminate((_, _) -> cleaning.pass());
        CompletableFuture<ExitReason> end = start().exited();
        PendingCall<String> call = hive.node().ref(NAME).request(new Rpc.Ask("stop"));
        cleaning.awaitSomebody();

        assertThat(call.await(Duration.ZERO)).isEmpty();
        cleaning.open();
        assertThat(call.get(Await.LIMIT)).isEqualTo("bye");
        assertThat(Await.get(end)).isEqualTo(ExitReason.normal());
    }

    @Test
    void aReplyThatStopsIsGivenEvenIfTerminateThrows() throws Exception {
        script.call((message, _, _) -> message.reply("bye").thenStop(ExitReason.normal()))
                .terminate((_, _) -> {
                    throw new IllegalStateException("cannot clean up");
                });
        CompletableFuture<ExitReason> end = start().exited();

        assertThat(hive.node().ref(NAME).call(new Rpc.Ask("stop"))).isEqualTo("bye");
        assertThat(Await.get(end).toString()).contains("cannot clean up");
    }

    @Test
    void aKillDuringTheCleanUpDoesNotLeaveTheCallerWaiting() throws Exception {
        Gate cleaning = new Gate();
        script.call((message, _, _) -> message.reply("bye").thenStop(ExitReason.normal()))
                .terminate((_, _) -> {
                    cleaning.pass();
                });
        Pid pid = start();
        var call = hive.node().ref(NAME).request(new Rpc.Ask("stop"));
        cleaning.awaitSomebody();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.exit(ExitReason.kill());

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
        assertThat(call.await(Await.LIMIT)).isPresent();
    }

    @Test
    void aServerThatIgnoresItsKillIsAbandonedAndItsReplyDropped() throws Exception {
        Gate stuck = new Gate();
        script.call((message, from, _) -> {
            while (true) {
                try {
                    stuck.pass();
                    script.journal.add("replied " + message.replyTo(from).reply("too late"));
                    return Next.noReply();
                } catch (InterruptedException ignored) {
                    script.journal.add("interrupted");
                }
            }
        });
        Pid pid = start();
        CompletableFuture<ExitReason> end = pid.exited();
        PendingCall<String> stuckCall = hive.node().ref(NAME).request(new Rpc.Ask("stuck"));
        PendingCall<String> queued = hive.node().ref(NAME).request(new Rpc.Ask("queued"));
        stuck.awaitSomebody();
        pid.exit(ExitReason.kill());
        hive.clock().passUntil(end::isDone);

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
        assertThatThrownBy(() -> stuckCall.get(Await.LIMIT)).isInstanceOf(CallException.ServerExited.class);
        assertThatThrownBy(() -> queued.get(Await.LIMIT)).isInstanceOf(CallException.ServerExited.class);
        assertThat(hive.node().zombies()).hasSize(1);
        hive.node().start(script.spec());
        stuck.open();
        script.journal.await("replied false");
        assertThat(script.journal.entries()).doesNotContain("terminate killed");
    }

    /// A state that is to be closed.
    private static final class Connection implements AutoCloseable {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /// A server that leaves `terminate` as it is.
    private record Connected(Connection connection) implements GenServer<Connection, Rpc> {
        @Override
        public Connection init(Self<Rpc> self) {
            return connection;
        }

        @Override
        public Next<Connection> handle(Rpc message, From from, Connection state) {
            return switch (message) {
                case Rpc.Ask ask -> ask.reply(ask.what());
                case Rpc.Tell _ -> throw new IllegalStateException("told");
            };
        }
    }

    @Test
    void aCloseableStateIsClosedOnce() throws Exception {
        Connection stopped = new Connection();
        hive.node().start(GenServer.spec(() -> new Connected(stopped))).stop();
        Connection crashed = new Connection();
        ServerRef<Rpc> crashing = hive.node().start(GenServer.spec(() -> new Connected(crashed)));
        CompletableFuture<ExitReason> end = crashing.pid().orElseThrow().exited();
        crashing.cast(new Rpc.Tell("crash"));
        Await.get(end);

        assertThat(stopped.closed).hasValue(1);
        assertThat(crashed.closed).hasValue(1);
    }

    @Test
    void aCloseableStateIsClosedWithTheNode() {
        Connection connection = new Connection();
        hive.node().start(GenServer.spec(() -> new Connected(connection)));
        hive.node().close();

        assertThat(connection.closed).hasValue(1);
    }

    @Test
    void aKilledServerClosesNothing() throws Exception {
        Connection connection = new Connection();
        Pid pid = hive.node()
                .start(GenServer.spec(() -> new Connected(connection)))
                .pid()
                .orElseThrow();
        CompletableFuture<ExitReason> end = pid.exited();
        pid.exit(ExitReason.kill());
        Await.get(end);

        assertThat(connection.closed).hasValue(0);
    }

    private Pid start() {
        return hive.node().start(script.spec()).pid().orElseThrow();
    }

    private void assertTerminatedOnce(String reason) {
        assertThat(script.journal.entries().stream()
                        .map(Object::toString)
                        .filter(entry -> entry.startsWith("terminate")))
                .containsExactly("terminate " + reason);
    }
}
