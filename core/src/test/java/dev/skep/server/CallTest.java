package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Incoming;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Calls: who may call, how a call fails, and what becomes of requests that nobody waits for any more. And stops.
class CallTest {
    private static final Name<Rpc> NAME = Name.of("server");
    private static final ExitReason REASON = ExitReason.because("enough");

    @RegisterExtension
    final Hive hive = new Hive();

    private final Script script = new Script();

    // ---- Who calls -----------------------------------------------------------------------------------------------

    @Test
    void anybodyMayCall() throws Exception {
        ServerRef<Rpc> server = start();
        CompletableFuture<String> platform = new CompletableFuture<>();
        CompletableFuture<String> virtual = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> platform.complete(server.call(new Rpc.Ask("platform"))));
        Thread.ofVirtual().start(() -> virtual.complete(server.call(new Rpc.Ask("virtual"))));
        ServerRef<Rpc> relay = hive.node()
                .start(new Script()
                        .call((message, _, _) -> message.reply(server.call(message) + " by relay"))
                        .spec());

        assertThat(Await.get(platform)).isEqualTo("platform");
        assertThat(Await.get(virtual)).isEqualTo("virtual");
        assertThat(hive.<String>inProcess(_ -> server.call(new Rpc.Ask("process"))))
                .isEqualTo("process");
        assertThat(relay.call(new Rpc.Ask("server"))).isEqualTo("server by relay");
    }

    @Test
    void aPlainProcessMayAnswer() {
        Pid plain = hive.node().spawn(self -> {
            Incoming call = self.receive(Incoming.class);
            assertThat(call.from().reply("plain " + ((Rpc.Ask) call.message()).what()))
                    .isTrue();
        });

        assertThat(ServerRef.<Rpc>of(plain).call(new Rpc.Ask("answer"))).isEqualTo("plain answer");
    }

    @Test
    void aPlainProcessThatEndsFailsItsCalls() throws Exception {
        Gate both = new Gate();
        Pid plain = hive.node().spawn(self -> {
            both.pass();
            self.receive(Incoming.class);
        });
        PendingCall<String> taken = ServerRef.<Rpc>of(plain).request(new Rpc.Ask("1"));
        PendingCall<String> queued = ServerRef.<Rpc>of(plain).request(new Rpc.Ask("2"));
        both.open();

        assertExited(taken, ExitReason.normal());
        assertExited(queued, ExitReason.normal());
    }

    // ---- Failures ------------------------------------------------------------------------------------------------

    @Test
    void aCallTimesOut() {
        script.named(NAME).call((_, _, _) -> Next.noReply());
        ServerRef<Rpc> server = start();

        assertThatThrownBy(
                        () -> hive.clock().whilePassing(() -> server.call(new Rpc.Ask("wait"), Duration.ofMillis(20))))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + server + " was not answered within PT0.02S");
    }

    @Test
    void aCallWithoutAnyTimeTimesOutAtOnce() {
        script.call((_, _, _) -> Next.noReply());

        assertThatThrownBy(() -> start().call(new Rpc.Ask("now"), Duration.ZERO))
                .isInstanceOf(CallException.Timeout.class);
    }

    @Test
    void aCallMayWaitForEver() {
        assertThat(start().call(new Rpc.Ask("patient"), ServerRef.FOREVER)).isEqualTo("patient");
        assertThat(ServerRef.DEFAULT_TIMEOUT).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aTimeoutMustNotBeNegative() {
        ServerRef<Rpc> server = start();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.call(new Rpc.Ask("x"), Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
    }

    @Test
    void aCallOfTheDeadFails() {
        ServerRef<Rpc> server = start();
        server.stop();

        assertThatThrownBy(() -> server.call(new Rpc.Ask("hello")))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage("call of Ask to " + server + ": there is no such process");
    }

    @Test
    void aCallOfANameThatNobodyHasFails() {
        assertThatThrownBy(() -> hive.node().ref(NAME).call(new Rpc.Ask("hello")))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage("call of Ask to <hive server>: there is no such process");
    }

    @Test
    void castsAndMessagesToNobodyAreSilent() {
        ServerRef<Rpc> dead = start();
        dead.stop();

        assertThatCode(() -> {
                    dead.cast(new Rpc.Tell("x"));
                    dead.send("x");
                    hive.node().ref(NAME).cast(new Rpc.Tell("x"));
                    hive.node().ref(NAME).send("x");
                    hive.node().send(NAME, "x");
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aServerCannotCallItself() {
        script.named(NAME).call((message, _, _) -> {
            ServerRef<Rpc> itself = hive.node().ref(NAME);
            assertThatThrownBy(() -> itself.call(message))
                    .isInstanceOf(CallException.CallingSelf.class)
                    .hasMessageContaining("call of Ask to <hive server>");
            assertThatThrownBy(
                            () -> ServerRef.<Rpc>of(itself.pid().orElseThrow()).call(message))
                    .isInstanceOf(CallException.CallingSelf.class);
            assertThatThrownBy(itself::stop).isInstanceOf(CallException.CallingSelf.class);
            return message.reply("ok");
        });

        assertThat(start().call(new Rpc.Ask("yourself"))).isEqualTo("ok");
    }

    @Test
    void theDeathOfTheServerFailsEveryCall() throws Exception {
        Gate busy = new Gate();
        script.call((message, _, _) -> {
            if (message.what().equals("busy")) {
                busy.pass();
            }
            return Next.noReply();
        });
        ServerRef<Rpc> server = start();
        PendingCall<String> deferred = server.request(new Rpc.Ask("deferred"));
        PendingCall<String> inProgress = server.request(new Rpc.Ask("busy"));
        PendingCall<String> queued = server.request(new Rpc.Ask("queued"));
        CompletableFuture<String> called = hive.later(_ -> server.call(new Rpc.Ask("queued too"), ServerRef.FOREVER));
        busy.awaitSomebody();

        server.pid().orElseThrow().exit(REASON);

        assertExited(deferred, REASON);
        assertExited(inProgress, REASON);
        assertExited(queued, REASON);
        assertThatThrownBy(() -> Await.get(called)).isInstanceOf(CallException.class);
        assertThat(script.journal.entries()).doesNotContain("call queued");
    }

    @Test
    void aDeferredCallFailsWithItsServerLongAfter() throws Exception {
        script.call(
                (message, _, _) -> message.what().equals("deferred") ? Next.noReply() : message.reply(message.what()));
        ServerRef<Rpc> server = start();
        List<PendingCall<String>> deferred = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            deferred.add(server.request(new Rpc.Ask("deferred")));
            server.call(new Rpc.Ask("between"));
        }
        server.pid().orElseThrow().exit(ExitReason.kill());

        for (PendingCall<String> call : deferred) {
            assertExited(call, ExitReason.killed());
        }
    }

    @Test
    void aServerThatCrashesSaysWhyToItsCaller() {
        IllegalStateException broken = new IllegalStateException("broken");
        script.call((_, _, _) -> {
            throw broken;
        });
        ServerRef<Rpc> server = start();

        assertThatThrownBy(() -> server.call(new Rpc.Ask("crash")))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.crashed(broken)))
                .hasCause(broken)
                .hasMessage("call of Ask to " + server
                        + ": the server ended before it answered: crashed: java.lang.IllegalStateException: broken");
    }

    // ---- Callers that give up ------------------------------------------------------------------------------------

    @Test
    void requestsOfCallersWhoGaveUpAreSkipped() throws Exception {
        Gate busy = new Gate();
        script.call((message, _, _) -> {
            if (message.what().equals("busy")) {
                busy.pass();
            }
            return message.reply(message.what());
        });
        ServerRef<Rpc> server = start();
        PendingCall<String> first = server.request(new Rpc.Ask("busy"));
        busy.awaitSomebody();
        assertThatThrownBy(() ->
                        hive.clock().whilePassing(() -> server.call(new Rpc.Ask("expired"), Duration.ofMillis(10))))
                .isInstanceOf(CallException.Timeout.class);
        PendingCall<String> cancelled = server.request(new Rpc.Ask("cancelled"));
        assertThat(cancelled.cancel()).isTrue();
        busy.open();

        assertThat(server.call(new Rpc.Ask("next"), Await.LIMIT)).isEqualTo("next");
        assertThat(first.get(Await.LIMIT)).isEqualTo("busy");
        assertThat(script.journal.entries()).containsExactly("init", "call busy", "call next");
    }

    @Test
    void anInterruptedCallerGivesUpAndKeepsItsStatus() throws Exception {
        Gate busy = new Gate();
        script.call((message, _, _) -> {
            busy.pass();
            return message.reply("late");
        });
        ServerRef<Rpc> server = start();
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            CompletableFuture<Boolean> status = new CompletableFuture<>();
            Thread caller = builder.start(() -> {
                try {
                    server.call(new Rpc.Ask("wait"), ServerRef.FOREVER);
                } catch (CallException.Interrupted e) {
                    status.complete(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    status.completeExceptionally(e);
                }
            });
            busy.awaitSomebody();
            caller.interrupt();

            assertThat(Await.get(status)).isTrue();
        }
        busy.open();
        assertThat(server.call(new Rpc.Ask("after"), Await.LIMIT)).isEqualTo("late");
    }

    @Test
    void aCallerThatIsInterruptedAlreadyGivesUp() {
        script.call((_, _, _) -> Next.noReply());
        ServerRef<Rpc> server = start();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> server.call(new Rpc.Ask("x"), ServerRef.FOREVER))
                .isInstanceOf(CallException.Interrupted.class)
                .hasMessageContaining("call of Ask to");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aPlainProcessIsKilledInItsCall() throws Exception {
        Gate busy = new Gate();
        script.call((message, _, _) -> {
            if (message.what().equals("busy")) {
                busy.pass();
            }
            return message.reply("ok");
        });
        ServerRef<Rpc> server = start();
        PendingCall<String> first = server.request(new Rpc.Ask("busy"));
        busy.awaitSomebody();
        Gate calls = new Gate();
        Pid caller = hive.node().spawn(_ -> {
            calls.pass();
            server.call(new Rpc.Ask("of the killed"), ServerRef.FOREVER);
            script.journal.add("survived");
        });
        CompletableFuture<ExitReason> end = caller.exited();
        calls.open();
        Await.until(() -> server.pid().orElseThrow().info().orElseThrow().mailboxLength() > 0);
        caller.exit(ExitReason.kill());

        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
        busy.open();
        assertThat(first.get(Await.LIMIT)).isEqualTo("ok");
        assertThat(server.call(new Rpc.Ask("next"), Await.LIMIT)).isEqualTo("ok");
        assertThat(script.journal.entries()).doesNotContain("call of the killed", "survived");
    }

    @Test
    void aServerIsEndedInItsCall() throws Exception {
        Gate busy = new Gate();
        script.call((message, _, _) -> {
            busy.pass();
            return message.reply("ok");
        });
        ServerRef<Rpc> slow = start();
        Script calling = new Script().call((message, _, _) -> message.reply(slow.call(message, ServerRef.FOREVER)));
        ServerRef<Rpc> caller = hive.node().start(calling.spec());
        PendingCall<String> through = caller.request(new Rpc.Ask("through"));
        busy.awaitSomebody();

        caller.pid().orElseThrow().exit(REASON);

        assertExited(through, REASON);
        calling.journal.await("terminate enough");
        busy.open();
    }

    // ---- Names ---------------------------------------------------------------------------------------------------

    @Test
    void aReferenceByNameSurvivesARestart() {
        ServerRef<Rpc> byName = hive.node().ref(NAME);
        ServerRef<Rpc> first = hive.node().start(script.named(NAME).spec());
        assertThat(byName.call(new Rpc.Ask("one"))).isEqualTo("one");
        first.stop();
        assertThat(byName.pid()).isEmpty();
        ServerRef<Rpc> second = hive.node().start(script.spec());

        assertThat(byName.call(new Rpc.Ask("two"))).isEqualTo("two");
        assertThat(byName.pid()).isEqualTo(second.pid()).isNotEqualTo(first.pid());
        assertThatThrownBy(() -> first.call(new Rpc.Ask("one"))).isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    void aReferenceByNameFollowsTheName() {
        ServerRef<Rpc> byName = hive.node().ref(NAME);
        ServerRef<Rpc> one =
                hive.node().start(new Script().call((m, _, _) -> m.reply("one")).spec());
        ServerRef<Rpc> two =
                hive.node().start(new Script().call((m, _, _) -> m.reply("two")).spec());
        hive.node().register(NAME, one.pid().orElseThrow());
        assertThat(byName.call(new Rpc.Ask("who"))).isEqualTo("one");
        hive.node().unregister(NAME);
        assertThatThrownBy(() -> byName.call(new Rpc.Ask("who"))).isInstanceOf(CallException.NoProcess.class);
        hive.node().register(NAME, two.pid().orElseThrow());

        assertThat(byName.call(new Rpc.Ask("who"))).isEqualTo("two");
    }

    @Test
    void referencesAreEqualWhenTheyMeanTheSame() {
        ServerRef<Rpc> server = hive.node().start(script.named(NAME).spec());
        ServerRef<Rpc> byName = hive.node().ref(NAME);
        byName.call(new Rpc.Ask("x"));

        assertThat(server)
                .isEqualTo(ServerRef.of(server.pid().orElseThrow()))
                .hasSameHashCodeAs(ServerRef.of(server.pid().orElseThrow()))
                .isNotEqualTo(byName)
                .isNotEqualTo(null);
        assertThat(byName)
                .isEqualTo(hive.node().ref(Name.of("server")))
                .hasSameHashCodeAs(hive.node().ref(Name.of("server")))
                .isNotEqualTo(hive.node().ref(Name.of("other")));
        try (Node other = Node.builder("other").clock(ManualClock.attentive()).start()) {
            assertThat(byName).isNotEqualTo(other.ref(NAME));
        }
        assertThat(byName).hasToString("<hive server>");
        assertThat(server.toString()).matches("<hive\\.\\d+ server>");
    }

    // ---- Stops ---------------------------------------------------------------------------------------------------

    @Test
    void aStopWaitsItsTurnAndForTheEnd() {
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("before"));

        server.stop(ExitReason.shutdown("done"), Await.LIMIT);

        assertThat(script.journal.entries()).containsExactly("init", "cast before", "terminate {shutdown, done}");
        assertThat(server.pid().orElseThrow().isAlive()).isFalse();
    }

    @Test
    void aStopOfNobodyFails() {
        ServerRef<Rpc> server = start();
        server.stop();

        assertThatThrownBy(server::stop).isInstanceOf(CallException.NoProcess.class);
        assertThatThrownBy(() -> hive.node().ref(NAME).stop())
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage("stop of <hive server>: there is no such process");
    }

    @Test
    void aStopThatTakesTooLongFailsAndGoesOn() throws Exception {
        Gate cleaning = new Gate();
        script.terminate((_, _) -> cleaning.pass());
        ServerRef<Rpc> server = start();
        CompletableFuture<ExitReason> end = server.pid().orElseThrow().exited();

        assertThatThrownBy(() -> hive.clock().whilePassing(() -> {
                    server.stop(ExitReason.normal(), Duration.ofMillis(20));
                    return true;
                }))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("stop of " + server + ": it had not ended after PT0.02S");
        cleaning.open();
        assertThat(Await.get(end)).isEqualTo(ExitReason.normal());
    }

    @Test
    void aStopThatEndsOtherwiseSaysSo() throws Exception {
        Gate busy = new Gate();
        script.cast((_, _) -> {
            busy.pass();
            return Next.stop(REASON);
        });
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("stop"));
        busy.awaitSomebody();
        CompletableFuture<Boolean> stop = hive.later(_ -> {
            server.stop();
            return true;
        });
        Await.until(() -> server.pid().orElseThrow().info().orElseThrow().mailboxLength() > 0);
        busy.open();

        assertThatThrownBy(() -> Await.get(stop))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessage("stop of " + server + ": it ended for another reason: enough");
    }

    @Test
    void aStopWithAReasonThatIsNoneIsReported() {
        start().stop(REASON, Await.LIMIT);

        assertThat(hive.crashes())
                .singleElement()
                .satisfies(report -> assertThat(report.reason()).isEqualTo(REASON));
    }

    @Test
    void aPlainProcessIsToldWhoStopsIt() throws Exception {
        CompletableFuture<Exit> told = new CompletableFuture<>();
        Pid plain = hive.node().spawn(self -> told.complete(self.receive(Exit.class)));
        Pid stopper = hive.inProcess(self -> {
            ServerRef.of(plain).stop();
            return self.pid();
        });

        assertThat(Await.get(told)).isEqualTo(new Exit(stopper, ExitReason.normal()));
    }

    private ServerRef<Rpc> start() {
        return hive.node().start(script.spec());
    }

    private static void assertExited(PendingCall<String> call, ExitReason reason) {
        assertThatThrownBy(() -> call.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
