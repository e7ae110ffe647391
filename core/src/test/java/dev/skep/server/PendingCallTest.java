package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.MultiCall;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.ReplyTo;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Calls whose answers are fetched later: alone, as futures, in collections, as messages, of many servers at once.
class PendingCallTest {
    private static final Name<Rpc> NAME = Name.of("server");
    private static final Duration SHORT = Duration.ofMillis(20);

    @RegisterExtension
    final Hive hive = new Hive();

    /// Calls that the server has not answered, by what they asked.
    private final Map<String, ReplyTo<String>> open = new ConcurrentHashMap<>();

    private final Script script = new Script().call((message, from, _) -> {
        open.put(message.what(), message.replyTo(from));
        return Next.noReply();
    });

    // ---- One -----------------------------------------------------------------------------------------------------

    @Test
    void anAnswerIsFetchedWhenItIsWanted() {
        PendingCall<String> call = ask(start(), "x");
        answer("x", "yes");

        assertThat(call.get(Await.LIMIT)).isEqualTo("yes");
        assertThat(call.await(Duration.ZERO)).contains(Result.ok("yes"));
        assertThat(call.get(Duration.ZERO)).isEqualTo("yes");
        assertThat(call.cancel()).isFalse();
    }

    @Test
    void awaitLeavesTheCallPending() {
        PendingCall<String> call = ask(start(), "x");

        assertThat(call.await(Duration.ZERO)).isEmpty();
        assertThat(hive.clock().whilePassing(() -> call.await(SHORT))).isEmpty();
        answer("x", "yes");
        assertThat(call.await(Await.LIMIT)).contains(Result.ok("yes"));
    }

    @Test
    void anotherThreadMayWaitAfterTheFirstGaveUp() throws Exception {
        PendingCall<String> call = ask(start(), "x");
        assertThat(hive.clock().whilePassing(() -> call.await(SHORT))).isEmpty();
        Gate waits = new Gate();
        waits.open();
        CompletableFuture<String> other = hive.later(_ -> {
            waits.pass();
            return call.get(ServerRef.FOREVER);
        });
        waits.awaitSomebody();
        for (int i = 0; i < 1000; i++) {
            Thread.yield(); // so that it mostly waits by now; it must get its answer in any case
        }
        answer("x", "yes");

        assertThat(Await.get(other)).isEqualTo("yes");
    }

