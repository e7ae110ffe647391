package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.ReplyTo;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a server's callbacks may return and throw.
class CallbackTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final Hive hive = new Hive();

    private final Script script = new Script();

    // ---- Replies -------------------------------------------------------------------------------------------------

    @Test
    void callsAndCastsOfOneSenderAreHandledInTheirOrder() {
        ServerRef<Rpc> server = start();

        server.cast(new Rpc.Tell("1"));
        server.cast(new Rpc.Tell("2"));
        server.call(new Rpc.Ask("3"));
        server.cast(new Rpc.Tell("4"));
        server.call(new Rpc.Ask("5"));

        assertThat(script.journal.entries()).containsExactly("init", "cast 1", "cast 2", "call 3", "cast 4", "call 5");
    }

    @Test
    void aReplyMayReplaceTheState() {
        script.call((message, _, state) -> message.reply(state).state(message.what()));
        ServerRef<Rpc> server = start();

        assertThat(server.call(new Rpc.Ask("second"))).isEqualTo("new");
        assertThat(server.call(new Rpc.Ask("third"))).isEqualTo("second");
    }

    @Test
    void aCastMayReplaceTheState() {
        script.cast((what, _) -> Next.noReply().state(what)).call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("told"));

        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("told");
    }

    @Test
    void aReplyMayContinueBeforeTheNextMessage() throws Exception {
        Gate both = new Gate();
        script.call((message, _, _) -> {
                    if (message.what().equals("first")) {
                        both.pass();
                    }
                    return message.reply("ok").continueWith("after " + message.what());
                })
                .onContinue((_, _) -> Next.noReply());
        ServerRef<Rpc> server = start();
        PendingCall<String> first = server.request(new Rpc.Ask("first"));
        PendingCall<String> second = server.request(new Rpc.Ask("second"));
        both.open();
        assertThat(first.get(Await.LIMIT)).isEqualTo("ok");
        assertThat(second.get(Await.LIMIT)).isEqualTo("ok");
        script.journal.await("continue after second");

        assertThat(script.journal.entries())
                .containsExactly("init", "call first", "continue after first", "call second", "continue after second");
    }

    @Test
    void aContinueMayContinueAndReplaceTheState() {
        script.cast((_, _) -> Next.noReply().continueWith(3))
                .onContinue((argument, state) -> (Integer) argument == 0
                        ? Next.noReply().state(state + "!")
                        : Next.noReply().state(state + argument).continueWith((Integer) argument - 1))
                .call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("count down"));

        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("new321!");
    }

    @Test
    void aContinueMayGoOnForALongTime() {
        script.cast((_, _) -> Next.noReply().continueWith(100_000))
                .onContinue((argument, _) -> (Integer) argument == 0
                        ? Next.noReply().state("done")
                        : Next.noReply().continueWith((Integer) argument - 1))
                .call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("count down"));

        assertThat(server.call(new Rpc.Ask("state"), Await.LIMIT)).isEqualTo("done");
    }

    @Test
    void aContinueMayStop() throws Exception {
        script.cast((_, _) -> Next.noReply().continueWith("stop"))
                .onContinue((_, _) -> Next.stop(ExitReason.shutdown()));

        assertThat(endAfterCast()).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void aContinueWithoutItsCallbackIsACrash() throws Exception {
        script.cast((_, _) -> Next.noReply().continueWith("where?"));

        assertThat(endAfterCast().toString()).contains("where?").contains("handleContinue");
    }

    @Test
    void aCallMayStopTheServerWithoutAReply() {
        script.call((_, _, _) -> Next.stop(ExitReason.shutdown()));

        assertThatThrownBy(() -> start().call(new Rpc.Ask("stop")))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.shutdown()))
                .hasMessageContaining("shutdown");
    }

    @Test
    void aServerMayStopThroughItsSelf() throws Exception {
        script.init(self -> {
            script.cast((_, _) -> {
                self.stop(ExitReason.shutdown("first"));
                self.stop(ExitReason.shutdown("second"));
                return Next.noReply();
            });
            return "new";
        });

        assertThat(endAfterCast()).isEqualTo(ExitReason.shutdown("first"));
    }

    // ---- Late replies --------------------------------------------------------------------------------------------

    @Test
    void aReplyMayComeFromAnotherThread() {
        script.call((message, from, _) -> {
            ReplyTo<String> later = message.replyTo(from);
            Thread.ofPlatform().start(() -> script.journal.add("delivered " + later.reply("late")));
            return Next.noReply();
        });

        assertThat(start().call(new Rpc.Ask("later"), Await.LIMIT)).isEqualTo("late");
        script.journal.await("delivered true");
    }

    @Test
    void aReplyMayComeFromAnotherProcess() throws Exception {
        script.call((message, from, _) -> {
            ReplyTo<String> later = message.replyTo(from);
            Pid helper = hive.node().spawn(_ -> later.reply("from a helper"));
            assertThat(helper).isNotNull();
            return Next.noReply();
        });

        assertThat(start().call(new Rpc.Ask("later"), Await.LIMIT)).isEqualTo("from a helper");
    }

    @Test
    void othersAreServedWhileAReplyIsOutstanding() throws Exception {
        AtomicReference<ReplyTo<String>> open = new AtomicReference<>();
        script.call((message, from, _) -> {
            if (message.what().equals("wait")) {
                open.set(message.replyTo(from));
                return Next.noReply();
            }
            open.get().reply("waited for " + message.what());
            return message.reply("ok");
        });
        ServerRef<Rpc> server = start();
        PendingCall<String> waiting = server.request(new Rpc.Ask("wait"));

        assertThat(server.call(new Rpc.Ask("release"))).isEqualTo("ok");
        assertThat(waiting.get(Await.LIMIT)).isEqualTo("waited for release");
    }

    @Test
    void ofTwoRepliesTheFirstCounts() {
        script.call((message, from, _) -> {
            ReplyTo<String> reply = message.replyTo(from);
            assertThat(from.awaitsReply()).isTrue();
            assertThat(from.hasGivenUp()).isFalse();
            assertThat(reply.reply("first")).isTrue();
            assertThat(from.awaitsReply()).isFalse();
            assertThat(from.hasGivenUp()).isFalse();
            assertThat(reply.reply("second")).isFalse();
            return message.reply("third");
        });
        ServerRef<Rpc> server = start();

        assertThat(server.call(new Rpc.Ask("twice"))).isEqualTo("first");
        assertThat(server.call(new Rpc.Ask("again"))).isEqualTo("first");
    }

    @Test
    void aReplyAfterTheTimeoutIsDropped() throws Exception {
        CompletableFuture<From> caller = new CompletableFuture<>();
        script.call((_, from, _) -> {
            caller.complete(from);
            return Next.noReply();
        });
        ServerRef<Rpc> server = start();

        CompletableFuture<?> call = hive.later(_ -> server.call(new Rpc.Ask("wait"), Duration.ofMillis(20)));
        From from = Await.get(caller);
        hive.clock().passUntil(call::isDone);
        assertThatThrownBy(() -> Await.get(call)).isInstanceOf(CallException.Timeout.class);

        assertThat(from.awaitsReply()).isFalse();
        assertThat(from.hasGivenUp()).isTrue();
        assertThat(from.timeLeft()).contains(Duration.ZERO);
        assertThat(from.reply("too late")).isFalse();
    }

    @Test
    void aReplyAfterTheServersDeathIsDropped() throws Exception {
        CompletableFuture<From> caller = new CompletableFuture<>();
        script.call((_, from, _) -> {
            caller.complete(from);
            return Next.noReply();
        });
        ServerRef<Rpc> server = start();
        PendingCall<String> call = server.request(new Rpc.Ask("wait"));
        From from = Await.get(caller);
        server.stop();

        assertThat(from.reply("too late")).isFalse();
        assertThat(from.hasGivenUp()).isTrue();
        assertThatThrownBy(() -> call.get(Await.LIMIT))
                .isInstanceOfSatisfying(
                        CallException.ServerExited.class,
                        e -> assertThat(e.reason()).isEqualTo(ExitReason.normal()));
    }

    @Test
    void fromKnowsItsCaller() throws Exception {
        CompletableFuture<Boolean> threadIsNobody = new CompletableFuture<>();
        AtomicReference<Pid> seen = new AtomicReference<>();
        script.call((message, from, _) -> {
            from.pid().ifPresentOrElse(seen::set, () -> threadIsNobody.complete(true));
            assertThat(from.timeLeft().isPresent()).isEqualTo(message.what().equals("limited"));
            return message.reply("ok");
        });
        ServerRef<Rpc> server = start();
        server.call(new Rpc.Ask("limited"));
        Pid caller = hive.inProcess(self -> {
            server.call(new Rpc.Ask("unlimited"), ServerRef.FOREVER);
            return self.pid();
        });

        assertThat(Await.get(threadIsNobody)).isTrue();
        assertThat(seen.get()).isEqualTo(caller);
        assertThat(From.nobody().awaitsReply()).isFalse();
        assertThat(From.nobody().hasGivenUp()).isFalse();
        assertThat(From.nobody().reply("x")).isFalse();
        assertThat(From.nobody().timeLeft()).isEmpty();
        assertThat(From.nobody().pid()).isEmpty();
        assertThat(From.nobody()).hasToString("nobody");
    }

    // ---- What must not be returned -------------------------------------------------------------------------------

    @Test
    void aReplyToACastIsACrash() throws Exception {
        script.cast((what, _) -> new Rpc.Ask(what).reply("who asked?"));

        assertThat(endAfterCast().toString()).contains("no call").contains("String");
    }

    @Test
    void aReplyToAnInfoIsACrash() throws Exception {
        script.info((_, _) -> new Rpc.Ask("x").reply("who asked?"));
        ServerRef<Rpc> server = start();
        CompletableFuture<ExitReason> end = server.pid().orElseThrow().exited();
        server.send("info");

        assertThat(Await.get(end).toString()).contains("no call");
    }

    @Test
    void aReplyOfAContinueIsACrash() throws Exception {
        script.cast((_, _) -> Next.noReply().continueWith("x"))
                .onContinue((_, _) -> new Rpc.Ask("x").reply("who asked?"));

        assertThat(endAfterCast().toString()).contains("no call");
    }

    @Test
    void returningNullIsACrash() throws Exception {
        script.cast((_, _) -> null);

        assertThat(endAfterCast().toString()).contains("returned null");
    }

    @Test
    void anAnswerCannotBeNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Rpc.Ask("x").reply(null))
                .withMessageContaining("reply");
    }

    @Test
    void continueTimeoutAndStopExcludeEachOther() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Next.noReply().continueWith("x").timeout(LONG))
                .withMessageContaining("continue, time out or stop");
        assertThatIllegalStateException()
                .isThrownBy(() -> Next.noReply().timeout(LONG).thenStop(ExitReason.normal()));
        assertThatIllegalStateException()
                .isThrownBy(() -> Next.stop(ExitReason.normal()).continueWith("x"));
        assertThatIllegalStateException()
                .isThrownBy(() -> Next.noReply().continueWith("x").continueWith("y"));
        assertThatThrownBy(() -> Next.noReply().timeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }

    @Test
    void nextSaysWhatItIs() {
        Next<String> next = new Rpc.Ask("x").<String>reply("yes").state("s").timeout(LONG);

        assertThat(next.reply()).contains("yes");
        assertThat(next.newState()).contains("s");
        assertThat(next.idleTimeout()).contains(LONG);
        assertThat(next.continuation()).isEmpty();
        assertThat(next.stopReason()).isEmpty();
        assertThat(next.isUnhandled()).isFalse();
        assertThat(Next.noReply().continueWith("c").continuation()).contains("c");
        assertThat(Next.stop(ExitReason.normal()).stopReason()).contains(ExitReason.normal());
        assertThat(Next.unhandled().isUnhandled()).isTrue();
        assertThat(next).hasToString("Next[reply yes, then PT1H, new state]");
    }

    // ---- Exceptions ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"call", "cast", "info", "continue", "timeout"})
    void anExceptionInACallbackIsACrashWithThatReason(String where) throws Exception {
        assertThat(crashIn(where, new IllegalStateException("broken"))).hasMessage("broken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "cast", "info", "continue", "timeout"})
    void anErrorInACallbackIsACrashWithThatReason(String where) throws Exception {
        assertThat(crashIn(where, new StackOverflowError("deep"))).hasMessage("deep");
    }

    private Throwable crashIn(String where, Throwable thrown) throws Exception {
        script.call((_, _, _) -> {
                    throw rethrow(thrown);
                })
                .cast((what, _) -> switch (what) {
                    case "continue" -> Next.noReply().continueWith("x");
                    case "timeout" -> Next.noReply().timeout(Duration.ZERO);
                    default -> throw rethrow(thrown);
                })
                .info((_, _) -> {
                    throw rethrow(thrown);
                })
                .onContinue((_, _) -> {
                    throw rethrow(thrown);
                });
        ServerRef<Rpc> server = start();
        CompletableFuture<ExitReason> end = server.pid().orElseThrow().exited();
        switch (where) {
            case "call" ->
                assertThatThrownBy(() -> server.call(new Rpc.Ask(where)))
                        .isInstanceOf(CallException.ServerExited.class)
                        .hasCause(thrown);
            case "info" -> server.send(where);
            default -> server.cast(new Rpc.Tell(where));
        }
        ExitReason reason = Await.get(end);
        script.journal.await("terminate " + reason);
        assertThat(hive.crashes())
                .singleElement()
                .satisfies(report -> assertThat(report.reason()).isEqualTo(reason));
        return ((ExitReason.Crashed) reason).cause();
    }

    private static Exception rethrow(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (Exception) thrown;
    }

    // ---- Info ----------------------------------------------------------------------------------------------------

    @Test
    void anUnexpectedMessageIsNotFatal() {
        ServerRef<Rpc> server = start();
        server.send("what is this?");
        server.pid().orElseThrow().send(42);

        assertThat(server.call(new Rpc.Ask("alive"))).isEqualTo("alive");
        assertThat(script.journal.entries()).contains("info what is this?", "info 42");
        assertThat(hive.crashes()).isEmpty();
    }

    @Test
    void anInfoMayReplaceTheState() {
        script.info((message, _) -> Next.noReply().state((String) message))
                .call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = start();
        server.send("informed");

        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("informed");
    }

    // ---- Idle timeouts -------------------------------------------------------------------------------------------

    @Test
    void anIdleTimeoutComesWhenNothingElseDoes() {
        script.cast((_, _) -> Next.noReply().timeout(Duration.ofMillis(5)))
                .info((_, _) -> Next.noReply().state("idle"))
                .call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("wait"));
        awaitWhileTimePasses("info " + IdleTimeout.INSTANCE);

        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("idle");
    }

    @Test
    void anIdleTimeoutMayAskForTheNext() {
        AtomicInteger rounds = new AtomicInteger();
        script.cast((_, _) -> Next.noReply().timeout(Duration.ZERO))
                .info((_, _) -> rounds.incrementAndGet() == 3
                        ? Next.stop(ExitReason.normal())
                        : Next.noReply().timeout(Duration.ofMillis(1)));
        start().cast(new Rpc.Tell("wait"));

        awaitWhileTimePasses("terminate normal");
        assertThat(rounds).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"call", "cast", "info"})
    void anyMessageCancelsAnIdleTimeout(String message) throws Exception {
        Gate queued = new Gate();
        script.cast((what, _) -> {
                    if (what.equals("wait")) {
                        queued.pass();
                        return Next.noReply().timeout(Duration.ZERO);
                    }
                    return Next.noReply();
                })
                .info((_, _) -> Next.noReply());
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("wait"));
        queued.awaitSomebody();
        switch (message) {
            case "call" -> assertThat(server.request(new Rpc.Ask("x"))).isNotNull();
            case "cast" -> server.cast(new Rpc.Tell("x"));
            default -> server.send("x");
        }
        queued.open();
        for (int i = 0; i < 3; i++) {
            server.call(new Rpc.Ask("sync"), Await.LIMIT);
        }

        assertThat(script.journal.entries()).doesNotContain("info " + IdleTimeout.INSTANCE);
    }

    @Test
    void beingLookedAtDoesNotCancelAnIdleTimeout() {
        script.cast((_, _) -> Next.noReply().timeout(Duration.ofMillis(30))).info((_, _) -> Next.noReply());
        ServerRef<Rpc> server = start();
        server.cast(new Rpc.Tell("wait"));
        assertThat(server.pid().orElseThrow().info()).isPresent();

        awaitWhileTimePasses("info " + IdleTimeout.INSTANCE);
    }

    private void awaitWhileTimePasses(Object entry) {
        hive.clock().passUntil(() -> script.journal.entries().contains(entry));
    }

    private ServerRef<Rpc> start() {
        return hive.node().start(script.spec());
    }

    private ExitReason endAfterCast() throws Exception {
        ServerRef<Rpc> server = start();
        CompletableFuture<ExitReason> end = server.pid().orElseThrow().exited();
        server.cast(new Rpc.Tell("end"));
        ExitReason reason = Await.get(end);
        script.journal.await("terminate " + reason);
        return reason;
    }
}
