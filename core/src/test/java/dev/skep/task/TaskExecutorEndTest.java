package dev.skep.task;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.Computation;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The end of an executor, and what becomes of it with its supervisor.
class TaskExecutorEndTest extends TaskExecutorFixture {
    // ---- Its own end -----------------------------------------------------------------------------------------------

    @Test
    void shutdownLetsJobsEndAndRejectsOthers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Future<Integer> running = executor.submit(() -> {
            release.await();
            return 1;
        });
        executor.shutdown();
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(0, SECONDS)).isFalse();
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("it was shut down");
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        release.countDown();
        assertThat(running.get(120, SECONDS)).isEqualTo(1);
        awaitTermination(executor);
        assertThat(executor.isTerminated()).isTrue();
        executor.shutdown();
        assertThat(executor.shutdownNow()).isEmpty();
        assertThat(supervisor.isAlive()).isTrue();
        assertThat(Await.get(tasks.executor().submit(() -> 2))).isEqualTo(2);
    }

    @Test
    void anExecutorWithoutJobsTerminatesAtOnce() {
        executor.shutdown();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void shutdownNowEndsRunningJobs() throws Exception {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        Future<Object> future = executor.submit(() -> {
            begun.complete(me());
            return Meadow.sleep();
        });
        Pid job = Await.get(begun);
        assertThat(executor.shutdownNow()).isEmpty();
        assertThat(meadow.endOf(job)).isEqualTo(ExitReason.shutdown());
        assertThatThrownBy(() -> future.get(120, SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(ExitReason.shutdown()));
        awaitTermination(executor);
    }

    @Test
    void everyJobEitherBeginsOrIsReturnedByShutdownNow() throws Exception {
        for (int round = 0; round < 50; round++) {
            ExecutorService each = tasks.executor();
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger rejected = new AtomicInteger();
            int jobs = 40;
            CountDownLatch half = new CountDownLatch(jobs / 2);
            CompletableFuture<Boolean> submitted = meadow.later(_ -> {
                for (int i = 0; i < jobs; i++) {
                    try {
                        each.execute(begun::incrementAndGet);
                    } catch (RejectedExecutionException e) {
                        rejected.incrementAndGet();
                    }
                    half.countDown();
                }
                return true;
            });
            Await.latch(half);
            List<Runnable> returned = each.shutdownNow();
            Await.get(submitted);
            awaitTermination(each);
            assertThat(begun.get() + rejected.get() + returned.size()).isEqualTo(jobs);
        }
    }

    @Test
    void closeWaitsForJobs() {
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService closing = tasks.executor()) {
            for (int i = 0; i < 100; i++) {
                closing.execute(done::incrementAndGet);
            }
        }
        assertThat(done).hasValue(100);
    }

    @Test
    void anInterruptOfCloseEndsTheJobs() {
        CompletableFuture<Pid> begun = new CompletableFuture<>();
        Future<Object> future = executor.submit(() -> {
            begun.complete(me());
            return Meadow.sleep();
        });
        Pid job = Await.get(begun);
        Thread.currentThread().interrupt();
        executor.close();
        assertThat(future).isDone();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(meadow.endOf(job)).isEqualTo(ExitReason.shutdown());
    }

    // ---- Its supervisor --------------------------------------------------------------------------------------------

    @Test
    void theEndOfTheSupervisorFailsTheFutures() throws Exception {
        for (ExitReason how : List.of(ExitReason.shutdown(), ExitReason.kill())) {
            TaskSupervisorRef doomed = meadow.node.start(TaskSupervisor.create());
            ExecutorService own = doomed.executor();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            Future<Object> blocked = own.submit(() -> Meadow.sleep());
            Future<?> computing = own.submit(() -> {
                begun.countDown();
                Computation.until(release);
            });
            try {
                Await.latch(begun);
                doomed.pid().orElseThrow().exit(how.equals(ExitReason.kill()) ? how : ExitReason.shutdown());
                if (how.equals(ExitReason.kill())) {
                    for (Future<?> future : List.of(blocked, computing)) {
                        assertThatThrownBy(() -> future.get(120, SECONDS))
                                .hasCauseInstanceOf(TaskException.Exited.class);
                    }
                    assertThatThrownBy(() -> own.execute(() -> {}))
                            .isInstanceOf(RejectedExecutionException.class)
                            .hasCauseInstanceOf(CallException.NoProcess.class);
                } else {
                    assertThatThrownBy(() -> blocked.get(120, SECONDS)).hasCauseInstanceOf(TaskException.Exited.class);
                }
            } finally {
                release.countDown();
            }
            own.shutdown();
            awaitTermination(own);
        }
    }

    @Test
    void jobsThatHaveNotBegunFailWithTheSupervisorToo() {
        for (int round = 0; round < 50; round++) {
            TaskSupervisorRef doomed = meadow.node.start(TaskSupervisor.create());
            ExecutorService own = doomed.executor();
            List<Future<Object>> futures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                futures.add(own.submit(() -> Meadow.sleep()));
            }
            doomed.pid().orElseThrow().exit(ExitReason.kill());
            futures.forEach(future ->
                    assertThatThrownBy(() -> future.get(120, SECONDS)).hasCauseInstanceOf(TaskException.Exited.class));
        }
    }

    @Test
    void anExecutorByNameSurvivesTheSupervisorsRestart() {
        Name<TaskRpc> name = Name.of("jobs");
        meadow.node.start(Supervisor.oneForOne()
                .child(ChildSpec.of(TaskSupervisor.create().named(name))));
        TaskSupervisorRef byName = TaskSupervisorRef.of(meadow.node, name);
        ExecutorService own = byName.executor();
        Pid first = byName.pid().orElseThrow();
        first.exit(ExitReason.kill());
        Await.until(() ->
                byName.pid().filter(pid -> !pid.equals(first) && pid.isAlive()).isPresent());
        assertThat(Await.get(own.submit(() -> 1))).isEqualTo(1);
    }

    @Test
    void aFullSupervisorRejects() {
        TaskSupervisorRef small = meadow.node.start(TaskSupervisor.create().maxChildren(1));
        ExecutorService own = small.executor();
        CountDownLatch release = new CountDownLatch(1);
        Future<Boolean> first = own.submit(() -> release.await(120, SECONDS));
        assertThatThrownBy(() -> own.submit(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(TaskException.TooManyChildren.class);
        release.countDown();
        assertThat(Await.get(first)).isTrue();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            assertThat(Await.get(own.submit(() -> number))).isEqualTo(number); // a job that is done takes no room
        }
        own.shutdown();
        assertThat(own.isShutdown()).isTrue();
    }
}