    @Test
    void getGivesUp() {
        ServerRef<Rpc> server = start();
        PendingCall<String> call = ask(server, "x");

        assertThatThrownBy(() -> hive.clock().whilePassing(() -> call.get(SHORT)))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + server + " was not answered within PT0.02S");
        assertThat(open.get("x").reply("late")).isFalse();
        assertThatThrownBy(() -> call.get(Await.LIMIT))
                .isInstanceOf(CallException.Cancelled.class)
                .hasMessage("call of Ask to " + server + " was given up before it was answered");
        assertThat(call).hasToString("pending call of Ask to " + server);
    }

    @Test
    void aRequestToNobodyHasFailedAlready() {
        PendingCall<String> call = hive.node().ref(NAME).request(new Rpc.Ask("x"));

        assertThat(call.await(Duration.ZERO))
                .hasValueSatisfying(outcome -> assertThat(outcome.isOk()).isFalse());
        assertThatThrownBy(() -> call.get(Duration.ZERO)).isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    void waitingIsInterruptible() {
        PendingCall<String> call = ask(start(), "x");
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> call.await(Await.LIMIT))
                .isInstanceOf(CallException.Interrupted.class)
                .hasMessageContaining("call of Ask");
        assertThat(Thread.interrupted()).isTrue();
        answer("x", "still pending");
        assertThat(call.get(Await.LIMIT)).isEqualTo("still pending");
    }

    // ---- Futures -------------------------------------------------------------------------------------------------

    @Test
    void aFutureGetsTheAnswer() throws Exception {
        CompletableFuture<String> future = ask(start(), "x").toFuture();
        assertThat(future).isNotDone();
        answer("x", "yes");

        assertThat(Await.get(future)).isEqualTo("yes");
    }

    @Test
    void aFutureOfAnAnsweredCallIsCompleted() throws Exception {
        PendingCall<String> call = ask(start(), "x");
        answer("x", "yes");

        assertThat(Await.get(call.toFuture())).isEqualTo("yes");
    }

    @Test
    void aFutureFailsAsTheCallDoes() {
        ServerRef<Rpc> server = start();
        CompletableFuture<String> future = ask(server, "x").toFuture();
        server.stop();

        assertThatThrownBy(() -> Await.get(future)).isInstanceOf(CallException.ServerExited.class);
    }

    @Test
    void cancellingTheFutureGivesTheCallUp() {
        CompletableFuture<String> future = ask(start(), "x").toFuture();

        assertThat(future.cancel(false)).isTrue();
        assertThat(open.get("x").reply("late")).isFalse();
    }

    @Test
    void whatDependsOnAFutureHoldsUpNobody() throws Exception {
        ServerRef<Rpc> server = start();
        CountDownLatch hold = new CountDownLatch(1);
        CompletableFuture<String> held = ask(server, "x").toFuture().thenApply(answer -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return answer;
        });
        CompletableFuture<ExitReason> heldEnd =
                server.pid().orElseThrow().exited().thenCombine(held, (reason, _) -> reason);
        answer("x", "yes");
        assertThat(ask(server, "y").cancel()).isTrue();
        server.stop();
        hold.countDown();

        assertThat(Await.get(held)).isEqualTo("yes");
        assertThat(Await.get(heldEnd)).isEqualTo(ExitReason.normal());
    }

    // ---- Collections ---------------------------------------------------------------------------------------------

    @Test
    void answersAreTakenInTheOrderInWhichTheyCome() {
        ServerRef<Rpc> server = start();
        PendingCalls<Integer, String> calls = new PendingCalls<>();
        calls.add(1, ask(server, "a"));
        calls.add(2, ask(server, "b"));
        calls.add(3, hive.node().ref(NAME).request(new Rpc.Ask("nobody")));
        assertThat(calls.size()).isEqualTo(3);
        answer("b", "B");
        answer("a", "A");

        assertThat(calls.next(Duration.ZERO))
                .hasValueSatisfying(answer -> assertThat(answer.label()).isEqualTo(3));
        assertThat(calls.next(Await.LIMIT)).contains(new PendingCalls.Answer<>(2, Result.ok("B")));
        assertThat(calls.size()).isEqualTo(1);
        assertThat(calls.next(Await.LIMIT)).contains(new PendingCalls.Answer<>(1, Result.ok("A")));
        assertThat(calls.next(ServerRef.FOREVER)).isEmpty();
    }

    @Test
    void nextWaitsForAnAnswer() throws Exception {
        ServerRef<Rpc> server = start();
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("x", ask(server, "x"));
        assertThat(calls.next(Duration.ZERO)).isEmpty();
        assertThat(hive.clock().whilePassing(() -> calls.next(SHORT))).isEmpty();
        CompletableFuture<Boolean> answered = hive.later(_ -> open.get("x").reply("yes"));

        assertThat(calls.next(ServerRef.FOREVER)).contains(new PendingCalls.Answer<>("x", Result.ok("yes")));
        assertThat(Await.get(answered)).isTrue();
    }

    @Test
    void awaitAllGivesUpWhatDoesNotCome() {
        ServerRef<Rpc> server = start();
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("silent", ask(server, "silent"));
        calls.add("quick", ask(server, "quick"));
        answer("quick", "yes");

        List<PendingCalls.Answer<String, String>> answers = hive.clock().whilePassing(() -> calls.awaitAll(SHORT));

        assertThat(answers).hasSize(2);
        assertThat(answers.getFirst()).isEqualTo(new PendingCalls.Answer<>("quick", Result.ok("yes")));
        assertThat(answers.getLast().label()).isEqualTo("silent");
        assertThatThrownBy(() -> answers.getLast().outcome().orElseThrow(failure -> failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + server + " was not answered within PT0.02S");
        assertThat(calls.size()).isZero();
        assertThat(open.get("silent").reply("late")).isFalse();
    }

    @Test
    void aCollectionGoesOnAfterItHasGivenCallsUp() {
        ServerRef<Rpc> server = start();
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("silent", ask(server, "silent"));
        hive.clock().whilePassing(() -> calls.awaitAll(SHORT));
        calls.add("quick", ask(server, "quick"));

        assertThat(hive.clock().whilePassing(() -> calls.next(SHORT))).isEmpty();
        answer("quick", "yes");
        assertThat(calls.next(Await.LIMIT)).contains(new PendingCalls.Answer<>("quick", Result.ok("yes")));
        assertThat(calls.next(ServerRef.FOREVER)).isEmpty();
    }

    @Test
    void whoGivesACollectionUpHearsOfNoneOfItsCalls() {
        ServerRef<Rpc> server = start();
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> silent = ask(server, "silent");
        calls.add("quick", ask(server, "quick"));
        calls.add("silent", silent);
        answer("quick", "yes");

        calls.cancelAll();

        assertThat(calls.size()).isZero();
        assertThat(calls.next(ServerRef.FOREVER)).isEmpty();
        assertThat(calls.awaitAll(ServerRef.FOREVER)).isEmpty();
        assertThat(open.get("silent").reply("late")).isFalse();
        assertThatThrownBy(() -> silent.get(Duration.ZERO)).isInstanceOf(CallException.Cancelled.class);
    }

    @Test
    void aCollectionShowsItsCallsInTheOrderOfTheirAddition() {
        ServerRef<Rpc> server = start();
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> first = ask(server, "first");
        PendingCall<String> second = ask(server, "second");
        calls.add("1", first);
        calls.add("2", second);
        answer("second", "yes");

        Map<PendingCall<String>, String> before = calls.toMap();
        assertThat(calls.next(Await.LIMIT)).contains(new PendingCalls.Answer<>("2", Result.ok("yes")));

        assertThat(before).containsExactly(Map.entry(first, "1"), Map.entry(second, "2"));
        assertThat(calls.toMap()).containsExactly(Map.entry(first, "1"));
        assertThatThrownBy(() -> before.put(first, "3")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // null is what is refused
    void aCollectionRefusesNull() {
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> call = ask(start(), "x");

        assertThatThrownBy(() -> calls.add(null, call)).hasMessage("label");
        assertThatThrownBy(() -> calls.add("x", null)).hasMessage("call");
        assertThatThrownBy(() -> ServerRef.multiCall(null, new Rpc.Ask("x"), SHORT))
                .hasMessage("servers");
    }

    @Test
    void awaitAllOfManyTakesThemAll() {
        ServerRef<Rpc> server = hive.node().start(new Script().spec());
        PendingCalls<Integer, String> calls = new PendingCalls<>();
        for (int i = 0; i < 1000; i++) {
            calls.add(i, server.request(new Rpc.Ask("" + i)));
        }

        assertThat(calls.awaitAll(ServerRef.FOREVER))
                .hasSize(1000)
                .allSatisfy(answer -> assertThat(answer.outcome()).isEqualTo(Result.ok("" + answer.label())));
        assertThat(new PendingCalls<String, String>().awaitAll(ServerRef.FOREVER))
                .isEmpty();
    }

    @Test
    void aCallThatIsGivenUpIsAFailureInItsCollection() {
        PendingCalls<String, String> calls = new PendingCalls<>();
        PendingCall<String> call = ask(start(), "x");
        calls.add("x", call);
        call.cancel();

        assertThat(calls.next(Duration.ZERO))
                .hasValueSatisfying(
                        answer -> assertThatThrownBy(() -> answer.outcome().orElseThrow(failure -> failure))
                                .isInstanceOf(CallException.Cancelled.class));
    }

    @Test
    void aCallIsInOneCollectionOnly() {
        PendingCalls<String, String> one = new PendingCalls<>();
        PendingCalls<String, String> two = new PendingCalls<>();
        PendingCall<String> call = ask(start(), "x");
        one.add("x", call);

        assertThatIllegalStateException().isThrownBy(() -> two.add("x", call)).withMessageContaining("already");
        assertThatIllegalStateException().isThrownBy(call::toFuture);
        assertThat(two.size()).isZero();
        answer("x", "yes");
        assertThat(two.awaitAll(SHORT)).isEmpty();
        assertThat(one.awaitAll(Await.LIMIT)).hasSize(1);
    }

    // ---- Messages ------------------------------------------------------------------------------------------------

    @Test
    void aProcessGetsTheAnswerAsAMessage() throws Exception {
        ServerRef<Rpc> echo = hive.node().start(new Script().spec());

        List<Object> responses = hive.inProcess(self -> {
            self.request(echo, new Rpc.Ask("one"), 1);
            self.request(hive.node().ref(NAME), new Rpc.Ask("two"), 2);
            return List.of(
                    self.receive(Response.class, r -> r.label().equals(1)),
                    self.receive(Response.class, r -> r.label().equals(2)));
        });

        assertThat(responses.getFirst()).isEqualTo(new Response(1, Result.ok("one")));
        assertThat(((Response) responses.getLast()).outcome())
                .isInstanceOfSatisfying(
                        Result.Err.class, err -> assertThat(err.error()).isInstanceOf(CallException.NoProcess.class));
    }

    @Test
    void aServerGetsTheAnswerInInfoAndServesOthersMeanwhile() {
        ServerRef<Rpc> slow = start();
        Script asking = new Script();
        asking.init(self -> {
                    self.request(slow, new Rpc.Ask("x"), "label");
                    return "asked";
                })
                .info((message, _) -> message instanceof Response(Object label, var outcome)
                        ? Next.noReply().state(label + " " + outcome.fold(value -> value, failure -> failure))
                        : Next.unhandled())
                .call((message, _, state) -> message.reply(state));
        ServerRef<Rpc> server = hive.node().start(asking.spec());
        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("asked");
        awaitQuestion("x");
        answer("x", "yes");
        asking.journal.await("info " + new Response("label", Result.ok("yes")));

        assertThat(server.call(new Rpc.Ask("state"))).isEqualTo("label yes");
    }

    @Test
    void aCallReadsItsOwnAnswerInAMessage() throws Exception {
        ServerRef<Rpc> server = start();
        PendingCall<String> one = ask(server, "one");
        PendingCall<String> two = ask(server, "two");

        List<Optional<Result<String, CallException>>> read = hive.inProcess(self -> {
            one.sendTo(self.pid());
            two.sendTo(self.pid());
            answer("two", "2");
            Object ofTwo = self.receive();
            answer("one", "1");
            Object ofOne = self.receive();
            return List.of(
                    one.outcomeIn(ofTwo),
                    two.outcomeIn(ofTwo),
                    one.outcomeIn(ofOne),
                    one.outcomeIn(new Response("one", Result.ok("1"))),
                    one.outcomeIn("something else"));
        });

        assertThat(read)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(Result.ok("2")),
                        Optional.of(Result.ok("1")),
                        Optional.empty(),
                        Optional.empty());
    }

    @Test
    void aCallReadsItsFailureInAMessage() throws Exception {
        PendingCall<String> call = hive.node().ref(NAME).request(new Rpc.Ask("x"));

        Result<String, CallException> outcome = hive.inProcess(self -> {
            call.sendTo(self.pid());
            return call.outcomeIn(self.receive()).orElseThrow();
        });

        assertThatThrownBy(() -> outcome.orElseThrow(failure -> failure)).isInstanceOf(CallException.NoProcess.class);
        assertThatThrownBy(() -> call.outcomeIn(null)).hasMessage("message");
        assertThatThrownBy(() -> call.sendTo(null)).hasMessage("receiver");
    }

    @Test
    void theDeathOfTheServerIsAnAnswerToo() throws Exception {
        ServerRef<Rpc> server = start();

        Object outcome = hive.inProcess(self -> {
            self.request(server, new Rpc.Ask("x"), "label");
            server.stop();
            return self.receive(Response.class).outcome().fold(value -> value, failure -> failure);
        });

        assertThat(outcome).isInstanceOf(CallException.ServerExited.class);
    }

    // ---- Many servers --------------------------------------------------------------------------------------------

    @Test
    void manyServersAreAskedAtOnce() throws Exception {
        Script echoing = new Script();
        ServerRef<Rpc> echo = hive.node().start(echoing.spec());
        ServerRef<Rpc> silent = start();
        ServerRef<Rpc> nobody = hive.node().ref(NAME);

        CompletableFuture<MultiCall<Rpc, String>> asked = CompletableFuture.supplyAsync(
                () -> ServerRef.multiCall(List.of(silent, echo, nobody), new Rpc.Ask("x"), SHORT));
        awaitQuestion("x");
        echoing.journal.await("call x");
        assertThat(echo.call(new Rpc.Ask("have you answered?"))).isNotNull();
        hive.clock().passUntil(asked::isDone);
        MultiCall<Rpc, String> answers = Await.get(asked);

        assertThat(answers.replies()).containsExactly(new MultiCall.Reply<>(echo, "x"));
        assertThat(answers.failures()).hasSize(2);
        assertThat(failureOf(answers, nobody)).isInstanceOf(CallException.NoProcess.class);
        assertThat(failureOf(answers, silent)).isInstanceOf(CallException.Timeout.class);
    }

    @Test
    void nobodyIsAskedNothing() {
        assertThat(ServerRef.<Rpc, String>multiCall(List.of(), new Rpc.Ask("x"), ServerRef.FOREVER)
                        .replies())
                .isEmpty();
    }

    @Test
    void aServerThatAsksManyCannotAskItself() {
        ServerRef<Rpc> echo = hive.node().start(new Script().spec());
        Script asking = new Script().named(NAME);
        asking.call((message, _, _) -> {
            ServerRef<Rpc> itself = hive.node().ref(NAME);
            MultiCall<Rpc, String> answers =
                    ServerRef.multiCall(List.of(itself, echo), new Rpc.Ask("x"), ServerRef.FOREVER);
            assertThat(answers.replies()).hasSize(1);
            assertThat(failureOf(answers, itself)).isInstanceOf(CallException.CallingSelf.class);
            return message.reply("asked");
        });

        assertThat(hive.node().start(asking.spec()).call(new Rpc.Ask("go"), Await.LIMIT))
                .isEqualTo("asked");
    }

    private static CallException failureOf(MultiCall<Rpc, String> answers, ServerRef<Rpc> server) {
        Optional<CallException> cause = answers.failures().stream()
                .filter(failure -> failure.server().equals(server))
                .map(MultiCall.Failure::cause)
                .findFirst();
        return cause.orElseThrow();
    }

    private ServerRef<Rpc> start() {
        return hive.node().start(script.spec());
    }

    /// Asks, and waits until the server has the question.
    private PendingCall<String> ask(ServerRef<Rpc> server, String what) {
        PendingCall<String> call = server.request(new Rpc.Ask(what));
        awaitQuestion(what);
        return call;
    }

    private void awaitQuestion(String what) {
        script.journal.await("call " + what);
        Await.until(() -> open.containsKey(what));
    }

    private void answer(String what, String value) {
        assertThat(open.get(what).reply(value)).isTrue();
    }
}
