package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Idempotent calls by name reach a server that is there in time; others do not run twice.
@Tag("carriers")
class IdempotentCallTest {
    private static final Name<BookRpc> BOOK = Name.of("book");

    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final Lab lab = new Lab(clock::install);

    private final Node node = lab.node;
    private final ServerRef<BookRpc> book = node.ref(BOOK);
    private final Pages pages = new Pages();

    private sealed interface BookRpc {
        record Read(String page) implements BookRpc, IdempotentCall<BookRpc, String> {}

        record Write(String page) implements BookRpc, Call<BookRpc, String> {}

        record Tear() implements BookRpc, Cast<BookRpc> {}
    }

    /// What the servers of a test do with a call: by default, they answer with the page.
    private static final class Pages {
        interface Reading {
            Next<Integer> read(Call<BookRpc, String> message, String page, From from) throws Exception;
        }

        /// Every call that was begun.
        final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
        final AtomicInteger opened = new AtomicInteger();
        volatile Reading reading = (message, page, _) -> message.reply(page);

        /// By the number of the server, from one on.
        volatile ThrowingConsumer opening = _ -> {};

        interface ThrowingConsumer {
            void accept(int number) throws Exception;
        }
    }

    private static final class Book implements GenServer<Integer, BookRpc> {
        private final Pages pages;

        Book(Pages pages) {
            this.pages = pages;
        }

        @Override
        public Integer init(Self<BookRpc> self) throws Exception {
            int number = pages.opened.incrementAndGet();
            pages.opening.accept(number);
            return number;
        }

        @Override
        public Next<Integer> handle(BookRpc message, From from, Integer number) throws Exception {
            return switch (message) {
                case BookRpc.Read read -> begin(read, read.page(), number, from);
                case BookRpc.Write write -> begin(write, write.page(), number, from);
                case BookRpc.Tear() -> throw new IllegalStateException("torn");
            };
        }

        private Next<Integer> begin(Call<BookRpc, String> message, String page, int number, From from)
                throws Exception {
            pages.begun.add(page + number);
            return pages.reading.read(message, page, from);
        }
    }

    // ---- Waiting for the name ------------------------------------------------------------------------------------

    @Test
    void aCallWaitsUntilTheNameIsClaimed() {
        CompletableFuture<String> answer = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Lab.until(() -> node.waiters.waiters() == 1);
        start();

        assertThat(Lab.get(answer)).isEqualTo("a");
        assertThat(node.waiters.waiters()).isZero();
        assertThat(node.retriedCalls()).isZero();
    }

    @Test
    void aNameThatIsRegisteredByHandIsClaimedToo() {
        CompletableFuture<String> answer = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Lab.until(() -> node.waiters.waiters() == 1);
        node.register(
                BOOK, node.start(GenServer.spec(() -> new Book(pages))).pid().orElseThrow());

        assertThat(Lab.get(answer)).isEqualTo("a");
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
        Lab.until(() -> node.waiters.waiters() == 1);
        caller.exit(ExitReason.kill());

        assertThat(lab.endOf(caller)).isEqualTo(ExitReason.killed());
        assertThat(node.waiters.waiters()).isZero();
    }

    @Test
    void theResponsesToProcessesThatHaveEndedAreGivenUpSoonerOrLater() {
        for (int i = 0; i < 100; i++) {
            lab.inProcess(self -> self.request(book, new BookRpc.Read("a"), "label"));
        }
        Lab.until(() -> node.processes().isEmpty());
        lab.inProcess(self -> {
            for (int i = 0; i < 100; i++) {
                self.request(book, new BookRpc.Read("a"), "label");
            }
        });
        Lab.until(() -> node.processes().isEmpty());

        assertThat(node.waiters.waiters()).isLessThan(150);
        start();
        assertThat(book.call(new BookRpc.Read("b"))).isEqualTo("b");
        assertThat(pages.begun).doesNotContain("a1");
    }

    // ---- Across restarts -----------------------------------------------------------------------------------------

