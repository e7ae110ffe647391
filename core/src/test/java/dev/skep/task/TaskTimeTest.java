package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskTimeTest {
    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final Meadow timed = new Meadow(clock::install);

    @Test
    void aLinkedTaskThatIsLateIsUnlinkedAndToldToShutDown() {
        CompletableFuture<Throwable> outcome = timed.later(self -> {
            Task<Object> task = Task.async(self, () -> Meadow.sleep());
            Throwable thrown = catchThrowable(task::await);
            assertThat(timed.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            assertThatIllegalStateException()
                    .isThrownBy(task::await)
                    .withMessageContaining("given up before, since its await timed out");
            return thrown;
        });
        assertThat(Meadow.passTimeFor(clock, outcome))
                .isInstanceOf(TaskException.TimedOut.class)
                .hasMessageContaining("was not done within PT5S");
    }

    @Test
    void aTaskThatIsNotLinkedAndLateGoesOn() {
        CompletableFuture<Boolean> outcome = timed.later(self -> {
            Task<Object> task = Task.asyncNolink(timed.node, (Receiver<Object> in) -> in.receive());
            assertThatThrownBy(() -> task.await(Duration.ofMillis(10))).isInstanceOf(TaskException.TimedOut.class);
            Pid pid = task.pid().orElseThrow();
            assertThat(pid.isAlive()).isTrue();
            pid.send("go");
            assertThat(timed.endOf(pid)).isEqualTo(ExitReason.normal());
            assertThatIllegalStateException().isThrownBy(task::yield);
            return true;
        });
        assertThat(Meadow.passTimeFor(clock, outcome)).isTrue();
    }

    @Test
    void aTaskWithoutALimitIsWaitedForForEver() {
        CompletableFuture<Pid> started = new CompletableFuture<>();
        CompletableFuture<Object> outcome = timed.later(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> in.receive());
            started.complete(task.pid().orElseThrow());
            return task.await(ServerRef.FOREVER);
        });
        Pid task = Await.get(started);
        clock.advance(Duration.ofMinutes(1));
        assertThat(outcome).isNotDone();
        task.send("at last");
        assertThat(Await.get(outcome)).isEqualTo("at last");
    }

    @Test
    void yieldMayBeRepeated() {
        CompletableFuture<Boolean> outcome = timed.later(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> in.receive());
            assertThat(task.yield()).isEmpty();
            assertThat(task.yield(Duration.ofSeconds(20))).isEmpty();
            task.pid().orElseThrow().send("go");
            assertThat(task.yield(ServerRef.FOREVER)).contains(Result.ok("go"));
            return true;
        });
        assertThat(Meadow.passTimeFor(clock, outcome)).isTrue();
    }

    @Test
    void aTaskThatDoesNotShutDownInTimeIsKilled() {
        CompletableFuture<Optional<Result<Object, ExitReason>>> outcome = timed.later(self -> {
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = Task.async(self, Meadow.<Object>stubborn(begun));
            Await.latch(begun);
            return task.shutdown();
        });
        assertThat(Meadow.passTimeFor(clock, outcome)).contains(Result.err(ExitReason.killed()));
    }

    @Test
    void awaitManyHasOneLimitForAll() {
        CompletableFuture<Throwable> outcome = timed.later(self -> {
            Task<Object> late = Task.async(self, () -> Meadow.sleep());
            Task<Object> done = Task.async(self, () -> 1);
            Throwable thrown = catchThrowable(() -> Task.awaitMany(List.of(late, done)));
            assertThat(timed.endOf(late.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            assertThat(done.await()).isEqualTo(1);
            return thrown;
        });
        assertThat(Meadow.passTimeFor(clock, outcome))
                .isInstanceOf(TaskException.TimedOut.class)
                .hasMessageContaining("was not done within PT5S");
    }

    @Test
    void yieldManyHasOneLimitForAllAndDoesWithTheLateWhatItIsTold() {
        for (OnTimeout late : OnTimeout.values()) {
            CompletableFuture<Boolean> outcome = timed.later(self -> {
                Task<Object> slow = Task.async(self, (Receiver<Object> in) -> in.receive());
                Task<Object> fast = Task.async(self, () -> "fast");
                Task<Object> broken = Task.asyncNolink(timed.node, () -> oops());
                assertThat(Task.yieldMany(List.of(slow, fast, broken), Duration.ofSeconds(3), late))
                        .containsExactly(
                                new Yielded<>(slow, Optional.empty()),
                                new Yielded<>(fast, Optional.of(Result.ok("fast"))),
                                new Yielded<>(broken, Optional.of(Result.err(OOPS))));
                Pid pid = slow.pid().orElseThrow();
                switch (late) {
                    case KEEP -> {
                        pid.send("go");
                        assertThat(slow.await(ServerRef.FOREVER)).isEqualTo("go");
                    }
                    case IGNORE -> {
                        assertThatIllegalStateException().isThrownBy(slow::yield);
                        assertThat(self.pid().info().orElseThrow().links()).doesNotContain(pid);
                        pid.send("go");
                        assertThat(timed.endOf(pid)).isEqualTo(ExitReason.normal());
                    }
                    case KILL -> {
                        assertThatIllegalStateException().isThrownBy(slow::yield);
                        assertThat(timed.endOf(pid)).isEqualTo(ExitReason.killed());
                    }
                }
                return true;
            });
            assertThat(Meadow.passTimeFor(clock, outcome)).isTrue();
        }
    }
}
