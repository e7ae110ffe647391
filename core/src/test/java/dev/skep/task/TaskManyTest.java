package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskManyTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    @Test
    void valuesComeInTheOrderOfTheTasks() {
        meadow.inProcess(self -> {
            CountDownLatch last = new CountDownLatch(1);
            Task<Integer> slow = Task.async(self, () -> {
                last.await();
                return 1;
            });
            Task<Integer> fast = Task.async(self, () -> {
                last.countDown();
                return 2;
            });
            Task<Integer> known = Task.completed(3);
            assertThat(Task.awaitMany(List.of(slow, known, fast, slow))).containsExactly(1, 3, 2, 1);
            assertThat(Task.awaitMany(List.of(fast, slow))).containsExactly(2, 1);
        });
    }

    @Test
    void noTasksHaveNoValues() {
        assertThat(Task.awaitMany(List.<Task<Object>>of())).isEmpty();
        assertThat(Task.yieldMany(List.<Task<Object>>of())).isEmpty();
    }

    @Test
    void theFirstFailureEndsTheWaitAndTheLinkedTasks() {
        meadow.inProcess(self -> {
            self.trapExit(true);
            Task<Object> linked = Task.async(self, () -> Meadow.sleep());
            CountDownLatch release = new CountDownLatch(1);
            Task<Object> free = Task.asyncNolink(meadow.node, () -> release.await(2, TimeUnit.MINUTES));
            Task<Object> failing = Task.asyncNolink(meadow.node, () -> oops());
            assertThatThrownBy(() -> Task.awaitMany(List.of(linked, free, failing), ServerRef.FOREVER))
                    .isInstanceOfSatisfying(
                            TaskException.Exited.class,
                            thrown -> assertThat(thrown.reason()).isEqualTo(OOPS))
                    .hasMessageContaining(failing.toString());
            assertThat(meadow.endOf(linked.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            assertThatIllegalStateException().isThrownBy(free::await).withMessageContaining("awaitMany");
            release.countDown();
            assertThat(meadow.endOf(free.pid().orElseThrow())).isEqualTo(ExitReason.normal());
        });
    }

    @Test
    void theCrashOfALinkedOneEndsTheOwnerAtOnce() {
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> Task.awaitMany(
                List.of(Task.async(self, () -> Meadow.sleep()), Task.async(self, () -> oops())), ServerRef.FOREVER));
        assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
        Await.until(() -> meadow.node.processes().isEmpty());
    }

    @Test
    void aTaskOfSomebodyElseIsRefusedBeforeAnyIsAsked() {
        Task<Integer> theirs = meadow.in(self -> Task.asyncNolink(meadow.node, () -> 1));
        Task<Integer> mine = Task.asyncNolink(meadow.node, () -> 2);
        assertThatIllegalStateException().isThrownBy(() -> Task.awaitMany(List.of(mine, theirs)));
        assertThat(mine.await()).isEqualTo(2);
    }

    @Test
    void anInterruptEndsTheWait() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Task.yieldMany(List.of(task))).isInstanceOf(TaskException.Interrupted.class);
        assertThatThrownBy(() -> Task.awaitMany(List.of(task))).isInstanceOf(TaskException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
