package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients of a server that is ended again and again, in every way, and is restarted: idempotent calls are all
/// answered, each with its own answer, and none of the others runs twice.
@Tag("carriers")
class IdempotentStressTest {
    private static final Name<LedgerRpc> LEDGER = Name.of("ledger");
    private static final int CLIENTS = 32;
    private static final int CALLS = 300;
    private static final int ENDS = 300;
    /// After so many calls the server is ended.
    private static final int CALLS_TO_AN_END = 16;

    @AutoClose
    private final Lab lab = new Lab();

    private final Node node = lab.node;
    /// What was carried out, and how often.
    private final ConcurrentMap<Object, AtomicLong> ledger = new ConcurrentHashMap<>();
    /// What has been called since the last end.
    private final Semaphore calls = new Semaphore(0);
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong ends = new AtomicLong();

    private sealed interface LedgerRpc {
        record Look(long entry) implements LedgerRpc, IdempotentCall<LedgerRpc, Long> {}

        record Book(long entry) implements LedgerRpc, Call<LedgerRpc, Long> {}

        record End(int how) implements LedgerRpc, Cast<LedgerRpc> {}
    }

    /// Answers at once or, every seventh time, by another thread. Its init fails now and then.
    private final class Ledger implements GenServer<SplittableRandom, LedgerRpc> {
        @Override
        public SplittableRandom init(Self<LedgerRpc> self) {
            SplittableRandom random = new SplittableRandom();
            if (ends.get() > 0 && random.nextInt(10) == 0) {
                throw new ProcessExit(ExitReason.shutdown("no ink"));
            }
            return random;
        }

        @Override
        public Next<SplittableRandom> handle(LedgerRpc message, From from, SplittableRandom random) {
            return switch (message) {
                case LedgerRpc.Look look -> {
                    count(look);
                    yield answer(look, look.entry(), from);
                }
                case LedgerRpc.Book book -> {
                    count(book);
                    yield answer(book, book.entry(), from);
                }
                case LedgerRpc.End(int how) ->
                    switch (how % 3) {
                        case 0 -> Next.stop(ExitReason.shutdown());
                        case 1 -> throw new ProcessExit(ExitReason.because("torn"));
                        default -> Next.noReply();
                    };
            };
        }

        private void count(Object entry) {
            ledger.computeIfAbsent(entry, _ -> new AtomicLong()).incrementAndGet();
        }

        private Next<SplittableRandom> answer(Call<LedgerRpc, Long> call, long entry, From from) {
            if (entry % 7 != 0) {
                return call.reply(entry);
            }
            ReplyTo<Long> later = call.replyTo(from);
            Thread.startVirtualThread(() -> later.reply(entry));
            return Next.noReply();
        }
    }

    @Test
    @Timeout(300)
    void everyIdempotentCallIsAnsweredWhateverHappensToTheServer() {
        node.start(Supervisor.oneForOne()
                .intensity(1_000_000, Duration.ofSeconds(1))
                .child(ChildSpec.server(LEDGER, Ledger::new)));
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Long> chaos = CompletableFuture.supplyAsync(() -> wreak(over), Thread::startVirtualThread);
        List<CompletableFuture<Long>> clients = new ArrayList<>();
        for (long client = 0; client < CLIENTS; client++) {
            long number = client << 32;
            clients.add(
                    client % 2 == 0
                            ? CompletableFuture.supplyAsync(() -> callOften(number, chaos), Thread::startVirtualThread)
                            : inProcess(number, chaos));
        }
        long made = 0;
        for (CompletableFuture<Long> client : clients) {
            made += client.join();
        }
        over.set(true);
        calls.release(CALLS_TO_AN_END);
        chaos.join();

        long looks = ledger.keySet().stream()
                .filter(LedgerRpc.Look.class::isInstance)
                .count();
        assertThat(looks).isEqualTo(made);
        assertThat(ledger).allSatisfy((entry, times) -> {
            if (entry instanceof LedgerRpc.Book) {
                assertThat(times).as("%s", entry).hasValue(1);
            }
        });
        assertThat(node.retriedCalls()).isPositive();
        assertThat(failed).as("calls that are not made again").hasPositiveValue();
        assertThat(node.waiters.waiters()).isZero();
    }

    private CompletableFuture<Long> inProcess(long number, CompletableFuture<Long> chaos) {
        CompletableFuture<Long> made = new CompletableFuture<>();
        node.spawn(_ -> {
            try {
                made.complete(callOften(number, chaos));
            } catch (Throwable thrown) {
                made.completeExceptionally(thrown);
            }
        });
        return made;
    }

    /// Calls for so many times, and until the server has ended so often.
    private long callOften(long first, CompletableFuture<Long> chaos) {
        ServerRef<LedgerRpc> server = node.ref(LEDGER);
        long entry = first;
        for (; entry < first + CALLS || (ends.get() < ENDS && !chaos.isDone()); entry++) {
            long asked = entry;
            long answer = switch ((int) (entry % 4)) {
                case 0 -> server.call(new LedgerRpc.Look(asked), ServerRef.FOREVER);
                case 1 -> server.call(new LedgerRpc.Look(asked), Await.LIMIT.multipliedBy(5));
                case 2 -> server.request(new LedgerRpc.Look(asked)).get(ServerRef.FOREVER);
                default ->
                    ServerRef.multiCall(List.of(server), new LedgerRpc.Look(asked), ServerRef.FOREVER)
                            .replies()
                            .getFirst()
                            .value();
            };
            assertThat(answer).isEqualTo(asked);
            calls.release();
            try {
                server.call(new LedgerRpc.Book(asked), ServerRef.FOREVER);
            } catch (CallException.NoProcess | CallException.ServerExited e) {
                failed.incrementAndGet();
            }
        }
        return entry - first;
    }

    private long wreak(AtomicBoolean over) {
        SplittableRandom random = new SplittableRandom(7);
        while (!over.get()) {
            calls.acquireUninterruptibly(CALLS_TO_AN_END);
            int how = random.nextInt(4);
            if (how < 2) {
                node.ref(LEDGER).cast(new LedgerRpc.End(how));
            } else {
                ExitReason reason = how == 2 ? ExitReason.kill() : ExitReason.shutdown("told");
                node.whereis(LEDGER).ifPresent(pid -> pid.exit(reason));
            }
            ends.incrementAndGet();
        }
        return ends.get();
    }
}
