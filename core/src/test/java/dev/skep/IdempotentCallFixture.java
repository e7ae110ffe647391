package dev.skep;

import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;

/// A node, and servers under one name: a book whose pages are read, which is idempotent, and written.
abstract class IdempotentCallFixture {
    static final Name<BookRpc> BOOK = Name.of("book");

    final ManualClock clock = new ManualClock();

    @AutoClose
    final Lab lab = new Lab(clock::install);

    final Node node = lab.node;
    final ServerRef<BookRpc> book = node.ref(BOOK);
    final Pages pages = new Pages();

    sealed interface BookRpc {
        record Read(String page) implements BookRpc, IdempotentCall<BookRpc, String> {}

        record Write(String page) implements BookRpc, Call<BookRpc, String> {}

        record Tear() implements BookRpc, Cast<BookRpc> {}
    }

    /// What the servers of a test do with a call: by default, they answer with the page.
    static final class Pages {
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

    static final class Book implements GenServer<Integer, BookRpc> {
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

    ServerSpec<BookRpc> named() {
        return GenServer.spec(() -> new Book(pages)).named(BOOK);
    }

    ServerRef<BookRpc> start() {
        return node.start(named());
    }

    void supervised() {
        node.start(Supervisor.oneForOne()
                .intensity(1_000, Duration.ofSeconds(1))
                .child(ChildSpec.server(BOOK, () -> new Book(pages))));
    }

    void kill() {
        node.whereis(BOOK).orElseThrow().exit(ExitReason.kill());
    }

    /// The first call that is begun never comes to its end.
    ///
    /// @return tells when it has been begun
    CountDownLatch blockTheFirst() {
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

    void passTimeUntilDone(CompletableFuture<?> future) {
        Await.until(() -> clock.pass(Duration.ofMillis(200), future::isDone));
    }

    interface Code<T> {
        T run() throws Exception;
    }

    static <T> CompletableFuture<T> async(Code<? extends T> code) {
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

    static CompletableFuture<Throwable> failureOf(Code<?> code) {
        return async(code).handle((_, thrown) -> thrown);
    }
}
