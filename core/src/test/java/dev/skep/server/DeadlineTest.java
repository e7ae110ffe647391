package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Incoming;
import dev.skep.ManualClock;
import dev.skep.MultiCall;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.PendingCalls;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Started;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How far a caller's deadline reaches: over the calls that are made for it, and no further.
@SuppressWarnings("FutureReturnValueIgnored") // some failures are of no interest
@Tag("carriers")
class DeadlineTest extends DeadlineFixture {
    // ---- Inheritance ---------------------------------------------------------------------------------------------

    @Test
    void aChainOfCallsNeverWaitsPastItsFirstCallersDeadline() throws Exception {
        Gate far = new Gate();
        Script c = new Script().call((message, _, _) -> {
            far.pass();
            return message.reply("late");
        });
        ServerRef<Rpc> third = node.start(c.spec());
        Failing b = new Failing(message -> third.call(message, ServerRef.FOREVER));
        ServerRef<Rpc> second = node.start(b.script.spec());
        Gate near = new Gate();
        Failing a = new Failing(message -> {
            near.pass();
            return second.call(message);
        });
        ServerRef<Rpc> first = node.start(a.script.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("all"), SECOND.multipliedBy(2)));
        near.awaitSomebody();
        clock.advance(Duration.ofMillis(500));
        near.open();
        far.awaitSomebody();

        clock.advance(Duration.ofMillis(1499));
        assertThat(failure).isNotDone();
        assertThat(a.failure).isNotDone();
        clock.advance(Duration.ofMillis(5));

