package dev.skep.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Streams of tasks that are late.
class TaskStreamTimeTest {
    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final Meadow timed = new Meadow(clock::install);

    private static TaskStream<Integer, Integer> someSleep() {
        return TaskStream.over(List.of(1, 2, 3, 4), n -> n % 2 == 1 ? Meadow.sleep() : n);
    }

    @Test
    void aTaskThatIsLateFailsTheWholeStream() {
        for (boolean linked : List.of(true, false)) {
            CompletableFuture<Throwable> outcome = timed.later(self -> {
                TaskStream<Integer, Integer> stream = someSleep().maxConcurrency(4);
                Throwable thrown =
                        catchThrowable(() -> (linked ? stream.async(self) : stream.asyncNolink(timed.node)).toList());
                Await.until(() -> timed.node.processes().equals(List.of(self.pid())));
                assertThat(self.receive(Duration.ZERO)).isEmpty();
                return thrown;
            });
            assertThat(Meadow.passTimeFor(clock, outcome))
                    .isInstanceOf(TaskException.TimedOut.class)
                    .hasMessageContaining("was not done within PT5S");
        }
    }

    @Test
    void aTaskThatIsLateIsKilledAndGivesItsReason() {
        for (int concurrency : List.of(2, 4, 8)) {
            for (boolean linked : List.of(true, false)) {
                CompletableFuture<List<Result<Integer, ExitReason>>> outcome = timed.later(self -> {
                    TaskStream<Integer, Integer> stream =
                            someSleep().maxConcurrency(concurrency).killOnTimeout();
                    List<Result<Integer, ExitReason>> results =
                            (linked ? stream.async(self) : stream.asyncNolink(timed.node)).toList();
                    Await.until(() -> timed.node.processes().equals(List.of(self.pid())));
                    assertThat(self.receive(Duration.ZERO)).isEmpty();
                    return results;
                });
                assertThat(Meadow.passTimeFor(clock, outcome))
                        .containsExactly(
                                Result.err(TaskStream.TIMEOUT),
                                Result.ok(2),
                                Result.err(TaskStream.TIMEOUT),
                                Result.ok(4));
            }
        }
    }

    @Test
    void lateTasksComeLastWithoutAnOrder() {
        CompletableFuture<List<Result<Integer, FailedInput<Integer>>>> outcome = timed.later(self -> someSleep()
                .maxConcurrency(4)
                .unordered()
                .killOnTimeout()
                .asyncWithInput(self)
                .toList());
        List<Result<Integer, FailedInput<Integer>>> results = Meadow.passTimeFor(clock, outcome);
        assertThat(results.subList(0, 2)).containsExactlyInAnyOrder(Result.ok(2), Result.ok(4));
        assertThat(results.subList(2, 4))
                .containsExactlyInAnyOrder(
                        Result.err(new FailedInput<>(1, TaskStream.TIMEOUT)),
                        Result.err(new FailedInput<>(3, TaskStream.TIMEOUT)));
    }

    @Test
    void aTaskIsKilledInTimeWhileItsConsumerIsBusyElsewhere() {
        LinkedBlockingQueue<Pid> tasks = new LinkedBlockingQueue<>();
        CompletableFuture<List<Result<Integer, ExitReason>>> outcome = timed.later(self -> {
            TaskStream<Integer, Integer> stream = TaskStream.<Integer, Integer>over(
                            List.of(1, 2), (Receiver<Object> in, Integer n) -> {
                                if (n == 2) {
                                    tasks.add(in.pid());
                                    return Meadow.sleep();
                                }
                                return n;
                            })
                    .maxConcurrency(2)
                    .killOnTimeout();
            return stream.async(self)
                    .peek(result -> {
                        if (result.isOk()) {
                            Pid sleeping = Await.next(tasks);
                            Await.until(() -> {
                                clock.advance(Duration.ofSeconds(1));
                                return !sleeping.isAlive();
                            });
                        }
                    })
                    .toList();
        });
        assertThat(Await.get(outcome)).containsExactly(Result.ok(1), Result.err(TaskStream.TIMEOUT));
    }

    @Test
    void noTimeAtAllKillsWhatIsNotDoneAtOnce() {
        for (int i = 0; i < 50; i++) {
            timed.inProcess(self -> {
                assertThat(TaskStream.over(List.of(1), _ -> Meadow.sleep())
                                .timeout(Duration.ZERO)
                                .killOnTimeout()
                                .async(self))
                        .containsExactly(Result.err(TaskStream.TIMEOUT));
            });
        }
    }

    @Test
    void withoutALimitNoTaskIsLate() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<List<Result<Integer, ExitReason>>> outcome =
                timed.later(self -> TaskStream.over(List.of(1), n -> {
                            begun.countDown();
                            release.await();
                            return n;
                        })
                        .timeout(ServerRef.FOREVER)
                        .async(self)
                        .toList());
        Await.latch(begun);
        clock.advance(Duration.ofMinutes(1));
        release.countDown();
        assertThat(Await.get(outcome)).containsExactly(Result.ok(1));
    }

    @Test
    void tasksThatDoNotShutDownAreKilledAtTheEnd() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> outcome = timed.later(self -> {
            assertThat(TaskStream.<Integer, Integer>over(List.of(1, 2), (Receiver<Object> in, Integer n) -> {
                                if (n == 2) {
                                    return Meadow.<Integer>stubborn(begun).run(in);
                                }
                                begun.await();
                                return n;
                            })
                            .maxConcurrency(2)
                            .timeout(ServerRef.FOREVER)
                            .asyncNolink(timed.node)
                            .findFirst())
                    .contains(Result.ok(1));
            return timed.node.processes().equals(List.of(self.pid()));
        });
        assertThat(Meadow.passTimeFor(clock, outcome)).isTrue();
    }
}
