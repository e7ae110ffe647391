package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.RealThreads;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Servers that wait for each other are named by whichever call times out; others are not.
@SuppressWarnings("FutureReturnValueIgnored") // some failures are of no interest
@Tag("carriers")
class RingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Name<Rpc> A = Name.of("a");
    private static final Name<Rpc> B = Name.of("b");
    private static final Name<Rpc> C = Name.of("c");

    private final ManualClock clock = new ManualClock();
    private final Counting scheduler = new Counting();
    private final Node node =
            Node.builder("hive").clock(clock).scheduler(scheduler).start();
    /// What the servers' calls have thrown.
    private final Map<Name<Rpc>, CompletableFuture<CallException>> failures = Map.of(
            A, new CompletableFuture<>(),
            B, new CompletableFuture<>(),
            C, new CompletableFuture<>());

    @AfterEach
    void close() {
        node.close();
    }

    // ---- Rings ---------------------------------------------------------------------------------------------------

    @RepeatedTest(10)
    void aRingOfTwoIsNamedInEveryCallThatItHolds() throws Exception {
        Pid a = server(A, asking(B, ServerRef.FOREVER));
        Pid b = server(B, asking(A, ServerRef.FOREVER));
        CompletableFuture<CallException> client = client(A, SECOND);
        untilWaiting(3);
        pass(SECOND);

        assertRing(failures.get(A), a, b);
        assertRing(failures.get(B), b, a);
        assertRing(client, a, b);
        assertThat(come(failures.get(A)))
                .hasMessage("call of Ask to <hive b> was not answered within PT1S, which is what was left of its own"
                        + " caller's deadline: " + a + " -> " + b + " -> " + a + " wait for each other");
        assertThat(come(client))
                .hasMessage("call of Ask to <hive a> was not answered within PT1S: " + a + " -> " + b + " -> " + a
                        + " wait for each other");
    }

    @RepeatedTest(10)
    void aRingOfThreeIsNamedInEveryCallThatItHolds() throws Exception {
        Pid a = server(A, asking(B, ServerRef.FOREVER));
        Pid b = server(B, asking(C, ServerRef.FOREVER));
        Pid c = server(C, asking(A, ServerRef.FOREVER));
        CompletableFuture<CallException> client = client(A, SECOND);
        untilWaiting(4);
        pass(SECOND);

        assertRing(failures.get(A), a, b, c);
        assertRing(failures.get(B), b, c, a);
        assertRing(failures.get(C), c, a, b);
        assertRing(client, a, b, c);
    }

    @Test
    void whoGivesUpFirstNamesItAndLetsTheOthersGoOn() throws Exception {
        Pid a = server(A, asking(B, ServerRef.FOREVER));
        Pid b = server(B, asking(C, ServerRef.FOREVER));
        Pid c = server(C, message -> message.what().equals("again") ? "go on" : recovering(A, message));
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.startVirtualThread(() -> answer.complete(node.ref(A).call(new Rpc.Ask("x"), ServerRef.FOREVER)));
        untilWaiting(4);
        pass(SECOND);

        assertRing(failures.get(C), c, a, b);
        assertThat(Await.get(answer)).isEqualTo("c has given up");
        assertThat(failures.get(A)).isNotDone();
        assertThat(failures.get(B)).isNotDone();
    }

    @Test
    void aCallerOutsideTheRingIsToldOfIt() throws Exception {
        Pid a = server(A, asking(B, ServerRef.FOREVER));
        Pid b = server(B, asking(A, ServerRef.FOREVER));
        client(A, ServerRef.FOREVER);
        untilWaiting(3);
        CompletableFuture<CallException> outside = client(B, SECOND);
        untilWaiting(4);
        pass(SECOND);

        assertThat(((CallException.Timeout) come(outside)).ring()).containsExactlyInAnyOrder(a, b);
    }

    @Test
    void pendingCallsAreWaitsToo() throws Exception {
        Pid a = server(A, message -> node.ref(B).request(message).get(ServerRef.FOREVER));
        Pid b = server(
                B,
                message -> node.ref(C).request(message).await(ServerRef.FOREVER).toString());
        Pid c = server(C, message -> {
            throw ServerRef.multiCall(List.of(node.ref(A)), message, SECOND)
                    .failures()
                    .getFirst()
                    .cause();
        });
        client(A, SECOND);
        untilWaiting(4);
        pass(SECOND);

        assertRing(failures.get(A), a, b, c);
        assertRing(failures.get(B), b, c, a);
        assertRing(failures.get(C), c, a, b);
    }

    @Test
    void plainProcessesAreNamedToo() throws Exception {
        AtomicReference<ServerRef<Rpc>> b = new AtomicReference<>();
        CompletableFuture<CallException> failure = new CompletableFuture<>();
        Gate go = new Gate();
        Pid plain = node.spawn(self -> {
            go.pass();
            try {
                b.get().call(new Rpc.Ask("x"), SECOND);
            } catch (CallException e) {
                failure.complete(e);
            }
        });
        Pid server = server(B, message -> ServerRef.<Rpc>of(plain).call(message, ServerRef.FOREVER));
        b.set(node.ref(B));
        go.open();
        untilWaiting(2);
        pass(SECOND);

        assertRing(failure, plain, server);
    }

    // ---- No rings ------------------------------------------------------------------------------------------------

    @Test
    void aSlowServerIsNoRing() throws Exception {
        Gate slow = new Gate();
        server(A, asking(B, ServerRef.FOREVER));
        server(B, message -> {
            slow.pass();
            return message.what();
        });
        CompletableFuture<CallException> client = client(A, SECOND);
        slow.awaitSomebody();
        pass(SECOND);

        assertNoRing(failures.get(A));
        assertNoRing(client);
        slow.open();
    }

    @Test
    void aChainThatEndsIsNoRing() throws Exception {
        Gate slow = new Gate();
        server(A, asking(B, ServerRef.FOREVER));
        Pid b = server(B, asking(C, ServerRef.FOREVER));
        server(C, message -> {
            slow.pass();
            return message.what();
        });
        client(A, ServerRef.FOREVER);
        slow.awaitSomebody();
        CompletableFuture<CallException> other = client(B, SECOND);
        untilQueued(b, 1);
        pass(SECOND);

        assertNoRing(other);
        slow.open();
    }

    /// B owes A an answer, which anybody may give: it does not wait on A's behalf.
    @Test
    void aServerThatAnswersLaterIsNoPartOfARing() throws Exception {
        CompletableFuture<From> owed = new CompletableFuture<>();
        Pid a = server(A, asking(B, ServerRef.FOREVER));
        Script later = new Script().named(B);
        later.call((_, from, _) -> {
                    owed.complete(from);
                    return Next.noReply();
                })
                .cast((what, _) -> {
                    try {
                        node.ref(A).call(new Rpc.Ask(what), SECOND);
                    } catch (CallException e) {
                        failures.get(B).complete(e);
                    }
                    return Next.noReply();
                });
        ServerRef<Rpc> b = node.start(later.spec());
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.startVirtualThread(() -> answer.complete(node.ref(A).call(new Rpc.Ask("x"), ServerRef.FOREVER)));
        pass(owed::isDone);
        b.cast(new Rpc.Tell("back"));
        untilQueued(a, 1);
        pass(SECOND);

        assertNoRing(failures.get(B));
        assertThat(Await.get(owed).reply("in the end")).isTrue();
        assertThat(Await.get(answer)).isEqualTo("in the end");
    }

    /// A has made the call, but it is a thread that waits for it.
    @Test
    void aPendingCallThatAnotherAwaitsIsNoWaitOfItsMaker() throws Exception {
        Gate busy = new Gate();
        CompletableFuture<PendingCall<String>> handedOut = new CompletableFuture<>();
        Pid a = server(A, message -> {
            if (message.what().equals("x")) {
                handedOut.complete(node.ref(B).request(message));
                busy.pass();
            }
            return message.what();
        });
        server(B, message -> node.ref(A).call(new Rpc.Ask("back"), ServerRef.FOREVER));
        Thread.startVirtualThread(() -> node.ref(A).call(new Rpc.Ask("x"), ServerRef.FOREVER));
        PendingCall<String> pending = Await.get(handedOut);
        untilQueued(a, 1);
        CompletableFuture<CallException> failure = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                pending.get(SECOND);
            } catch (CallException e) {
                failure.complete(e);
            }
        });
        pass(SECOND, failure);

        assertNoRing(failure);
        busy.open();
    }

    // ---- What they are made of -----------------------------------------------------------------------------------

    /// Virtual threads, of which it knows how many wait for something of the node's.
    private static final class Counting implements RealThreads {
        final AtomicInteger parked = new AtomicInteger();

        @Override
        public void park() {
            parked.incrementAndGet();
            RealThreads.super.park();
            parked.decrementAndGet();
        }
    }

    private interface Answers {
        String answer(Rpc.Ask message) throws Exception;
    }

    private Answers asking(Name<Rpc> whom, Duration timeout) {
        return message -> node.ref(whom).call(message, timeout);
    }

    private String recovering(Name<Rpc> whom, Rpc.Ask message) {
        try {
            return node.ref(whom).call(message, SECOND);
        } catch (CallException e) {
            failures.get(C).complete(e);
            return "c has given up";
        }
    }

    /// A server that tells what its handler throws, and gives no answer then, so that those who wait for it time out
    /// by themselves.
    private Pid server(Name<Rpc> name, Answers answers) {
        Script script = new Script().named(name).call((message, _, _) -> {
            try {
                return message.reply(answers.answer(message));
            } catch (CallException thrown) {
                failures.get(name).complete(thrown);
                return Next.noReply();
            }
        });
        return node.start(script.spec()).pid().orElseThrow();
    }

    private CompletableFuture<CallException> client(Name<Rpc> whom, Duration timeout) {
        CompletableFuture<CallException> failure = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                node.ref(whom).call(new Rpc.Ask("x"), timeout);
            } catch (CallException e) {
                failure.complete(e);
            }
        });
        return failure;
    }

    /// Waits until so many wait for an answer, clients included. Also looks after servers that wait behind a busy one
    /// for
    /// its thread, as real time would.
    private void untilWaiting(int callers) {
        pass(() -> scheduler.parked.get() == callers);
    }

    private void untilQueued(Pid server, int messages) {
        pass(() -> server.info().orElseThrow().mailboxLength() == messages);
    }

    private void pass(BooleanSupplier condition) {
        Await.until(() -> {
            clock.advance(Duration.ZERO);
            return condition.getAsBoolean();
        });
    }

    private void pass(Duration time) {
        clock.advance(time.plusMillis(5));
    }

    /// Lets time pass until a wait that may begin late is over.
    private void pass(Duration step, CompletableFuture<?> end) {
        Await.until(() -> {
            pass(step);
            return end.isDone();
        });
    }

    private CallException come(CompletableFuture<CallException> failure) throws Exception {
        pass(Duration.ZERO, failure);
        return Await.get(failure);
    }

    private void assertRing(CompletableFuture<CallException> failure, Pid... members) throws Exception {
        assertThat(come(failure))
                .isInstanceOfSatisfying(
                        CallException.Timeout.class, e -> assertThat(e.ring()).containsExactly(members))
                .hasMessageEndingWith(" wait for each other");
    }

    private void assertNoRing(CompletableFuture<CallException> failure) throws Exception {
        assertThat(come(failure))
                .isInstanceOfSatisfying(
                        CallException.Timeout.class, e -> assertThat(e.ring()).isEmpty())
                .message()
                .doesNotContain("wait for each other");
    }
}