    @Test
    void aCallIsHandedToTheRestartedServerWhenItsServerIsKilled() {
        CountDownLatch first = blockTheFirst();
        supervised();
        CompletableFuture<String> inHand = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Lab.await(first);
        PendingCall<String> queued = book.request(new BookRpc.Read("b"));
        kill();

        assertThat(Lab.get(inHand)).isEqualTo("a");
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
        Lab.until(() -> pages.begun.size() == 1);
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
        Lab.until(() -> node.waiters.waiters() == 1);
        start();

        assertThat(Lab.get(answer)).isEqualTo("a");
    }

    @Test
    void aCallGoesOnWaitingWhenInitFails() {
        CountDownLatch initRuns = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        pages.opening = number -> {
            if (number == 1) {
                initRuns.countDown();
                Lab.await(fail);
                throw new IllegalStateException("no ink");
            }
        };
        CompletableFuture<String> early = async(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Lab.until(() -> node.waiters.waiters() == 1);
        CompletableFuture<Boolean> failed = async(() -> node.tryStart(named()) instanceof Started.Failed);
        Lab.await(initRuns);
        PendingCall<String> duringInit = book.request(new BookRpc.Read("b"));
        fail.countDown();
        assertThat(Lab.get(failed)).isTrue();
        Lab.until(() -> node.waiters.waiters() == 2);
        start();

        assertThat(Lab.get(early)).isEqualTo("a");
        assertThat(duringInit.get(ServerRef.FOREVER)).isEqualTo("b");
        assertThat(pages.begun).containsExactlyInAnyOrder("a2", "b2");
    }

    @Test
    void everyKindOfCallIsHandedOn() {
        CountDownLatch first = blockTheFirst();
        supervised();
        book.request(new BookRpc.Read("busy"));
        Lab.await(first);
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
        Lab.until(() -> server.info().orElseThrow().mailboxLength() == 4);
        kill();

        assertThat(Lab.get(future)).isEqualTo("future");
        assertThat(Lab.get(several).replies())
                .extracting(MultiCall.Reply::value)
                .containsExactly("several");
        assertThat(Lab.get(response)).isEqualTo(new Response("label", Result.ok("response")));
        assertThat(Lab.get(ofProcess)).isEqualTo("call");
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
        Lab.await(running);
        kill();
        Lab.until(() -> clock.pass(Duration.ofSeconds(1), () -> pages.begun.size() == 2)); // the grace
        release.countDown();

        assertThat(call.get(ServerRef.FOREVER)).isEqualTo("new");
        assertThat(Lab.get(late)).isFalse();
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
        Lab.await(received);
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
                Lab.await(release);
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
        Lab.await(busy);
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
        Lab.await(first);
        server.request(new BookRpc.Write("full"));

        assertThatThrownBy(() -> book.call(new BookRpc.Read("a"), ServerRef.FOREVER))
                .isInstanceOf(CallException.Overloaded.class);
        assertThat(node.retriedCalls()).isZero();
    }

    // ---- Names of registries -------------------------------------------------------------------------------------

    @Test
    void aKeyOfARegistryIsANameLikeAnother() {
        Name<UniqueRegistry<Long, String, BookRpc>> library = Name.of("library");
        UniqueRegistry<Long, String, BookRpc> books = node.start(Registry.unique(library));
        CountDownLatch first = blockTheFirst();
        ServerSpec<BookRpc> spec = GenServer.spec(() -> new Book(pages)).named(books.name(1L));
        CompletableFuture<String> call = async(() -> books.ref(1L).call(new BookRpc.Read("a"), ServerRef.FOREVER));
        Lab.until(() -> node.waiters.waiters() == 1);
        ServerRef<BookRpc> server = node.start(spec);
        Lab.await(first);
        PendingCall<String> queued = books.ref(1L).request(new BookRpc.Read("b"));
        server.pid().orElseThrow().exit(ExitReason.kill());
        Lab.until(() -> node.waiters.waiters() == 2);
        node.start(spec);

        assertThat(Lab.get(call)).isEqualTo("a");
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

    // ---- Where it ends -------------------------------------------------------------------------------------------

    @Test
    void anotherCallNeverRunsTwice() {
        CountDownLatch first = blockTheFirst();
        supervised();
        CompletableFuture<Throwable> inHand = failureOf(() -> book.call(new BookRpc.Write("a"), ServerRef.FOREVER));
        Lab.await(first);
        PendingCall<String> queued = book.request(new BookRpc.Write("b"));
        kill();

        assertThat(Lab.get(inHand)).isInstanceOf(CallException.ServerExited.class);
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
        Lab.await(first);
        PendingCall<String> pending = byPid.request(new BookRpc.Read("b"));
        kill();

        assertThat(Lab.get(failure))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessageEndingWith(": the server ended before it answered: killed");
        assertThatThrownBy(() -> pending.get(ServerRef.FOREVER)).isInstanceOf(CallException.ServerExited.class);
        assertThat(node.retriedCalls()).isZero();
    }

    @Test
    void theTimeLimitHoldsWhileNobodyHasTheName() {
        CompletableFuture<Throwable> failure = failureOf(() -> book.call(new BookRpc.Read("a"), Duration.ofSeconds(2)));
        Lab.until(() -> node.waiters.waiters() == 1);
        passTimeUntilDone(failure);

        assertThat(Lab.get(failure))
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
        Lab.await(first);
        clock.advance(Duration.ofSeconds(1));
        server.pid().orElseThrow().exit(ExitReason.kill());
        Lab.until(() -> node.waiters.waiters() == 1);
        clock.advance(Duration.ofMillis(900));
        assertThat(failure).isNotDone();
        passTimeUntilDone(failure);
        start();

        assertThat(Lab.get(failure))
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
            Lab.until(() -> pages.begun.contains(begun));
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
        Lab.until(() -> other.node.waiters.waiters() == 2);
        other.close();

        String why =
                "call of Read to <lab book>: there is no such process (not tried; nobody has the name, and node lab"
                        + " is closing)";
        assertThat(Lab.get(call)).isInstanceOf(CallException.NoProcess.class).hasMessage(why);
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
        Lab.await(first);
        other.close();

        assertThat(Lab.get(call))
                .isInstanceOf(CallException.ServerExited.class)
                .hasMessage("call of Read to <lab book>: the server ended before it answered: shutdown (tried once; the"
                        + " last server that ended: shutdown; nobody has the name, and node lab is closing)");
        assertThat(pages.begun).containsExactly("a1");
    }

    // ---- What they are made of -----------------------------------------------------------------------------------

    private ServerSpec<BookRpc> named() {
        return GenServer.spec(() -> new Book(pages)).named(BOOK);
    }

    private ServerRef<BookRpc> start() {
        return node.start(named());
    }

    private void supervised() {
        node.start(Supervisor.oneForOne()
                .intensity(1_000, Duration.ofSeconds(1))
                .child(ChildSpec.server(BOOK, () -> new Book(pages))));
    }

    private void kill() {
        node.whereis(BOOK).orElseThrow().exit(ExitReason.kill());
    }

    /// The first call that is begun never comes to its end.
    ///
    /// @return tells when it has been begun
    private CountDownLatch blockTheFirst() {
        CountDownLatch first = new CountDownLatch(1);
        pages.reading = (message, page, _) -> {
            if (pages.begun.size() == 1) {
                first.countDown();
                new CountDownLatch(1).await();
            }
            return message.reply(page);
        };
        return first;
    }

    private void passTimeUntilDone(CompletableFuture<?> future) {
        Lab.until(() -> clock.pass(Duration.ofMillis(200), future::isDone));
    }

    private interface Code<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> async(Code<? extends T> code) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                outcome.complete(code.run());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    private static CompletableFuture<Throwable> failureOf(Code<?> code) {
        return async(code).handle((_, thrown) -> thrown);
    }
}
