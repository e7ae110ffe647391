package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Where it ends that calls are handed on: other calls do not run twice, and these not for ever.
@Tag("carriers")
class IdempotentCallEndTest extends IdempotentCallFixture {
    @Test
    void anotherCallNeverRunsTwice() {
        CountDownLatch first = blockTheFirst();
        supervised();
        CompletableFuture<Throwable> inHand = failureOf(() -> book.call(new BookRpc.Write("a"), ServerRef.FOREVER));
        Await.latch(first);
        PendingCall<String> queued = book.request(new BookRpc.Write("b"));
        kill();

        assertThat(Await.get(inHand)).isInstanceOf(CallException.ServerExited.class);
        assertThatThrownBy(() -> queued.get(ServerRef.FOREVER)).isInstanceOf(CallException.ServerExited.class);
        assertThat(book.call(new BookRpc.Read("c"), ServerRef.FOREVER)).isEqualTo("c");
        assertThat(pages.begun).containsExactly("a1", "c2");
    }

    @Test
    void aCallByPidIsNeverMadeAgain() {
        CountDownLatch first = blockTheFirst();
        supervised();
        ServerRef<BookRpc> byPid = ServerRef.of(book.pid().orElseThrow());
        CompletableFuture<Throwable> failure = failureOf(() -> byPid.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.latch(first);
        PendingCall<String> pending = byPid.request(new BookRpc.Read("b"));
        kill();

        assertThat(Await.get(failure))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageEndingWith(": the server ended before it answered: killed");
        assertThatThrownBy(() -> pending.get(ServerRef.FOREVER)).isInstanceOf(CallException.ServerExited.class);
        assertThat(node.retriedCalls()).isZero();
    }

    @Test
    void theTimeLimitHoldsWhileNobodyHasTheName() {
        CompletableFuture<Throwable> failure = failureOf(() -> book.call(new BookRpc.Read("a"), Duration.ofSeconds(2)));
        Await.until(() -> node.waiters.waiters() == 1);
        passTimeUntilDone(failure);

        assertThat(Await.get(failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Read to <lab book> was not answered within PT2S (not tried; nobody has the name)");
        assertThat(node.waiters.waiters()).isZero();
        start();
        assertThat(book.call(new BookRpc.Read("b"))).isEqualTo("b");
        assertThat(pages.begun).containsExactly("b1");
    }

    @Test
    void theTimeLimitIsThatOfTheCallAndNotOfEachTry() {
        CountDownLatch first = blockTheFirst();
        ServerRef<BookRpc> server = start();
        CompletableFuture<Throwable> failure = failureOf(() -> book.call(new BookRpc.Read("a"), Duration.ofSeconds(2)));
        Await.latch(first);
        clock.advance(Duration.ofSeconds(1));
        server.pid().orElseThrow().exit(ExitReason.kill());
        Await.until(() -> node.waiters.waiters() == 1);
        clock.advance(Duration.ofMillis(900));
        assertThat(failure).isNotDone();
        passTimeUntilDone(failure);
        start();

        assertThat(Await.get(failure))
                .isInstanceOf(CallException.Timeout.class)
                .hasMessage("call of Read to <lab book> was not answered within PT2S (tried once; the last server that"
                        + " ended: killed; nobody has the name)");
        assertThat(book.call(new BookRpc.Read("b"))).isEqualTo("b");
        assertThat(pages.begun).containsExactly("a1", "b2");
    }

    @Test
    void aCallIsNotBegunAgainAfterItsTimeLimitThoughItsCallerHasNotNoticed() {
        PendingSlot slot = new PendingSlot(node.scheduler);
        slot.giveUpAt(clock.nanoTime() + 1);
        Retries retries = new Retries(node, BOOK, new BookRpc.Read("late"), slot, null, false);
        slot.retryBy(retries);
        retries.begin(null, null, Bound.USUAL_PATIENCE);
        clock.advance(Duration.ofNanos(1));
        start();

        assertThat(book.call(new BookRpc.Read("b"))).isEqualTo("b");
        assertThat(pages.begun).containsExactly("b1");
    }

    @Test
    void aCallThatCrashesItsServersIsGivenUp() {
        pages.reading = (message, page, _) -> {
            if (page.equals("poison")) {
                throw new IllegalStateException("poisoned");
            }
            return message.reply(page);
        };
        supervised();

        assertThatThrownBy(() -> book.call(new BookRpc.Read("poison"), ServerRef.FOREVER))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageContaining("poisoned")
                .hasMessageEndingWith("(tried 3 times; the last server that ended: crashed:"
                        + " java.lang.IllegalStateException: poisoned; it was in hand each of the 3 times when a server"
                        + " crashed, and is not handed to another)");
        assertThatThrownBy(() -> book.request(new BookRpc.Read("poison")).get(ServerRef.FOREVER))
                .isInstanceOf(CallException.ServerExited.class);
        assertThat(book.call(new BookRpc.Read("a"), ServerRef.FOREVER)).isEqualTo("a");
        assertThat(pages.begun).hasSize(7);
    }

    @Test
    void crashesThatOthersBringAboutDoNotCountAgainstACall() {
        pages.reading = (message, page, _) -> pages.opened.get() <= 6 ? Next.noReply() : message.reply(page);
        supervised();
        PendingCall<String> call = book.request(new BookRpc.Read("a"));
        for (int server = 1; server <= 6; server++) {
            String begun = "a" + server;
            Await.until(() -> pages.begun.contains(begun));
            book.cast(new BookRpc.Tear());
        }

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("a");
        assertThat(node.retriedCalls()).isEqualTo(6);
    }

    @Test
    void theEndOfTheNodeFailsThoseWhoWait() {
        Lab other = new Lab();
        ServerRef<BookRpc> nobody = other.node.ref(BOOK);
        CompletableFuture<Throwable> call = failureOf(() -> nobody.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        PendingCall<String> pending = nobody.request(new BookRpc.Read("b"));
        Await.until(() -> other.node.waiters.waiters() == 2);
        other.close();

        String why =
                "call of Read to <lab book>: there is no such process (not tried; nobody has the name, and node lab"
                        + " is closing)";
        assertThat(Await.get(call)).isInstanceOf(CallException.NoProcess.class).hasMessage(why);
        assertThatThrownBy(() -> pending.get(ServerRef.FOREVER))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage(why);
        assertThatThrownBy(() -> nobody.call(new BookRpc.Read("c")))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage(why);
    }

    @Test
    void theEndOfTheNodeFailsThoseWhoseServerEndsWithIt() {
        Lab other = new Lab();
        CountDownLatch first = blockTheFirst();
        other.node.start(Supervisor.oneForOne().child(ChildSpec.server(BOOK, () -> new Book(pages))));
        CompletableFuture<Throwable> call =
                failureOf(() -> other.node.ref(BOOK).call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.latch(first);
        other.close();

        assertThat(Await.get(call))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessage("call of Read to <lab book>: the server ended before it answered: shutdown (tried once; the"
                        + " last server that ended: shutdown; nobody has the name, and node lab is closing)");
        assertThat(pages.begun).containsExactly("a1");
    }
}
