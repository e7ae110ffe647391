package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.Body;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    @Test
    void itsValueIsAwaited() {
        int two = meadow.in(self -> Task.async(self, () -> 1 + 1).await());
        assertThat(two).isEqualTo(2);
    }

    @Test
    void itIsLinkedToItsOwnerAndNamedByItsCode() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> in.receive());
            Pid pid = task.pid().orElseThrow();
            ProcessInfo info = pid.info().orElseThrow();
            assertThat(info.links()).containsExactly(self.pid());
            assertThat(info.ancestors()).containsExactly(self.pid());
            assertThat(info.callers()).containsExactly(self.pid());
            assertThat(info.initialCall()).startsWith(TaskTest.class.getName());
            assertThat(task).hasToString("task " + pid + " (" + info.initialCall() + ")");
            pid.send("go");
            assertThat(task.await()).isEqualTo("go");
        });
    }

    @Test
    void itsMailboxHoldsOnlyWhatOthersSend() {
        Optional<Object> found = meadow.in(self -> Task.async(self, (Receiver<Object> in) -> in.receive(Duration.ZERO))
                .await());
        assertThat(found).isEmpty();
    }

    @Test
    void itsOwnerGetsNoMessages() {
        meadow.inProcess(self -> {
            Task.async(self, () -> 1).await();
            Task<Integer> late = Task.asyncNolink(meadow.node, () -> 2);
            meadow.endOf(late.pid().orElseThrow());
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void itsValueMayBeMutable() {
        List<String> list = meadow.in(
                self -> Task.async(self, () -> new ArrayList<>(List.of("a"))).await());
        list.add("b");
        assertThat(list).containsExactly("a", "b");
    }

    @Test
    void codeThatReturnsNullHasCrashed() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> null);
        assertThatThrownBy(task::await)
                .isInstanceOf(TaskException.Exited.class)
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("return an Optional");
    }

    @Test
    void itKnowsItsCallersAcrossNestedTasks() {
        meadow.inProcess(self -> {
            Pid grandparent = self.pid();
            List<Pid> callers = Task.async(self, (Receiver<Object> parent) -> {
                        assertThat(parent.pid().callers()).containsExactly(grandparent);
                        Pid of = parent.pid();
                        List<Pid> inner = Task.async(
                                        parent,
                                        (Receiver<Object> child) -> child.pid().callers())
                                .await();
                        assertThat(inner).containsExactly(of, grandparent);
                        return inner;
                    })
                    .await();
            assertThat(callers).hasSize(2).endsWith(grandparent);
            assertThat(grandparent.callers()).isEmpty();
        });
    }

    @Test
    void itsCrashReportSaysOnWhoseBehalfItRan() {
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            var _ = Task.async(self, () -> {
                        throw new IllegalStateException("on purpose");
                    })
                    .yield();
        });
        meadow.endOf(owner);
        CrashReport report = meadow.crashes().getFirst();
        assertThat(report.info().callers()).containsExactly(owner);
        assertThat(report.info().initialCall()).startsWith(TaskTest.class.getName());
        assertThat(report.text()).contains("callers: " + owner).contains("on purpose");
    }

    @Test
    void anOwnerThatEndsEndsItsLinkedTask() {
        LinkedBlockingQueue<Pid> tasks = new LinkedBlockingQueue<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            Task<Object> task = Task.async(self, () -> Meadow.sleep());
            tasks.add(task.pid().orElseThrow());
            oops();
        });
        assertThat(meadow.endOf(Await.next(tasks))).isEqualTo(OOPS);
        assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
    }

    @Test
    void anOwnerThatEndsLeavesATaskThatIsNotLinked() {
        CountDownLatch release = new CountDownLatch(1);
        LinkedBlockingQueue<Pid> tasks = new LinkedBlockingQueue<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            Task<Boolean> task = Task.asyncNolink(meadow.node, () -> {
                release.await();
                return true;
            });
            tasks.add(task.pid().orElseThrow());
            oops();
        });
        meadow.endOf(owner);
        Pid task = Await.next(tasks);
        assertThat(task.isAlive()).isTrue();
        release.countDown();
        assertThat(meadow.endOf(task)).isEqualTo(ExitReason.normal());
    }

    @Test
    void onlyTheProcessItselfStartsLinkedTasks() {
        LinkedBlockingQueue<Receiver<Object>> selves = new LinkedBlockingQueue<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            selves.add(self);
            self.receive();
        });
        Receiver<Object> stolen = Await.next(selves);
        assertThatIllegalStateException()
                .isThrownBy(() -> Task.async(stolen, () -> 1))
                .withMessageContaining("async was called by " + Thread.currentThread())
                .withMessageContaining(owner.toString());
        assertThatIllegalStateException().isThrownBy(() -> Task.startLink(stolen, () -> {}));
        owner.send("end");
    }

    @Test
    void nothingIsRefused() {
        meadow.inProcess(self -> {
            assertThatNullPointerException().isThrownBy(() -> Task.async(self, (Callable<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> Task.async(self, (Work<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> Task.async(null, () -> 1));
        });
        assertThatNullPointerException().isThrownBy(() -> Task.asyncNolink(meadow.node, (Callable<Object>) null));
        assertThatNullPointerException().isThrownBy(() -> Task.start(meadow.node, (Runnable) null));
        assertThatNullPointerException().isThrownBy(() -> Task.start(meadow.node, (Body<Object>) null));
        assertThatNullPointerException().isThrownBy(() -> Task.completed(null));
        Await.until(() -> meadow.node.processes().isEmpty());
    }

    @Test
    void aStartedProcessIsNotLinkedAndKnowsItsCaller() {
        meadow.inProcess(self -> {
            CompletableFuture<List<Pid>> links = new CompletableFuture<>();
            Pid pid = Task.start(meadow.node, (Receiver<Object> in) -> {
                links.complete(in.pid().info().orElseThrow().links());
                in.receive();
            });
            assertThat(Await.get(links)).isEmpty();
            assertThat(pid.callers()).containsExactly(self.pid());
            assertThat(pid.info().orElseThrow().initialCall()).startsWith(TaskTest.class.getName());
            pid.send("end");
        });
        CompletableFuture<List<Pid>> callers = new CompletableFuture<>();
        Task.start(
                meadow.node,
                () -> callers.complete(Pid.ofCurrentThread().orElseThrow().callers()));
        assertThat(Await.get(callers)).isEmpty();
    }

    @Test
    void aLinkedOneSharesTheFateOfItsParent() {
        Pid parent = meadow.node.spawn((Receiver<Object> self) -> {
            Task.startLink(self, () -> oops());
            Meadow.sleep();
        });
        assertThat(meadow.endOf(parent)).isEqualTo(OOPS);
        CompletableFuture<List<Pid>> callers = new CompletableFuture<>();
        Pid second = meadow.node.spawn((Receiver<Object> self) -> {
            Task.startLink(
                    self, (Receiver<Object> in) -> callers.complete(in.pid().callers()));
            Await.get(callers);
        });
        assertThat(Await.get(callers)).containsExactly(second);
    }

    @Test
    void aTaskIsAChildOfAnOrdinarySupervisor() {
        assertThat(Task.child("warm up", _ -> {}).restart()).isEqualTo(Restart.TEMPORARY);
        CompletableFuture<Pid> ran = new CompletableFuture<>();
        var supervisor = meadow.node.start(
                Supervisor.oneForOne().child(Task.child("warm up", self -> ran.complete(self.pid()))));
        assertThat(meadow.endOf(Await.get(ran))).isEqualTo(ExitReason.normal());
        Await.until(() -> supervisor.whichChildren().isEmpty());
    }

    @Test
    void itHasItsValueAndNoProcess() {
        Task<String> task = Task.completed("done");
        assertThat(task.pid()).isEmpty();
        assertThat(task).hasToString("a completed task");
        assertThat(task.await()).isEqualTo("done");
        assertThat(task.yield(Duration.ZERO)).contains(Result.ok("done"));
        assertThat(task.shutdown()).contains(Result.ok("done"));
        assertThat(task.ignore()).contains(Result.ok("done"));
        assertThat(task.toFuture()).isCompletedWithValue("done");
        assertThat(Task.yieldMany(List.of(task))).containsExactly(new Yielded<>(task, Optional.of(Result.ok("done"))));
        Await.until(() -> meadow.node.processes().isEmpty());
    }
}
