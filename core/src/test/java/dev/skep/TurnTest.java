package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// How long a process may keep its carrier while messages wait for it.
@Tag("carriers")
class TurnTest {
    private final ManualClock clock = new ManualClock();
    private final Counting scheduler = new Counting();

    /// Counts how often a thread lets others go first because it has been busy for long.
    private static final class Counting implements RealThreads {
        final AtomicInteger pauses = new AtomicInteger();

        @Override
        public void pauseLong() {
            pauses.incrementAndGet();
            Thread.yield();
        }
    }

    sealed interface Rpc {}

    /// Takes as long as the test wants.
    record Work(CountDownLatch begun, CountDownLatch end) implements Rpc, Cast<Rpc> {}

    /// Tells how often the server's thread has let others go first.
    record Pauses() implements Rpc, Call<Rpc, Integer> {}

    private final class Worker implements GenServer<String, Rpc> {
        @Override
        public String init(Self<Rpc> self) {
            return "nothing";
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) throws InterruptedException {
            return switch (message) {
                case Work work -> {
                    work.begun().countDown();
                    work.end().await();
                    yield Next.noReply();
                }
                case Pauses pauses -> pauses.reply(scheduler.pauses.get());
            };
        }
    }

    private int pausesAfterAMessageThatTook(Duration time) throws Exception {
        try (Node node = Node.builder("lab")
                .clock(clock)
                .scheduler(scheduler)
                .sendable(CountDownLatch.class)
                .start()) {
            ServerRef<Rpc> server = node.start(GenServer.spec(Worker::new));
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            server.cast(new Work(begun, end));
            begun.await();
            int before = scheduler.pauses.get();
            PendingCall<Integer> after = server.request(new Pauses());

            clock.advance(Duration.ZERO);
            clock.advance(time);
            end.countDown();
            return CompletableFuture.supplyAsync(() -> after.get(ServerRef.FOREVER))
                            .get()
                    - before;
        }
    }

    @Test
    void othersComeBeforeTheNextMessageWhenOneHasTakenLong() throws Exception {
        assertThat(pausesAfterAMessageThatTook(Duration.ofMillis(5))).isPositive();
    }

    @Test
    void aQuickServerKeepsItsTurn() throws Exception {
        assertThat(pausesAfterAMessageThatTook(Duration.ofMillis(4))).isZero();
    }
}
