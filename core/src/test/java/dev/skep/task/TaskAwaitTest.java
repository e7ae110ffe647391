package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.Await;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
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

class TaskAwaitTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    @Test
    void aCrashOfALinkedTaskEndsTheOwnerWhateverItCatches() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        for (int i = 0; i < 200; i++) { // the link's signal and the failure of the wait come in any order
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                Task<Object> task = Task.async(self, () -> {
                    throw cause;
                });
                var _ = catchThrowableOfType(Exception.class, task::await);
            });
            assertThat(meadow.endOf(owner)).isEqualTo(ExitReason.crashed(cause));
            assertThat(meadow.crashes()).noneMatch(report -> report.pid().equals(owner));
        }
    }

    @Test
    void aCrashOfALinkedTaskIsThrownToAnOwnerThatTrapsExits() {
        meadow.inProcess(self -> {
            self.trapExit(true);
            IllegalStateException cause = new IllegalStateException("on purpose");
            Task<Object> task = Task.async(self, () -> {
                throw cause;
            });
            assertThatThrownBy(task::await)
                    .isInstanceOfSatisfying(
                            TaskException.Exited.class,
                            thrown -> assertThat(thrown.reason()).isEqualTo(ExitReason.crashed(cause)))
                    .hasCause(cause)
                    .hasMessageContaining(task.toString());
            assertThat(self.receive(Exit.class))
                    .isEqualTo(new Exit(task.pid().orElseThrow(), ExitReason.crashed(cause)));
        });
    }

    @Test
    void aNormalEndWithoutAValueIsThrownAndLinksLetItPass() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, () -> {
                throw new ProcessExit(ExitReason.normal());
            });
            assertThatThrownBy(task::await)
                    .isInstanceOfSatisfying(
                            TaskException.Exited.class,
                            thrown -> assertThat(thrown.reason()).isEqualTo(ExitReason.normal()));
        });
    }

    @Test
    void aTaskThatWasUnlinkedByHandThrowsOnly() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                in.receive();
                return oops();
            });
            Pid pid = task.pid().orElseThrow();
            self.unlink(pid);
            pid.send("go");
            assertThatThrownBy(task::await).isInstanceOf(TaskException.Exited.class);
        });
    }

    @Test
    void aReasonOfKillPassesALinkLikeAnyOther() {
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> Task.async(self, () -> {
                    throw new ProcessExit(ExitReason.kill());
                })
                .await());
        assertThat(meadow.endOf(owner)).isEqualTo(ExitReason.kill());
    }

    @Test
    void aCrashOfATaskThatIsNotLinkedIsThrown() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        Task<Object> task = Task.asyncNolink(meadow.node, () -> {
            throw cause;
        });
        assertThatThrownBy(task::await).isInstanceOf(TaskException.Exited.class).hasCause(cause);
        Task<Object> exits = Task.asyncNolink(meadow.node, () -> oops());
        assertThatThrownBy(exits::await)
                .isInstanceOf(TaskException.Exited.class)
                .hasMessageContaining("ended without a value: oops")
                .hasNoCause();
    }

    @Test
    void itMayBeAskedAgain() {
        Task<Object> task = Task.asyncNolink(meadow.node, Object::new);
        Object value = task.await();
        assertThat(task.await()).isSameAs(value);
        assertThat(task.yield(Duration.ZERO)).contains(Result.ok(value));
        assertThat(task.shutdown()).contains(Result.ok(value));
        assertThat(task.ignore()).contains(Result.ok(value));
        Task<Object> failed = Task.asyncNolink(meadow.node, () -> oops());
        assertThat(failed.yield()).contains(Result.err(OOPS));
        assertThat(failed.yield()).contains(Result.err(OOPS));
        assertThatThrownBy(failed::await).isInstanceOf(TaskException.Exited.class);
    }

    @Test
    void onlyTheOwnerMayAsk() {
        Task<Integer> mine = Task.asyncNolink(meadow.node, () -> 1);
        Task<Integer> theirs = meadow.in(self -> Task.asyncNolink(meadow.node, () -> 1));
        Task<Integer> done = meadow.in(self -> Task.completed(1));
        for (Task<Integer> foreign : List.of(theirs, done)) {
            assertOthersMayNot(foreign);
        }
        meadow.inProcess(self -> {
            assertOthersMayNot(mine);
            assertOthersMayNot(theirs);
        });
        assertThat(mine.await()).isEqualTo(1);
        assertThat(theirs.pid()).isPresent();
    }

    private static void assertOthersMayNot(Task<Integer> task) {
        for (Runnable use : List.<Runnable>of(
                task::await,
                task::yield,
                task::shutdown,
                task::kill,
                task::ignore,
                task::sendOutcome,
                () -> assertThat(task.toFuture()).isNull(),
                () -> Task.awaitMany(List.of(task)),
                () -> Task.yieldMany(List.of(task)))) {
            assertThatIllegalStateException()
                    .isThrownBy(use::run)
                    .withMessageContaining("only the process or thread that has started a task");
        }
    }

    @Test
    void aThreadMayAskOnlyForItsOwn() throws Exception {
        Task<Integer> task = Task.asyncNolink(meadow.node, () -> 1);
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> seen.complete(catchThrowable(task::await)));
        assertThat(Await.get(seen)).isInstanceOf(IllegalStateException.class);
        assertThat(task.await()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsTheWaitButNotTheTask() {
        Task<Object> task = Task.asyncNolink(meadow.node, (Receiver<Object> in) -> in.receive());
        Thread.currentThread().interrupt();
        assertThatThrownBy(task::await).isInstanceOf(TaskException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        task.pid().orElseThrow().send("go");
        assertThat(task.await()).isEqualTo("go");
    }

    @Test
    void aProcessThatWaitsCanBeEnded() {
        CountDownLatch waiting = new CountDownLatch(1);
        LinkedBlockingQueue<Pid> tasks = new LinkedBlockingQueue<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            Task<Object> task = Task.async(self, () -> Meadow.sleep());
            tasks.add(task.pid().orElseThrow());
            waiting.countDown();
            task.await(ServerRef.FOREVER);
        });
        Await.latch(waiting);
        owner.exit(OOPS);
        assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
        assertThat(meadow.endOf(Await.next(tasks))).isEqualTo(OOPS);
    }

    @Test
    void aNegativeTimeIsRefused() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        Duration negative = Duration.ofSeconds(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> task.await(negative));
        assertThatIllegalArgumentException().isThrownBy(() -> task.yield(negative));
        assertThatIllegalArgumentException().isThrownBy(() -> task.shutdown(negative));
        assertThatIllegalArgumentException().isThrownBy(() -> Task.awaitMany(List.of(task), negative));
        assertThatIllegalArgumentException().isThrownBy(() -> Task.yieldMany(List.of(task), negative, OnTimeout.KILL));
        assertThat(task.kill()).isEmpty();
        assertThatIllegalArgumentException()
                .as("also where there is nothing to wait for")
                .isThrownBy(() -> Task.completed(1).await(negative));
    }
}
