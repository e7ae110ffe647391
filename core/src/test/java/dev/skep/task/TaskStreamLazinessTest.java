package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// How far a stream of tasks is ahead of its consumer, and that it ends when nobody wants more of it.
@SuppressWarnings({"CheckReturnValue", "ReturnValueIgnored"}) // some streams are run for what they do
class TaskStreamLazinessTest extends TaskStreamFixture {
    /// An infinite source that counts what was taken of it.
    private static Iterator<Integer> counted(AtomicInteger taken) {
        return IntStream.iterate(1, n -> n + 1)
                .peek(_ -> taken.incrementAndGet())
                .iterator();
    }

    @Test
    void nothingHappensBeforeAResultIsWanted() {
        meadow.inProcess(self -> {
            AtomicInteger taken = new AtomicInteger();
            Stream<Result<Integer, ExitReason>> stream =
                    TaskStream.over(counted(taken), n -> n).async(self);
            stream.map(result -> result).close();
            assertThat(taken).hasValue(0);
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aSourceIsTakenFromOnlyAsFarAsTheConcurrencyIsAheadOfTheConsumer() {
        for (boolean ordered : List.of(true, false)) {
            AtomicInteger taken = new AtomicInteger();
            TaskStream<Integer, Integer> stream =
                    TaskStream.over(counted(taken), n -> n).maxConcurrency(3);
            AtomicInteger consumed = new AtomicInteger();
            (ordered ? stream : stream.unordered())
                    .asyncNolink(meadow.node)
                    .limit(20)
                    .forEach(_ -> assertThat(taken.get()).isLessThanOrEqualTo(consumed.getAndIncrement() + 3));
            assertThat(consumed).hasValue(20);
            assertThat(taken).hasValue(22);
        }
    }

    @Test
    void noMoreTasksRunThanTheConcurrency() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        assertThat(TaskStream.over(IntStream.range(0, 500).boxed(), n -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.yield();
                            running.decrementAndGet();
                            return n;
                        })
                        .maxConcurrency(4)
                        .unordered()
                        .asyncNolink(meadow.node))
                .hasSize(500);
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void aConsumerThatHasEnoughEndsTheRunningTasks() {
        for (int concurrency : List.of(2, 4, 8)) {
            meadow.inProcess(self -> {
                TaskStream<Integer, Integer> stream =
                        TaskStream.over(List.of(0, 1, 2, 3), n -> n == 0 ? n : Meadow.sleep());
                Stream<Result<Integer, ExitReason>> results =
                        stream.maxConcurrency(concurrency).async(self).limit(1);
                assertThat(results.toList()).containsExactlyElementsOf(oks(0));
                assertNothingIsLeft(self);
            });
        }
    }

    @Test
    void everyWayToStopEarlyEndsTheRunningTasks() {
        TaskStream<Integer, Integer> stream =
                TaskStream.over(List.of(0, 1, 2), n -> n == 0 ? n : Meadow.<Integer>sleep());
        meadow.inProcess(self -> {
            assertThat(stream.async(self).findFirst()).contains(Result.ok(0));
            assertNothingIsLeft(self);
            assertThat(stream.async(self).anyMatch(Result::isOk)).isTrue();
            assertNothingIsLeft(self);
            assertThat(stream.asyncNolink(meadow.node).unordered().findAny()).contains(Result.ok(0));
            assertNothingIsLeft(self);
            IllegalStateException thrown = new IllegalStateException("on purpose");
            assertThatThrownBy(() -> stream.async(self).forEach(_ -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
            assertNothingIsLeft(self);
            assertThatThrownBy(() -> stream.async(self)
                            .map(_ -> {
                                throw thrown;
                            })
                            .toList())
                    .isSameAs(thrown);
            assertNothingIsLeft(self);
            try (Stream<Result<Integer, ExitReason>> results = stream.async(self)) {
                assertThat(results.iterator().next()).isEqualTo(Result.ok(0));
            }
            assertNothingIsLeft(self);
            try (Stream<Result<Integer, ExitReason>> results =
                    stream.asyncNolink(meadow.node).limit(2)) {
                Iterator<Result<Integer, ExitReason>> first = results.iterator();
                assertThat(first.hasNext()).isTrue();
            }
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aSourceThatThrowsEndsTheRunningTasks() {
        meadow.inProcess(self -> {
            IllegalStateException thrown = new IllegalStateException("on purpose");
            AtomicBoolean closed = new AtomicBoolean();
            Stream<Integer> source = Stream.of(1, 2, 3)
                    .map(n -> {
                        if (n == 3) {
                            throw thrown;
                        }
                        return n;
                    })
                    .onClose(() -> closed.set(true));
            assertThatThrownBy(() -> TaskStream.over(source, _ -> Meadow.sleep())
                            .maxConcurrency(5)
                            .async(self)
                            .toList())
                    .isSameAs(thrown);
            assertThat(closed).isTrue();
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aSourceIsClosedAtTheEnd() {
        AtomicInteger closed = new AtomicInteger();
        assertThat(TaskStream.over(Stream.of(1, 2).onClose(closed::incrementAndGet), n -> n)
                        .asyncNolink(meadow.node))
                .hasSize(2);
        assertThat(closed).hasValue(1);
        Stream<Result<Integer, ExitReason>> unused = TaskStream.over(
                        Stream.of(1, 2).onClose(closed::incrementAndGet), n -> n)
                .asyncNolink(meadow.node);
        unused.close();
        unused.close();
        assertThat(closed).hasValue(2);
    }

    @Test
    void anElementThatIsNullIsRefused() {
        meadow.inProcess(self -> {
            List<Integer> source = new ArrayList<>();
            source.add(1);
            source.add(null);
            assertThatNullPointerException()
                    .isThrownBy(() -> TaskStream.over(source, _ -> Meadow.sleep())
                            .maxConcurrency(2)
                            .async(self)
                            .toList())
                    .withMessageContaining("an element of the source");
            assertNothingIsLeft(self);
        });
    }

    @Test
    void anInterruptEndsTheStream() {
        Stream<Result<Object, ExitReason>> stream =
                TaskStream.over(List.of(1, 2), _ -> Meadow.sleep()).asyncNolink(meadow.node);
        Thread.currentThread().interrupt();
        assertThatThrownBy(stream::toList).isInstanceOf(TaskException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        Await.until(() -> meadow.node.processes().isEmpty());
    }

    @Test
    void anOwnerThatIsEndedEndsItsLinkedTasks() {
        for (ExitReason how : List.of(OOPS, ExitReason.kill())) {
            CountDownLatch begun = new CountDownLatch(2);
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> TaskStream.over(List.of(1, 2), _ -> {
                        begun.countDown();
                        return Meadow.sleep();
                    })
                    .maxConcurrency(2)
                    .async(self)
                    .forEach(_ -> {}));
            Await.latch(begun);
            owner.exit(how);
            meadow.endOf(owner);
            Await.until(() -> meadow.node.processes().isEmpty());
        }
    }

    @Test
    void anOwnerThatEndsNormallyEndsWhatItHasForgotten() {
        meadow.inProcess(self -> TaskStream.over(List.of(0, 1), n -> n == 0 ? n : Meadow.<Integer>sleep())
                .maxConcurrency(2)
                .async(self)
                .iterator()
                .next());
        Await.until(() -> meadow.node.processes().isEmpty());
    }
}