        assertThat(come(failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + first + " was not answered within PT2S");
        assertThat(come(a.failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + second + " was not answered within PT1.5S, which is what was left of"
                        + " its own caller's deadline");
        assertThat(come(b.failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + third + " was not answered within PT1.5S, which is what was left of"
                        + " its own caller's deadline");
        far.open();
    }

    @Test
    void aShorterLimitOfItsOwnCounts() throws Exception {
        Script nothing = new Script().call((_, _, _) -> Next.noReply());
        ServerRef<Rpc> silent = node.start(nothing.spec());
        Failing a = new Failing(message -> silent.call(message, SECOND));
        failureOf(() -> node.start(a.script.spec()).call(new Rpc.Ask("x"), SECOND.multipliedBy(5)));
        nothing.journal.await("call x");
        passTime(Duration.ofMillis(500), a.failure::isDone);

        assertThat(come(a.failure)).hasMessage("call of Ask to " + silent + " was not answered within PT1S");
    }

    @Test
    void aCallWithoutAnyTimeLeftIsNotMade() throws Exception {
        Script b = new Script();
        ServerRef<Rpc> second = node.start(b.spec());
        Gate slow = new Gate();
        CompletableFuture<List<CallException>> failures = new CompletableFuture<>();
        Script a = new Script().call((message, _, _) -> {
            slow.pass();
            MultiCall<Rpc, String> several = ServerRef.multiCall(List.of(second), message, SECOND);
            failures.complete(List.of(
                    thrown(() -> second.call(message)),
                    several.failures().getFirst().cause()));
            return message.reply("late");
        });
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        slow.awaitSomebody();
        passTime(SECOND, failure::isDone);
        slow.open();

        assertThat(Await.get(failures))
                .allSatisfy(notMade -> assertThat(notMade)
                        .isInstanceOf(CallException.Timeout.class)
                        .hasMessage("call of Ask to " + second + " was not made: its own caller's deadline is over"));
        assertThat(second.call(new Rpc.Ask("after"))).isEqualTo("after");
        assertThat(b.journal.entries()).containsExactly("init", "call after");
    }

    @Test
    void everyWayToWaitForAnAnswerInheritsTheDeadline() throws Exception {
        assertLimited((silent, message) -> silent.call(message, ServerRef.FOREVER));
        assertLimited((silent, message) -> silent.request(message).get(ServerRef.FOREVER));
        assertLimited((silent, message) -> silent.request(message).await(ServerRef.FOREVER));
        assertLimited((silent, message) -> pending(silent, message).next(ServerRef.FOREVER));
        assertLimited((silent, message) -> {
            var answers = pending(silent, message).awaitAll(ServerRef.FOREVER);
            return answers.getFirst().outcome().orElseThrow(failure -> failure);
        });
        assertLimited((silent, message) -> {
            var answers = ServerRef.multiCall(List.of(silent), message, ServerRef.FOREVER);
            throw answers.failures().getFirst().cause();
        });
    }

    private void assertLimited(Asking asking) throws Exception {
        Script nothing = new Script().call((_, _, _) -> Next.noReply());
        ServerRef<Rpc> silent = node.start(nothing.spec());

        assertThat(failureInHandler(message -> "" + asking.ask(silent, message), () -> nothing.journal.await("call x")))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Ask to " + silent + " was not answered within PT1S, which is what was left of its"
                        + " own caller's deadline");
    }

    @Test
    void aLookAtAPendingCallIsNoWait() throws Exception {
        Gate slow = new Gate();
        ServerRef<Rpc> silent =
                node.start(new Script().call((_, _, _) -> Next.noReply()).spec());
        CompletableFuture<Boolean> looked = new CompletableFuture<>();
        Script a = new Script().call((message, _, _) -> {
            slow.pass();
            looked.complete(silent.request(message).await(Duration.ZERO).isEmpty()
                    && pending(silent, message).next(Duration.ZERO).isEmpty());
            return Next.noReply();
        });
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        slow.awaitSomebody();
        passTime(SECOND, failure::isDone);
        slow.open();

        assertThat(Await.get(looked)).isTrue();
    }

    @Test
    void aStopInheritsTheDeadline() throws Exception {
        Gate cleaning = new Gate();
        ServerRef<Rpc> slow =
                node.start(new Script().terminate((_, _) -> cleaning.pass()).spec());

        assertThat(failureInHandler(
                        _ -> {
                            slow.stop();
                            return "stopped";
                        },
                        cleaning::awaitSomebody))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("stop of " + slow + ": it had not ended after PT1S, which is what was left of its own"
                        + " caller's deadline");
        cleaning.open();
    }

    @Test
    void aStartInheritsTheDeadline() throws Exception {
        Gate never = new Gate();
        Script slow = new Script().init(_ -> {
            never.pass();
            return "new";
        });
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        CompletableFuture<Started<?>> started = new CompletableFuture<>();
        CompletableFuture<Started<?>> afterwards = new CompletableFuture<>();
        Script a = new Script()
                .init(own -> {
                    self.set(own);
                    return "new";
                })
                .call((_, _, _) -> {
                    started.complete(self.get().start(slow.spec()));
                    afterwards.complete(self.get().start(slow.spec()));
                    return Next.noReply();
                });
        ServerRef<Rpc> first = node.start(a.spec());
        failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        never.awaitSomebody();
        passTime(SECOND, afterwards::isDone);

        assertThat(Await.get(started))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString())
                                .isEqualTo(
                                        "init took longer than PT1S, which is what was left of its own caller's deadline"));
        assertThat(Await.get(afterwards))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason().toString()).startsWith("it was not started"));
        assertThat(slow.journal.entries()).containsExactly("init");
    }

    @Test
    void aJoinIsNotCutShort() throws Exception {
        Pid idle = node.spawn(self -> self.receive());
        CompletableFuture<String> joined = new CompletableFuture<>();
        Script a = new Script().call((_, _, _) -> {
            joined.complete(idle.join(ServerRef.FOREVER).toString());
            return Next.noReply();
        });
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        a.journal.await("call x");
        passTime(SECOND, failure::isDone);
        idle.exit(ExitReason.shutdown());

        assertThat(Await.get(joined)).isEqualTo("Optional[shutdown]");
    }

    // ---- Where it ends -------------------------------------------------------------------------------------------

    @Test
    void onceAnsweredTheDeadlineIsOver() throws Exception {
        ServerRef<Rpc> second = node.start(new Script().spec());
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        Gate answered = new Gate();
        CompletableFuture<String> more = new CompletableFuture<>();
        Script a = new Script()
                .init(own -> {
                    self.set(own);
                    return "new";
                })
                .call((message, from, _) -> {
                    message.replyTo(from).reply("soon");
                    answered.pass();
                    more.complete(self.get().timeLeft() + second.call(new Rpc.Ask("more"), ServerRef.FOREVER));
                    return Next.noReply();
                });
        ServerRef<Rpc> first = node.start(a.spec());

        assertThat(first.call(new Rpc.Ask("x"), SECOND)).isEqualTo("soon");
        answered.awaitSomebody();
        clock.advance(SECOND.multipliedBy(2));
        answered.open();
        assertThat(Await.get(more)).isEqualTo("Optional.emptymore");
    }

    @Test
    void aCallThatIsAnsweredLaterBindsNoOtherCallback() throws Exception {
        ServerRef<Rpc> second = node.start(new Script().spec());
        CompletableFuture<String> later = new CompletableFuture<>();
        Script a = new Script().call((_, _, _) -> Next.noReply()).cast((what, _) -> {
            later.complete(second.call(new Rpc.Ask(what)));
            return Next.noReply();
        });
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        a.journal.await("call x");
        passTime(SECOND, failure::isDone);
        first.cast(new Rpc.Tell("later"));

        assertThat(Await.get(later)).isEqualTo("later");
    }

    @Test
    void cleaningUpHasNoDeadline() throws Exception {
        ServerRef<Rpc> second = node.start(new Script().spec());
        CompletableFuture<String> cleaned = new CompletableFuture<>();
        Gate slow = new Gate();
        Script a = new Script()
                .call((_, _, _) -> {
                    slow.pass();
                    return Next.stop(ExitReason.shutdown());
                })
                .terminate((_, _) -> cleaned.complete(second.call(new Rpc.Ask("cleaned"))));
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("x"), SECOND));
        slow.awaitSomebody();
        passTime(SECOND, failure::isDone);
        slow.open();

        assertThat(Await.get(cleaned)).isEqualTo("cleaned");
    }

    @Test
    void aThreadOfAHandlersOwnHasNoDeadline() throws Exception {
        ServerRef<Rpc> second = node.start(new Script().spec());
        Gate slow = new Gate();
        CompletableFuture<String> done = new CompletableFuture<>();
        Script a = new Script().call((message, _, _) -> {
            slow.pass();
            Thread.startVirtualThread(() -> done.complete(second.call(message)));
            return Next.noReply();
        });
        ServerRef<Rpc> first = node.start(a.spec());
        CompletableFuture<Throwable> failure = failureOf(() -> first.call(new Rpc.Ask("elsewhere"), SECOND));
        slow.awaitSomebody();
        passTime(SECOND, failure::isDone);
        slow.open();

        assertThat(Await.get(done)).isEqualTo("elsewhere");
    }

    @Test
    void aPlainProcessHasNoDeadlineButThatOfItsCallers() throws Exception {
        ServerRef<Rpc> second = node.start(new Script().spec());
        Gate received = new Gate();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Pid plain = node.spawn(self -> {
            From from = self.receive(Incoming.class).from();
            received.pass();
            seen.complete(self.timeLeft() + " " + from.timeLeft() + " " + second.call(new Rpc.Ask("even so")));
        });
        CompletableFuture<Throwable> failure =
                failureOf(() -> ServerRef.<Rpc>of(plain).call(new Rpc.Ask("x"), SECOND));
        received.awaitSomebody();
        passTime(SECOND, failure::isDone);
        received.open();

        assertThat(Await.get(seen)).isEqualTo("Optional.empty Optional[PT0S] even so");
    }

    // ---- What a handler sees -------------------------------------------------------------------------------------

    @Test
    void aHandlerSeesItsCallersTimeLeft() {
        AtomicReference<Self<Rpc>> self = new AtomicReference<>();
        ServerRef<Rpc> second = node.start(new Script()
                .call((message, from, _) -> message.reply("" + from.timeLeft()))
                .spec());
        Script a = new Script()
                .init(own -> {
                    self.set(own);
                    return "new";
                })
                .call((message, from, _) -> {
                    clock.advance(SECOND);
                    return message.reply(from.timeLeft() + " " + self.get().timeLeft() + " " + second.call(message));
                });
        ServerRef<Rpc> first = node.start(a.spec());

        assertThat(first.call(new Rpc.Ask("x"), SECOND.multipliedBy(3)))
                .isEqualTo("Optional[PT2S] Optional[PT2S] Optional[PT2S]");
        assertThat(first.call(new Rpc.Ask("x"), ServerRef.FOREVER))
                .isEqualTo("Optional.empty Optional.empty Optional[PT5S]");
        assertThatIllegalStateException().isThrownBy(() -> self.get().timeLeft());
    }

    @Test
    void theLimitOfAGetAndOfAMultiCallReachesTheServer() throws Exception {
        Gate asked = new Gate();
        CompletableFuture<Self<Rpc>> self = new CompletableFuture<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        Script script = new Script().init(own -> {
            self.complete(own);
            return "new";
        });
        script.call((message, from, _) -> {
            if (message.what().equals("get")) {
                asked.pass();
                Await.until(() -> from.timeLeft().isPresent());
                seen.complete(from.timeLeft() + " " + self.getNow(null).timeLeft());
            }
            return message.reply("" + from.timeLeft());
        });
        ServerRef<Rpc> server = node.start(script.spec());
        PendingCall<String> pending = server.request(new Rpc.Ask("get"));
        asked.awaitSomebody();
        asked.open();

        assertThat(pending.get(SECOND)).isEqualTo("Optional[PT1S]");
        assertThat(Await.get(seen)).isEqualTo("Optional[PT1S] Optional[PT1S]");
        assertThat(ServerRef.multiCall(List.of(server), new Rpc.Ask("several"), SECOND)
                        .replies())
                .extracting(MultiCall.Reply::value)
                .containsExactly("Optional[PT1S]");
    }

    @Test
    void aDeadlineHoldsOnANodeWithAnotherTime() {
        ManualClock otherClock = new ManualClock();
        try (Node other = Node.builder("other").clock(otherClock).start()) {
            otherClock.advance(Duration.ofDays(1));
            ServerRef<Rpc> second = other.start(new Script()
                    .call((message, from, _) -> message.reply("" + from.timeLeft()))
                    .spec());
            ServerRef<Rpc> first = node.start(new Script()
                    .call((message, _, _) -> message.reply(second.call(message)))
                    .spec());

            assertThat(first.call(new Rpc.Ask("x"), SECOND)).isEqualTo("Optional[PT1S]");
        }
    }

    // ---- What they are made of -----------------------------------------------------------------------------------

    private interface Asking {
        Object ask(ServerRef<Rpc> server, Rpc.Ask message) throws Exception;
    }

    private interface Waiting {
        void await() throws Exception;
    }

    private interface Answers {
        String answer(Rpc.Ask message) throws Exception;
    }

    /// A server that tells what its handler throws, and gives no answer then, so that who waits for it times out by
    /// itself.
    private static final class Failing {
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        final Script script;

        Failing(Answers answers) {
            script = new Script().call((message, _, _) -> {
                try {
                    return message.reply(answers.answer(message));
                } catch (CallException thrown) {
                    failure.complete(thrown);
                    return Next.noReply();
                }
            });
        }
    }

    /// What a handler's code throws when the caller has a second.
    ///
    /// @param waits returns when the code waits
    private Throwable failureInHandler(Answers code, Waiting waits) throws Exception {
        Failing server = new Failing(code);
        ServerRef<Rpc> ref = node.start(server.script.spec());
        failureOf(() -> ref.call(new Rpc.Ask("x"), SECOND));
        waits.await();
        passTime(SECOND, server.failure::isDone);
        return come(server.failure);
    }

    private static PendingCalls<String, String> pending(ServerRef<Rpc> server, Rpc.Ask message) {
        PendingCalls<String, String> calls = new PendingCalls<>();
        calls.add("only", server.request(message));
        return calls;
    }

    private Throwable come(CompletableFuture<Throwable> failure) throws Exception {
        passTime(Duration.ZERO, failure::isDone);
        return Await.get(failure);
    }
}
