package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.Await;
import dev.skep.Body;
import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskSupervisorTest {
    private static final Name<TaskRpc> TASKS = Name.of("tasks");

    @AutoClose
    private final Meadow meadow = new Meadow();

    private final TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
    private final Pid supervisor = tasks.pid().orElseThrow();

    private List<String> supervisorReports() {
        return meadow.reports(SupervisorReport.class).stream()
                .map(report -> report.context() + " " + report.child() + " " + report.reason())
                .toList();
    }

    // ---- Tasks -----------------------------------------------------------------------------------------------------

    @Test
    void aLinkedTaskIsAChildOfTheSupervisorAndLinkedToItsOwner() {
        meadow.inProcess(self -> {
            Task<Object> task = tasks.async(self, (Receiver<Object> in) -> in.receive());
            Pid pid = task.pid().orElseThrow();
            assertThat(tasks.children()).containsExactly(pid);
            ProcessInfo info = pid.info().orElseThrow();
            assertThat(info.links()).containsExactlyInAnyOrder(supervisor, self.pid());
            assertThat(info.ancestors()).containsExactly(supervisor);
            assertThat(info.callers()).containsExactly(self.pid());
            assertThat(info.initialCall()).startsWith(TaskSupervisorTest.class.getName());
            pid.send("go");
            assertThat(task.await()).isEqualTo("go");
            Await.until(() -> tasks.children().isEmpty());
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void aTaskThatIsNotLinkedIsLinkedToTheSupervisorOnly() {
        Task<Object> task = tasks.asyncNolink((Receiver<Object> in) -> in.receive());
        Pid pid = task.pid().orElseThrow();
        assertThat(tasks.children()).containsExactly(pid);
        assertThat(pid.info().orElseThrow().links()).containsExactly(supervisor);
        assertThat(pid.callers()).isEmpty();
        pid.send("go");
        assertThat(task.await()).isEqualTo("go");
    }

    @Test
    void callersAreKnownAcrossNestedTasks() {
        meadow.inProcess(self -> {
            Pid grandparent = self.pid();
            List<Pid> callers = tasks.async(self, (Receiver<Object> parent) -> {
                        List<Pid> inner = tasks.asyncNolink(
                                        (Receiver<Object> child) -> child.pid().callers())
                                .await();
                        assertThat(inner).containsExactly(parent.pid(), grandparent);
                        return inner;
                    })
                    .await();
            assertThat(callers).hasSize(2);
        });
    }

    @Test
    void aCrashOfALinkedTaskEndsItsOwnerWithTheSameReasonAndNotTheSupervisor() {
        IllegalStateException cause = new IllegalStateException("on purpose");
        for (int i = 0; i < 200; i++) { // the task may crash at any time after the link
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                Task<Object> task = tasks.async(self, () -> {
                    throw cause;
                });
                var _ = catchThrowableOfType(Exception.class, task::await);
                Meadow.sleep();
            });
            assertThat(meadow.endOf(owner)).isEqualTo(ExitReason.crashed(cause));
        }
        Await.until(() -> supervisorReports().size() == 200);
        assertThat(supervisorReports()).allMatch(text -> text.startsWith("CHILD_TERMINATED task crashed"));
        assertThat(tasks.children()).isEmpty();
    }

    @Test
    void aCrashOfATaskThatIsNotLinkedIsAnOutcome() {
        Task<Object> task = tasks.asyncNolink(() -> oops());
        assertThat(task.yield()).contains(Result.err(OOPS));
        assertThatThrownBy(task::await).isInstanceOf(TaskException.Exited.class);
    }

    @Test
    void theEndOfAnOwnerEndsItsLinkedTask() {
        LinkedBlockingQueue<Pid> started = new LinkedBlockingQueue<>();
        meadow.node.spawn((Receiver<Object> self) -> {
            started.add(tasks.async(self, () -> Meadow.sleep()).pid().orElseThrow());
            oops();
        });
        assertThat(meadow.endOf(Await.next(started))).isEqualTo(OOPS);
    }

    @Test
    void anOwnerThatEndsBeforeItHasAskedDoesNotLeaveATaskBehind() {
        for (int i = 0; i < 200; i++) {
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                while (true) {
                    tasks.async(self, () -> Meadow.sleep());
                }
            });
            Await.until(() -> tasks.children().size() > 1);
            owner.exit(ExitReason.kill());
            meadow.endOf(owner);
            Await.until(() -> tasks.children().isEmpty());
        }
    }

    @Test
    void anInterruptDoesNotLoseATask() {
        Thread.currentThread().interrupt();
        Task<Integer> task = tasks.asyncNolink(() -> 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(task.await()).isEqualTo(1);
    }

    @Test
    void theEndOfTheSupervisorEndsTasksAndFailsTheirOwners() {
        for (ExitReason how : List.of(ExitReason.shutdown(), ExitReason.kill())) {
            TaskSupervisorRef doomed = meadow.node.start(TaskSupervisor.create());
            Task<Object> task = doomed.asyncNolink(() -> Meadow.sleep());
            doomed.pid().orElseThrow().exit(how);
            assertThat(task.yield(Await.LIMIT))
                    .contains(Result.err(how.equals(ExitReason.kill()) ? ExitReason.killed() : how));
            meadow.endOf(doomed.pid().orElseThrow());
            assertThatThrownBy(() -> doomed.asyncNolink(() -> 1)).isInstanceOf(CallException.NoProcess.class);
            assertThatThrownBy(() -> doomed.startChild(() -> {})).isInstanceOf(CallException.NoProcess.class);
            assertThatThrownBy(doomed::children).isInstanceOf(CallException.NoProcess.class);
        }
    }

    // ---- Children --------------------------------------------------------------------------------------------------

    @Test
    void aChildIsLinkedToTheSupervisorAndKnowsItsCallers() {
        meadow.inProcess(self -> {
            Pid child = tasks.startChild((Receiver<Object> in) -> in.receive());
            assertThat(tasks.children()).containsExactly(child);
            ProcessInfo info = child.info().orElseThrow();
            assertThat(info.links()).containsExactly(supervisor);
            assertThat(info.callers()).containsExactly(self.pid());
            assertThat(info.initialCall()).startsWith(TaskSupervisorTest.class.getName());
            child.send("end");
            assertThat(meadow.endOf(child)).isEqualTo(ExitReason.normal());
        });
    }

    @Test
    void aTemporaryChildIsNotRestarted() {
        AtomicInteger runs = new AtomicInteger();
        Pid child = tasks.startChild(() -> {
            runs.incrementAndGet();
            oops();
        });
        assertThat(meadow.endOf(child)).isEqualTo(OOPS);
        Await.until(() -> tasks.children().isEmpty());
        assertThat(runs).hasValue(1);
        assertThat(supervisorReports()).containsExactly("CHILD_TERMINATED task oops");
    }

    @Test
    void aTransientChildIsRestartedAfterAFailureOnly() {
        LinkedBlockingQueue<Pid> runs = new LinkedBlockingQueue<>();
        Body<Object> body = self -> {
            runs.add(self.pid());
            throw new ProcessExit(self.receive(ExitReason.class));
        };
        tasks.withRestart(Restart.TRANSIENT).startChild(body);
        Await.next(runs).send(OOPS);
        Pid second = Await.next(runs);
        assertThat(tasks.children()).containsExactly(second);
        second.send(ExitReason.shutdown());
        meadow.endOf(second);
        Await.until(() -> tasks.children().isEmpty());
        assertThat(runs).isEmpty();
    }

    @Test
    void aPermanentChildIsRestartedAlwaysWithTheSameCallers() {
        meadow.inProcess(self -> {
            LinkedBlockingQueue<Pid> runs = new LinkedBlockingQueue<>();
            tasks.withRestart(Restart.PERMANENT).startChild((Receiver<Object> in) -> {
                runs.add(in.pid());
                throw new ProcessExit(in.receive(ExitReason.class));
            });
            Await.next(runs).send(ExitReason.normal());
            Await.next(runs).send(ExitReason.shutdown());
            Pid third = Await.next(runs);
            assertThat(third.callers()).containsExactly(self.pid());
            assertThat(tasks.terminateChild(third)).isTrue();
            assertThat(tasks.children()).isEmpty();
        });
    }

    @Test
    void tooManyRestartsEndTheSupervisor() {
        TaskSupervisorRef strict = meadow.node.start(TaskSupervisor.create().intensity(2, Duration.ofMinutes(1)));
        AtomicInteger runs = new AtomicInteger();
        strict.withRestart(Restart.TRANSIENT).startChild(() -> {
            runs.incrementAndGet();
            oops();
        });
        assertThat(meadow.endOf(strict.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
        assertThat(runs).hasValue(3);
        assertThat(supervisorReports()).endsWith("SHUTDOWN task reached_max_restart_intensity");
    }

    @Test
    void restartsLongAgoAreForgotten() {
        ManualClock clock = new ManualClock();
        try (Meadow timed = new Meadow(clock::install)) {
            TaskSupervisorRef strict = timed.node.start(TaskSupervisor.create().intensity(1, Duration.ofSeconds(2)));
            LinkedBlockingQueue<Pid> runs = new LinkedBlockingQueue<>();
            strict.withRestart(Restart.PERMANENT).startChild((Receiver<Object> in) -> {
                runs.add(in.pid());
                in.receive();
            });
            for (int i = 0; i < 5; i++) {
                Await.next(runs).send("end");
                Pid restarted = Await.next(runs);
                assertThat(strict.children()).containsExactly(restarted);
                runs.add(restarted);
                clock.advance(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    void aTerminatedChildIsGoneAndNotRestarted() {
        LinkedBlockingQueue<Pid> runs = new LinkedBlockingQueue<>();
        Pid child = tasks.withRestart(Restart.PERMANENT).startChild((Receiver<Object> in) -> {
            runs.add(in.pid());
            in.receive();
        });
        assertThat(Await.next(runs)).isEqualTo(child);
        assertThat(tasks.terminateChild(child)).isTrue();
        assertThat(child.isAlive()).isFalse();
        assertThat(tasks.children()).isEmpty();
        assertThat(tasks.terminateChild(child)).isFalse();
        assertThat(runs).isEmpty();
        assertThat(supervisorReports()).isEmpty();
    }

    @Test
    void aStrangerIsNotTerminated() {
        Pid stranger = meadow.node.spawn((Receiver<Object> self) -> self.receive());
        assertThat(tasks.terminateChild(stranger)).isFalse();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aChildThatTakesItsTimeToEndHoldsNobodyUp() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Pid slow = tasks.startChild((Receiver<Object> self) -> {
            self.trapExit(true);
            begun.countDown();
            self.receive(Exit.class);
            release.await();
        });
        Await.latch(begun);
        CompletableFuture<Boolean> terminated = meadow.later(_ -> tasks.terminateChild(slow));
        CompletableFuture<Boolean> again = meadow.later(_ -> tasks.terminateChild(slow));
        assertThat(tasks.asyncNolink(() -> 1).await()).isEqualTo(1);
        assertThat(terminated).isNotDone();
        release.countDown();
        assertThat(Await.get(terminated)).isTrue();
        Await.get(again); // true if it was asked for in time
    }

    @Test
    void aTerminatedChildIsKilledWhenItsTimeIsOver() {
        ManualClock clock = new ManualClock();
        try (Meadow timed = new Meadow(clock::install)) {
            TaskSupervisorRef supervised = timed.node.start(TaskSupervisor.create());
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = supervised
                    .withShutdown(new Shutdown.Within(Duration.ofSeconds(2)))
                    .asyncNolink(Meadow.<Object>stubborn(begun));
            Await.latch(begun);
            CompletableFuture<Boolean> terminated =
                    timed.later(_ -> supervised.terminateChild(task.pid().orElseThrow()));
            assertThat(Meadow.passTimeFor(clock, terminated)).isTrue();
            assertThat(task.yield()).contains(Result.err(ExitReason.killed()));
            assertThat(timed.reports(SupervisorReport.class))
                    .singleElement()
                    .satisfies(report -> assertThat(report.context()).isEqualTo(Context.SHUTDOWN_ERROR));
        }
    }

    @Test
    void eachChildIsEndedAsItsShutdownSays() {
        ManualClock clock = new ManualClock();
        try (Meadow timed = new Meadow(clock::install)) {
            TaskSupervisorRef supervised = timed.node.start(TaskSupervisor.create());
            CountDownLatch begun = new CountDownLatch(2);
            List<Task<Object>> all = new ArrayList<>();
            all.add(supervised.withShutdown(new Shutdown.BrutalKill()).asyncNolink(Meadow.<Object>stubborn(begun)));
            all.add(supervised
                    .withShutdown(new Shutdown.Within(Duration.ofSeconds(1)))
                    .asyncNolink(Meadow.<Object>stubborn(begun)));
            all.add(supervised.asyncNolink(() -> Meadow.sleep()));
            all.add(supervised.withShutdown(Shutdown.INFINITY).asyncNolink((Receiver<Object> in) -> {
                in.trapExit(true);
                return in.receive(Exit.class).reason();
            }));
            Await.latch(begun);
            Pid pid = supervised.pid().orElseThrow();
            pid.exit(ExitReason.shutdown());
            CompletableFuture<ExitReason> end = pid.exited();
            assertThat(Meadow.passTimeFor(clock, end)).isIn(ExitReason.shutdown(), ExitReason.noProcess());
            assertThat(all.get(0).yield()).contains(Result.err(ExitReason.killed()));
            assertThat(all.get(1).yield()).contains(Result.err(ExitReason.killed()));
            assertThat(all.get(2).yield()).contains(Result.err(ExitReason.shutdown()));
            assertThat(all.get(3).yield()).isPresent();
            assertThat(timed.reports(SupervisorReport.class))
                    .extracting(SupervisorReport::childPid)
                    .containsExactly(all.get(1).pid());
        }
    }

    // ---- Limits ----------------------------------------------------------------------------------------------------

    @Test
    void tooManyChildrenAreRefusedClearly() {
        TaskSupervisorRef small = meadow.node.start(TaskSupervisor.create().maxChildren(1));
        Pid child = small.startChild((Receiver<Object> self) -> self.receive());
        meadow.inProcess(self -> {
            for (Runnable start : List.<Runnable>of(
                    () -> small.async(self, () -> 1),
                    () -> small.asyncNolink(() -> 1),
                    () -> small.startChild(() -> {}),
                    () -> small.startChild((Receiver<Object> _) -> {}))) {
                assertThatThrownBy(start::run)
                        .isInstanceOf(TaskException.TooManyChildren.class)
                        .hasMessageContaining("runs 1 tasks, and may not run more")
                        .hasMessageContaining(small.pid().orElseThrow().toString());
            }
        });
        assertThat(small.children()).containsExactly(child);
        small.terminateChild(child);
        assertThat(small.asyncNolink(() -> 1).await()).isEqualTo(1);
    }

    @Test
    void whoHasTheValueOfATaskMayStartTheNextAtOnce() {
        TaskSupervisorRef small = meadow.node.start(TaskSupervisor.create().maxChildren(1));
        for (int i = 0; i < 2000; i++) {
            int number = i;
            assertThat(small.asyncNolink(() -> number).await()).isEqualTo(number);
        }
    }

    @Test
    void aTaskThatSomebodyWaitsForIsNotRestarted() {
        TaskSupervisorRef restarting = tasks.withRestart(Restart.PERMANENT);
        assertThatIllegalStateException()
                .isThrownBy(() -> restarting.asyncNolink(() -> 1))
                .withMessageContaining("asyncNolink with a reference whose children are PERMANENT");
        assertThatIllegalStateException().isThrownBy(restarting::executor);
        meadow.inProcess(self -> assertThatIllegalStateException().isThrownBy(() -> restarting.async(self, () -> 1)));
        assertThat(tasks.children()).isEmpty();
    }

    // ---- Descriptions ----------------------------------------------------------------------------------------------

    @Test
    void itIsAChildOfASupervisorAndFoundByItsName() {
        TaskSupervisor named =
                TaskSupervisor.create().maxChildren(7).named(TASKS).intensity(1, Duration.ofSeconds(1));
        assertThat(named.name()).contains(TASKS);
        assertThat(named.limit()).isEqualTo(7);
        assertThat(ChildSpec.of(named).id()).isEqualTo("tasks");
        assertThat(ChildSpec.of(named).type()).isEqualTo(ChildType.SUPERVISOR);
        assertThat(named.describe()).isEqualTo("TaskSupervisor tasks");
        assertThat(TaskSupervisor.create().describe()).isEqualTo("a TaskSupervisor");

        meadow.node.start(Supervisor.oneForOne().child(ChildSpec.of(named)));
        TaskSupervisorRef byName = TaskSupervisorRef.of(meadow.node, TASKS);
        Task<Object> lost = byName.asyncNolink(() -> Meadow.sleep());
        byName.pid().orElseThrow().exit(ExitReason.kill());
        assertThat(lost.yield(Await.LIMIT)).contains(Result.err(ExitReason.killed()));
        Await.until(() -> byName.pid().filter(Pid::isAlive).isPresent());
        assertThat(byName.asyncNolink(() -> 1).await()).isEqualTo(1);
        assertThat(byName).hasToString("task supervisor <meadow tasks>");
    }

    @Test
    void itIsAChildOfTypeSupervisorAlsoByAnIdOfYourOwn() {
        assertThat(ChildSpec.of("jobs", TaskSupervisor.create()).type()).isEqualTo(ChildType.SUPERVISOR);
    }

    @Test
    void stopEndsItsTasksAndThenItself() {
        Pid child = tasks.startChild((Receiver<Object> self) -> self.receive());

        tasks.stop();

        assertThat(child.isAlive()).isFalse();
        assertThat(supervisor.isAlive()).isFalse();
        assertThatThrownBy(() -> tasks.stop(ExitReason.shutdown(), Await.LIMIT))
                .isInstanceOf(CallException.NoProcess.class);
    }

    @Test
    void badDescriptionsAreRefused() {
        TaskSupervisor good = TaskSupervisor.create();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> good.maxChildren(0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> good.intensity(-1, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> good.intensity(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> good.intensity(1, Duration.ofSeconds(-1)));
        assertThatNullPointerException().isThrownBy(() -> good.intensity(1, null));
        assertThatNullPointerException()
                .isThrownBy(() -> TaskSupervisor.create().named(null));
        assertThatNullPointerException().isThrownBy(() -> tasks.withRestart(null));
        assertThatNullPointerException().isThrownBy(() -> tasks.withShutdown(null));
        assertThatNullPointerException().isThrownBy(() -> tasks.terminateChild(null));
        assertThatNullPointerException().isThrownBy(() -> tasks.startChild((Runnable) null));
        assertThatNullPointerException().isThrownBy(() -> tasks.startChild((Body<Object>) null));
        assertThatNullPointerException().isThrownBy(() -> tasks.asyncNolink((Callable<Object>) null));
    }

    @Test
    void itSurvivesWhatIsNotMeantForIt() {
        supervisor.send("a stray message");
        Self<Object> none = null;
        assertThatNullPointerException().isThrownBy(() -> tasks.async(none, () -> 1));
        assertThat(tasks.children()).isEmpty();
        assertThat(supervisor.isAlive()).isTrue();
    }
}
