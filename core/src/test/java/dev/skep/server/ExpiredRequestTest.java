package dev.skep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.From;
import dev.skep.Incoming;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.RealThreads;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What becomes of the requests whose callers have given up.
@Tag("carriers")
class ExpiredRequestTest extends DeadlineFixture {
    @Test
    void requestsOfCallersWhoGaveUpAreSkippedAndCounted() throws Exception {
        Gate busy = new Gate();
        Script script = new Script().call((message, _, _) -> {
            if (message.what().equals("busy")) {
                busy.pass();
            }
            return message.reply(message.what());
        });
        ServerRef<Rpc> server = node.start(script.spec());
        PendingCall<String> first = server.request(new Rpc.Ask("busy"));
        busy.awaitSomebody();
        assertThat(node.expiredRequests()).isZero();
        CompletableFuture<Throwable> expired = failureOf(() -> server.call(new Rpc.Ask("expired"), SECOND));
        passTime(SECOND, expired::isDone);
        server.request(new Rpc.Ask("cancelled")).cancel();
        Thread.currentThread().interrupt();
        assertThat(thrown(() -> server.call(new Rpc.Ask("interrupted")))).isInstanceOf(CallException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        busy.open();

        assertThat(first.get(ServerRef.FOREVER)).isEqualTo("busy");
        assertThat(server.call(new Rpc.Ask("next"))).isEqualTo("next");
        assertThat(script.journal.entries()).containsExactly("init", "call busy", "call next");
        assertThat(server.pid().orElseThrow().info().orElseThrow().expiredSkipped())
                .isEqualTo(3);
        assertThat(server.pid().orElseThrow().info().orElseThrow().messagesHandled())
                .isEqualTo(2);
        assertThat(node.expiredRequests()).isEqualTo(3);
    }

    /// Virtual threads, and one thread that it does not wake when it should.
    private static final class Stubborn implements RealThreads {
        private volatile Thread held;
        private volatile boolean parked;
        private volatile boolean woken;

        void hold(Thread thread) {
            held = thread;
        }

        boolean hasParked() {
            return parked;
        }

        boolean hasBeenWoken() {
            return woken;
        }

        void letGo() {
            Thread thread = held;
            held = null;
            LockSupport.unpark(thread);
        }

        @Override
        public void park() {
            if (Thread.currentThread() == held) {
                parked = true;
                while (Thread.currentThread() == held) {
                    LockSupport.park();
                }
            } else {
                RealThreads.super.park();
            }
        }

        @Override
        public void unpark(Thread thread) {
            if (thread == held) {
                woken = true;
            } else {
                RealThreads.super.unpark(thread);
            }
        }
    }

    /// The caller's thread gets no processor: it cannot notice that its time is over.
    @Test
    void aRequestIsSkippedAfterItsDeadlineThoughItsCallerHasNotNoticed() throws Exception {
        Stubborn scheduler = new Stubborn();
        Gate busy = new Gate();
        Script script = new Script().call((message, _, _) -> {
            if (message.what().equals("busy")) {
                busy.pass();
            }
            return message.reply(message.what());
        });
        try (Node held = Node.builder("held").clock(clock).scheduler(scheduler).start()) {
            ServerRef<Rpc> server = held.start(script.spec());
            PendingCall<String> first = server.request(new Rpc.Ask("busy"));
            busy.awaitSomebody();
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            Thread caller = Thread.ofPlatform()
                    .unstarted(() -> failure.complete(thrown(() -> server.call(new Rpc.Ask("expired"), SECOND))));
            scheduler.hold(caller);
            caller.start();
            Await.until(scheduler::hasParked);
            passTime(SECOND, scheduler::hasBeenWoken);
            busy.open();

            assertThat(first.get(ServerRef.FOREVER)).isEqualTo("busy");
            assertThat(server.call(new Rpc.Ask("next"))).isEqualTo("next");
            assertThat(failure).isNotDone();
            assertThat(script.journal.entries()).containsExactly("init", "call busy", "call next");
            assertThat(held.expiredRequests()).isEqualTo(1);
            scheduler.letGo();
            assertThat(Await.get(failure)).isInstanceOf(CallException.Timeout.class);
        }
    }

    @Test
    void aPlainProcessSkipsThemToo() throws Exception {
        Gate busy = new Gate();
        CompletableFuture<Object> received = new CompletableFuture<>();
        Pid plain = node.spawn(self -> {
            busy.pass();
            received.complete(self.receive(Incoming.class).message());
            self.receive(String.class);
        });
        CompletableFuture<Throwable> expired =
                failureOf(() -> ServerRef.<Rpc>of(plain).call(new Rpc.Ask("expired"), SECOND));
        Await.until(() -> plain.info().orElseThrow().mailboxLength() > 0);
        passTime(SECOND, expired::isDone);
        PendingCall<String> next = ServerRef.<Rpc>of(plain).request(new Rpc.Ask("next"));
        busy.open();

        assertThat(Await.get(received)).isEqualTo(new Rpc.Ask("next"));
        assertThat(plain.info().orElseThrow().expiredSkipped()).isEqualTo(1);
        assertThat(next.cancel()).isTrue();
        plain.send("end");
    }

    @Test
    void aLateReplyVanishes() throws Exception {
        AtomicReference<From> kept = new AtomicReference<>();
        Script keeping = new Script().call((_, from, _) -> {
            kept.set(from);
            return Next.noReply();
        });
        ServerRef<Rpc> server = node.start(keeping.spec());
        CompletableFuture<Boolean> timedOut = new CompletableFuture<>();
        CompletableFuture<Object> received = new CompletableFuture<>();
        Pid caller = node.spawn(self -> {
            thrown(() -> server.call(new Rpc.Ask("x"), SECOND));
            timedOut.complete(true);
            received.complete(self.receive());
        });
        Await.until(() -> kept.get() != null);
        passTime(SECOND, timedOut::isDone);

        assertThat(kept.get().awaitsReply()).isFalse();
        assertThat(kept.get().timeLeft()).contains(Duration.ZERO);
        assertThat(kept.get().reply("late")).isFalse();
        caller.send("all that came");
        assertThat(Await.get(received)).isEqualTo("all that came");
    }

    @Test
    void aGetThatIsInterruptedLeavesTheCallPendingWithoutALimit() {
        AtomicReference<From> kept = new AtomicReference<>();
        ServerRef<Rpc> server = node.start(new Script()
                .call((_, from, _) -> {
                    kept.set(from);
                    return Next.noReply();
                })
                .spec());
        PendingCall<String> call = server.request(new Rpc.Ask("x"));
        Await.until(() -> kept.get() != null);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> call.get(SECOND)).isInstanceOf(CallException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        clock.advance(SECOND.multipliedBy(2));
        assertThat(kept.get().timeLeft()).isEmpty();
        assertThat(kept.get().reply("still pending")).isTrue();
        assertThat(call.get(SECOND)).isEqualTo("still pending");
    }
}
