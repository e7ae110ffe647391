package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Idempotent calls by name reach a server that is there in time.
@Tag("carriers")
class IdempotentCallTest extends IdempotentCallFixture {
    // ---- Waiting for the name ------------------------------------------------------------------------------------

    @Test
    void aCallWaitsUntilTheNameIsClaimed() {
        CompletableFuture<String> answer = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.until(() -> node.waiters.waiters() == 1);
        start();

        assertThat(Await.get(answer)).isEqualTo("a");
        assertThat(node.waiters.waiters()).isZero();
        assertThat(node.retriedCalls()).isZero();
    }

    @Test
    void aNameThatIsRegisteredByHandIsClaimedToo() {
        CompletableFuture<String> answer = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.until(() -> node.waiters.waiters() == 1);
        node.register(
                BOOK, node.start(GenServer.spec(() -> new Book(pages))).pid().orElseThrow());

        assertThat(Await.get(answer)).isEqualTo("a");
    }

    @Test
    void thoseWhoWaitAreServedInTheirOrder() {
        for (int i = 0; i < 50; i++) {
            book.request(new BookRpc.Read(i + "."));
        }
        PendingCall<String> last = book.request(new BookRpc.Read("last"));
        start();

        assertThat(last.get(ServerRef.FOREVER)).isEqualTo("last");
        for (int i = 0; i < 50; i++) {
            assertThat(pages.begun.remove()).isEqualTo(i + ".1");
        }
    }

    @Test
    void nobodyWaitsForAnyOtherCall() {
        assertThatThrownBy(() -> book.call(new BookRpc.Write("a")))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessage("call of Write to <lab book>: there is no such process");
        ServerRef<BookRpc> byPid = start();
        byPid.stop();
        assertThatThrownBy(() -> byPid.call(new BookRpc.Read("a")))
                .isInstanceOf(CallException.NoProcess.class)
                .message()
                .doesNotContain("tried");
        assertThatThrownBy(() -> byPid.request(new BookRpc.Read("a")).get(ServerRef.FOREVER))
                .isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    void aCallThatIsGivenUpWaitsNoMore() {
        PendingCall<String> cancelled = book.request(new BookRpc.Read("a"));
        CompletableFuture<String> future = book.request(new BookRpc.Read("b")).toFuture();
        assertThat(node.waiters.waiters()).isEqualTo(2);
        cancelled.cancel();
        future.cancel(true);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> book.call(new BookRpc.Read("c"), ServerRef.FOREVER))
                .isInstanceOf(CallException.Interrupted.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(node.waiters.waiters()).isZero();
        start();
        assertThat(book.call(new BookRpc.Read("d"))).isEqualTo("d");
        assertThat(pages.begun).containsExactly("d1");
    }

    @Test
    void aWaitingProcessThatIsKilledWaitsNoMore() {
        Pid caller = node.spawn(_ -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.until(() -> node.waiters.waiters() == 1);
        caller.exit(ExitReason.kill());

        assertThat(lab.endOf(caller)).isEqualTo(ExitReason.killed());
        assertThat(node.waiters.waiters()).isZero();
    }

    @Test
    void theResponsesToProcessesThatHaveEndedAreGivenUpSoonerOrLater() {
        for (int i = 0; i < 100; i++) {
            lab.inProcess(self -> self.request(book, new BookRpc.Read("a"), "label"));
        }
        Await.until(() -> node.processes().isEmpty());
        lab.inProcess(self -> {
            for (int i = 0; i < 100; i++) {
                self.request(book, new BookRpc.Read("a"), "label");
            }
        });
        Await.until(() -> node.processes().isEmpty());

        assertThat(node.waiters.waiters()).isLessThan(150);
        start();
        assertThat(book.call(new BookRpc.Read("b"))).isEqualTo("b");
        assertThat(pages.begun).doesNotContain("a1");
    }

    // ---- Names of registries -------------------------------------------------------------------------------------

    @Test
    void aKeyOfARegistryIsANameLikeAnother() {
        Name<UniqueRegistry<Long, String, BookRpc>> library = Name.of("library");
        UniqueRegistry<Long, String, BookRpc> books = node.start(Registry.unique(library));
        CountDownLatch first = blockTheFirst();
        ServerSpec<BookRpc> spec = GenServer.spec(() -> new Book(pages)).named(books.name(1L));
        CompletableFuture<String> call = async(() -> books.ref(1L).call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Await.until(() -> node.waiters.waiters() == 1);
        ServerRef<BookRpc> server = node.start(spec);
        Await.latch(first);
        PendingCall<String> queued = books.ref(1L).request(new BookRpc.Read("b"));
        server.pid().orElseThrow().exit(ExitReason.kill());
        Await.until(() -> node.waiters.waiters() == 2);
        node.start(spec);

        assertThat(Await.get(call)).isEqualTo("a");
        assertThat(queued.get(ServerRef.FOREVER)).isEqualTo("b");
        assertThat(pages.begun).containsExactlyInAnyOrder("a1", "a2", "b2");
    }

    @Test
    void aProcessThatPutsItselfUnderAKeyIsFoundToo() {
        Name<UniqueRegistry<Long, String, BookRpc>> library = Name.of("library");
        UniqueRegistry<Long, String, BookRpc> books = node.start(Registry.unique(library));
        PendingCall<String> call = books.ref(1L).request(new BookRpc.Read("a"));
        assertThat(node.waiters.waiters()).isEqualTo(1);
        node.spawn((Receiver<BookRpc> self) -> {
            books.register(self, 1L);
            self.receive(Incoming.class).from().reply("mine");
        });

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("mine");
    }

    @Test
    void aRegistryThatFailsFailsTheCall() {
        AtomicInteger looks = new AtomicInteger();
        Via<String> broken = new Via<>() {
            @Override
            public Pid register(String key, Pid pid) {
                return pid;
            }

            @Override
            public boolean unregister(String key, Pid pid) {
                return false;
            }

            @Override
            public Optional<Pid> whereis(String key) {
                if (looks.incrementAndGet() > 1) {
                    throw new IllegalStateException("no light");
                }
                return Optional.empty();
            }
        };
        ServerRef<BookRpc> nobody = node.ref(Name.via(broken, "key"));

        assertThatThrownBy(() -> nobody.call(new BookRpc.Read("a"), ServerRef.FOREVER))
                .isInstanceOf(CallException.NoProcess.class)
                .hasMessageEndingWith(
                        "(not tried; the registry of the name has failed: java.lang.IllegalStateException:"
                                + " no light)");
        assertThat(node.waiters.waiters()).isZero();
    }
}
