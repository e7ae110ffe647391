package dev.skep.task;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.Computation;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// What runs on the executor of a task supervisor.
class TaskExecutorTest extends TaskExecutorFixture {
    // ---- Jobs ------------------------------------------------------------------------------------------------------

    @Test
    void aJobIsASupervisedProcessOnAVirtualThread() throws Exception {
        Callable<List<Object>> look = () -> List.of(
                me().info().orElseThrow().ancestors(), Thread.currentThread().isVirtual(), me());
        List<Object> seen = Await.get(executor.submit(look));
        assertThat(seen.subList(0, 2)).containsExactly(List.of(supervisor), true);
        assertThat(meadow.endOf((Pid) seen.get(2))).isEqualTo(ExitReason.normal());
        Await.until(() -> tasks.children().isEmpty());
    }

    @Test
    void aJobIsNamedByItsCodeAndKnowsItsCaller() {
        meadow.inProcess(self -> {
            assertThat(executor.submit(() -> me().callers()).get(120, SECONDS)).containsExactly(self.pid());
            assertThat(executor.submit(() -> me().info().orElseThrow().initialCall())
                            .get(120, SECONDS))
                    .startsWith(TaskExecutorTest.class.getName());
        });
    }

    @Test
    void valuesMayBeNullAndRunnablesHaveTheirs() {
        assertThat(Await.<Object>get(executor.submit(() -> null))).isNull();
        assertThat((Object) Await.get(executor.submit(() -> {}))).isNull();
        assertThat(Await.get(executor.submit(() -> {}, "value"))).isEqualTo("value");
    }

    @Test
    void whatASubmittedJobThrowsIsInItsFutureAndNoCrash() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        Future<Object> future = executor.submit(() -> {
            throw cause;
        });
        assertThatThrownBy(() -> future.get(120, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCause(cause);
        Await.until(() -> tasks.children().isEmpty());
        assertThat(meadow.crashes()).isEmpty();
    }

    @Test
    void whatAnExecutedJobThrowsIsACrash() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        executor.execute(() -> {
            throw cause;
        });
        Await.until(() -> !meadow.crashes().isEmpty());
        CrashReport report = meadow.crashes().getFirst();
        assertThat(report.reason()).isEqualTo(ExitReason.crashed(cause));
        assertThat(report.info().initialCall()).startsWith(TaskExecutorTest.class.getName());
        assertThat(executor.isShutdown()).isFalse();
    }

