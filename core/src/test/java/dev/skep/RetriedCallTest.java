package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Idempotent calls by name outlive the server that has them: they are handed to the next.
@Tag("carriers")
class RetriedCallTest extends IdempotentCallFixture {
    @Test
    void aCallIsHandedToTheRestartedServerWhenItsServerIsKilled() {
        CountDownLatch first = blockTheFirst();
        supervised();
        CompletableFuture<String> inHand = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.latch(first);
        PendingCall<String> queued = book.request(new BookRpc.Read("b"));
        kill();

        assertThat(Await.get(inHand)).isEqualTo("a");
        assertThat(queued.get(ServerRef.FOREVER)).isEqualTo("b");
        assertThat(pages.begun).containsExactlyInAnyOrder("a1", "a2", "b2");
        assertThat(node.retriedCalls()).isEqualTo(2);
    }

    @Test
    void aCallOutlivesCrashesOfItsServer() {
        pages.reading = (message, page, _) -> {
            if (pages.begun.size() < 3) {
                throw new IllegalStateException("torn");
            }
            return message.reply(page);
        };
        supervised();

        assertThat(book.call(new BookRpc.Read("a"), ServerRef.FOREVER)).isEqualTo("a");
        assertThat(pages.begun).containsExactly("a1", "a2", "a3");
        assertThat(node.retriedCalls()).isEqualTo(2);
    }

    @Test
    void aCallThatWasToBeAnsweredLaterIsHandedOn() {
        pages.reading = (message, page, _) -> pages.begun.size() == 1 ? Next.noReply() : message.reply(page);
        supervised();
        PendingCall<String> call = book.request(new BookRpc.Read("a"));
        Await.until(() -> pages.begun.size() == 1);
        book.cast(new BookRpc.Tear());

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("a");
        assertThat(pages.begun).containsExactly("a1", "a2");
    }

    @Test
    void anyEndOfTheServerCounts() {
        ServerRef<BookRpc> server = start();
        pages.reading = (message, page, _) -> {
            if (pages.begun.size() == 1) {
                return Next.stop(ExitReason.normal());
            }
            return message.reply(page);
        };
        CompletableFuture<String> answer = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        lab.endOf(server.pid().orElseThrow());
        Await.until(() -> node.waiters.waiters() == 1);
        start();

        assertThat(Await.get(answer)).isEqualTo("a");
    }

    @Test
    void aCallGoesOnWaitingWhenInitFails() {
        CountDownLatch initRuns = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        pages.opening = number -> {
            if (number == 1) {
                initRuns.countDown();
                Await.latch(fail);
                throw new IllegalStateException("no ink");
            }
        };
        CompletableFuture<String> early = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.until(() -> node.waiters.waiters() == 1);
        CompletableFuture<Boolean> failed = async(() -> node.tryStart(named()) instanceof Started.Failed);
        Await.latch(initRuns);
        PendingCall<String> duringInit = book.request(new BookRpc.Read("b"));
        fail.countDown();
        assertThat(Await.get(failed)).isTrue();
        Await.until(() -> node.waiters.waiters() == 2);
        start();

        assertThat(Await.get(early)).isEqualTo("a");
        assertThat(duringInit.get(ServerRef.FOREVER)).isEqualTo("b");
        assertThat(pages.begun).containsExactlyInAnyOrder("a2", "b2");
    }

    @Test
    void everyKindOfCallIsHandedOn() {
        CountDownLatch first = blockTheFirst();
        supervised();
        book.request(new BookRpc.Read("busy"));
        Await.latch(first);
        CompletableFuture<String> future =
                book.request(new BookRpc.Read("future")).toFuture();
        CompletableFuture<MultiCall<BookRpc, String>> several =
                async(() -> ServerRef.multiCall(List.of(book), new BookRpc.Read("several"), ServerRef.FOREVER));
        CompletableFuture<Object> response = async(() -> lab.in(self -> {
            self.request(book, new BookRpc.Read("response"), "label");
            return self.receive();
        }));
        CompletableFuture<Object> ofProcess =
                async(() -> lab.in(_ -> book.call(new BookRpc.Read("call"), ServerRef.FOREVER)));
        Pid server = node.whereis(BOOK).orElseThrow();
        Await.until(() -> server.info().orElseThrow().mailboxLength() == 4);
        kill();

        assertThat(Await.get(future)).isEqualTo("future");
        assertThat(Await.get(several).replies())
                .extracting(MultiCall.Reply::value)
                .containsExactly("several");
        assertThat(Await.get(response)).isEqualTo(new Response("label", Result.ok("response")));
        assertThat(Await.get(ofProcess)).isEqualTo("call");
    }

    @Test
    void theServerThatWasAbandonedAnswersNobody() {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        pages.reading = (message, page, from) -> {
            if (pages.begun.size() > 1) {
                return message.reply("new");
            }
            running.countDown();
            Computation.until(release);
            late.complete(from.reply("old"));
            return Next.noReply();
        };
        supervised();
        PendingCall<String> call = book.request(new BookRpc.Read("a"));
        Await.latch(running);
        kill();
        Await.until(() -> clock.pass(Duration.ofSeconds(1), () -> pages.begun.size() == 2)); // the grace
        release.countDown();

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("new");
        assertThat(Await.get(late)).isFalse();
    }

    @Test
    void aPlainProcessIsAServerLikeAnother() {
        CountDownLatch received = new CountDownLatch(1);
        Pid plain = node.spawn(self -> {
            self.receive(Incoming.class);
            received.countDown();
            self.receive(String.class);
        });
        node.register(BOOK, plain);
        PendingCall<String> call = book.request(new BookRpc.Read("a"));
        Await.latch(received);
        plain.exit(ExitReason.shutdown());
        lab.endOf(plain);
        start();

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("a");
    }

    @Test
    void aCallIsHandedToAServerWhoseMailboxIsFull() {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        pages.reading = (message, page, _) -> {
            if (page.equals("busy")) {
                busy.countDown();
                Await.latch(release);
            }
            return message.reply(page);
        };
        List<PendingCall<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(book.request(new BookRpc.Read("early")));
        }
        ServerRef<BookRpc> server =
                node.start(GenServer.spec(() -> new Book(pages)).mailbox(1, Overflow.BLOCK));
        PendingCall<String> first = server.request(new BookRpc.Write("busy"));
        Await.latch(busy);
        PendingCall<String> queued = server.request(new BookRpc.Write("full"));
        node.register(BOOK, server.pid().orElseThrow()); // who gives a name must not have to wait for that
        release.countDown();

        assertThat(waiting)
                .allSatisfy(call -> assertThat(call.get(ServerRef.FOREVER)).isEqualTo("early"));
        assertThat(first.get(ServerRef.FOREVER)).isEqualTo("busy");
        assertThat(queued.get(ServerRef.FOREVER)).isEqualTo("full");
    }

    @Test
    void aServerThatRefusesACallEndsIt() {
        CountDownLatch first = blockTheFirst();
        ServerRef<BookRpc> server = node.start(named().mailbox(1, Overflow.DROP_NEWEST));
        server.request(new BookRpc.Write("busy"));
        Await.latch(first);
        server.request(new BookRpc.Write("full"));

        assertThatThrownBy(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER))
                .isInstanceOf(CallException.Overloaded.class);
        assertThat(node.retriedCalls()).isZero();
    }
}