    @Test
    void aProcessExitFailsTheFutureWithItsReason() {
        ExitReason oops = ExitReason.because("oops");
        Future<Object> future = executor.submit(() -> {
            throw new ProcessExit(oops);
        });
        assertThatThrownBy(() -> Await.get(future))
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(oops));
    }

    @Test
    void completableFuturesRunOnIt() {
        CompletableFuture<Integer> future = CompletableFuture.supplyAsync(() -> 1, executor)
                .thenApplyAsync(value -> value + 1, executor)
                .thenCombineAsync(CompletableFuture.supplyAsync(() -> 3, executor), Integer::sum, executor);
        assertThat(future).succeedsWithin(Await.LIMIT).isEqualTo(5);
    }

    @Test
    void anInterruptedThreadMayStillSubmit() throws Exception {
        Thread.currentThread().interrupt();
        Future<Integer> future = executor.submit(() -> 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(future.get(120, SECONDS)).isEqualTo(1);
    }

    @Test
    void nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> executor.execute(null));
        assertThatNullPointerException().isThrownBy(() -> executor.submit((Runnable) null));
        assertThatNullPointerException().isThrownBy(() -> executor.submit((Callable<Object>) null));
        assertThatNullPointerException().isThrownBy(() -> executor.submit(null, "value"));
        assertThatNullPointerException().isThrownBy(() -> executor.invokeAll(null));
        assertThatNullPointerException().isThrownBy(() -> executor.invokeAny(null));
    }

    // ---- Cancellation ----------------------------------------------------------------------------------------------

    @Test
    void cancellingWithAnInterruptEndsTheProcess() {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        Future<Object> future = executor.submit(() -> {
            begun.complete(me());
            return Meadow.sleep();
        });
        Pid job = Await.get(begun);
        assertThat(future.cancel(true)).isTrue();
        assertThat(meadow.endOf(job)).isEqualTo(ExitReason.shutdown());
        assertThat(future.isCancelled()).isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        assertThat(future.cancel(true)).isFalse();
    }

    @Test
    void cancellingWithoutAnInterruptLetsTheJobGoOn() {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Future<Object> future = executor.submit(() -> {
            begun.complete(me());
            release.await();
            return done.complete(true);
        });
        Pid job = Await.get(begun);
        assertThat(future.cancel(false)).isTrue();
        assertThat(job.isAlive()).isTrue();
        release.countDown();
        assertThat(Await.get(done)).isTrue();
        assertThat(meadow.endOf(job)).isEqualTo(ExitReason.normal());
    }

    @Test
    void cancellingAtAnyTimeNeverHangs() throws Exception {
        for (int i = 0; i < 500; i++) {
            Future<Object> future = executor.submit(() -> Meadow.sleep());
            if (i % 2 == 0) {
                Thread.yield();
            }
            assertThat(future.cancel(true)).isTrue();
        }
        executor.shutdown();
        awaitTermination(executor);
    }

    @Test
    void aJobThatIgnoresItsCancellationIsAbandonedAndTheExecutorGoesOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try {
            Future<?> future = executor.submit(() -> {
                begun.countDown();
                Computation.until(release);
            });
            Await.latch(begun);
            future.cancel(true);
            executor.shutdown();
            awaitTermination(executor);
            Await.until(() -> meadow.node.zombies().size() == 1);
        } finally {
            release.countDown();
        }
    }

    @Test
    void aCompletionServiceWorksOnIt() throws Exception {
        ExecutorCompletionService<Integer> service = new ExecutorCompletionService<>(executor);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Future<Integer> slow = service.submit(() -> {
            begun.countDown();
            try {
                return Meadow.sleep();
            } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
            }
        });
        Await.latch(begun);
        service.submit(() -> 1);
        assertThat(service.poll(120, SECONDS).get()).isEqualTo(1);
        assertThat(slow.cancel(true)).isTrue();
        assertThat(Await.get(interrupted)).isTrue();
        assertThat(service.poll(120, SECONDS)).isSameAs(slow);
    }

    // ---- Several ---------------------------------------------------------------------------------------------------

    @Test
    void invokeAllGivesEveryOutcome() throws Exception {
        List<Callable<Integer>> jobs = List.of(
                () -> 1,
                () -> {
                    throw new IllegalStateException("on purpose");
                },
                () -> 3);
        List<Future<Integer>> futures = executor.invokeAll(jobs);
        assertThat(futures).hasSize(3).allMatch(Future::isDone);
        assertThat(futures.get(0).get()).isEqualTo(1);
        assertThatThrownBy(() -> futures.get(1).get()).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(futures.get(2).get()).isEqualTo(3);
    }

    @Test
    void invokeAllCancelsWhatIsLate() throws Exception {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        List<Callable<Integer>> jobs = List.of(() -> {
            begun.complete(me());
            return Meadow.sleep();
        });
        List<Future<Integer>> futures = executor.invokeAll(jobs, 1, MILLISECONDS);
        assertThat(futures.getFirst().isCancelled()).isTrue();
        executor.shutdown();
        awaitTermination(executor);
    }

    @Test
    void invokeAnyGivesTheFirstValueAndEndsTheOthers() throws Exception {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        assertThat(executor.<Integer>invokeAny(List.of(
                        () -> {
                            begun.complete(me());
                            return Meadow.sleep();
                        },
                        () -> {
                            throw new IllegalStateException("on purpose");
                        },
                        () -> {
                            begun.get();
                            return 3;
                        })))
                .isEqualTo(3);
        assertThat(meadow.endOf(Await.get(begun))).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void invokeAnyFailsWhenAllDo() {
        Callable<Integer> failing = () -> {
            throw new IllegalStateException("on purpose");
        };
        assertThatThrownBy(() -> executor.invokeAny(List.of(failing, failing)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> executor.invokeAny(List.<Callable<Integer>>of()));
        assertThatThrownBy(() -> executor.<Integer>invokeAny(List.of(() -> Meadow.sleep()), 1, MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void invokeAnyDoesNotHangWhenTheSupervisorEnds() {
        CountDownLatch begun = new CountDownLatch(2);
        Callable<Integer> sleeping = () -> {
            begun.countDown();
            return Meadow.sleep();
        };
        CompletableFuture<Integer> any = meadow.later(_ -> executor.invokeAny(List.of(sleeping, sleeping)));
        Await.latch(begun);
        supervisor.exit(ExitReason.kill());
        assertThatThrownBy(() -> Await.get(any)).hasCauseInstanceOf(TaskException.Exited.class);
    }

    // ---- The rest --------------------------------------------------------------------------------------------------

    @Test
    void aProcessThatWaitsForAFutureCanBeEnded() {
        LinkedBlockingQueue<Pid> waiting = new LinkedBlockingQueue<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            Future<Object> future = executor.submit(() -> Meadow.sleep());
            waiting.add(self.pid());
            future.get();
        });
        Await.next(waiting).exit(ExitReason.because("enough"));
        assertThat(meadow.endOf(owner)).isEqualTo(ExitReason.because("enough"));
    }

    @Test
    void itsTextSaysWhoseItIs() {
        assertThat(executor).hasToString("executor of task supervisor " + supervisor);
    }

    /// The same jobs on the JDK's own executor of virtual threads: what differs is listed in the guide.
    @Test
    void itDoesWhatTheJdksExecutorDoes() throws Exception {
        for (ExecutorService each : List.of(executor, Executors.newVirtualThreadPerTaskExecutor())) {
            try (each) {
                List<Future<Integer>> futures = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    int number = i;
                    futures.add(each.submit(() -> number));
                }
                int sum = 0;
                for (Future<Integer> future : futures) {
                    sum += future.get(120, SECONDS);
                }
                assertThat(sum).isEqualTo(999 * 500);
            }
            assertThat(each.isTerminated()).isTrue();
        }
    }
}
