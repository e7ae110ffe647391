package dev.skep.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.Body;
import dev.skep.CrashReport;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.supervisor.ManualClock;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TaskTest {
    private static final ExitReason OOPS = ExitReason.because("oops");

    @AutoClose
    private final Meadow meadow = new Meadow();

    private static <T> T oops() {
        throw new ProcessExit(OOPS);
    }

    // ---- What a task is --------------------------------------------------------------------------------------------

    @Nested
    class Async {
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
            Optional<Object> found = meadow.in(self -> Task.async(
                            self, (Receiver<Object> in) -> in.receive(Duration.ZERO))
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
                            List<Pid> inner = Task.async(parent, (Receiver<Object> child) ->
                                            child.pid().callers())
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
            assertThat(meadow.endOf(Meadow.next(tasks))).isEqualTo(OOPS);
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
            Pid task = Meadow.next(tasks);
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
            Receiver<Object> stolen = Meadow.next(selves);
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
            assertThatNullPointerException()
                    .isThrownBy(() -> Task.asyncNolink(meadow.node, (Callable<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> Task.start(meadow.node, (Runnable) null));
            assertThatNullPointerException().isThrownBy(() -> Task.start(meadow.node, (Body<Object>) null));
            assertThatNullPointerException().isThrownBy(() -> Task.completed(null));
            Meadow.until(() -> meadow.node.processes().isEmpty());
        }
    }

    // ---- await -----------------------------------------------------------------------------------------------------

    @Nested
    class Await {
        @Test
        void aCrashOfALinkedTaskEndsTheOwnerWhateverItCatches() {
            IllegalStateException cause = new IllegalStateException("on purpose");
            for (int i = 0; i < 200; i++) { // the link's signal and the failure of the wait come in any order
                Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                    Task<Object> task = Task.async(self, () -> {
                        throw cause;
                    });
                    catchThrowableOfType(Exception.class, task::await);
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
                        .isInstanceOfSatisfying(TaskException.Exited.class, thrown -> assertThat(thrown.reason())
                                .isEqualTo(ExitReason.crashed(cause)))
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
                        .isInstanceOfSatisfying(TaskException.Exited.class, thrown -> assertThat(thrown.reason())
                                .isEqualTo(ExitReason.normal()));
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
            assertThatThrownBy(task::await)
                    .isInstanceOf(TaskException.Exited.class)
                    .hasCause(cause);
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
                    task::toFuture,
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
            assertThat(Meadow.get(seen)).isInstanceOf(IllegalStateException.class);
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
            Meadow.await(waiting);
            owner.exit(OOPS);
            assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
            assertThat(meadow.endOf(Meadow.next(tasks))).isEqualTo(OOPS);
        }

        @Test
        void aNegativeTimeIsRefused() {
            Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            Duration negative = Duration.ofSeconds(-1);
            assertThatIllegalArgumentException().isThrownBy(() -> task.await(negative));
            assertThatIllegalArgumentException().isThrownBy(() -> task.yield(negative));
            assertThatIllegalArgumentException().isThrownBy(() -> task.shutdown(negative));
            assertThatIllegalArgumentException().isThrownBy(() -> Task.awaitMany(List.of(task), negative));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Task.yieldMany(List.of(task), negative, OnTimeout.KILL));
            assertThat(task.kill()).isEmpty();
        }
    }

    @Nested
    class AwaitInTime {
        private final ManualClock clock = new ManualClock();

        @AutoClose
        private final Meadow timed = new Meadow(clock, Duration.ofSeconds(1));

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
            Pid task = Meadow.get(started);
            clock.advance(Duration.ofMinutes(1));
            assertThat(outcome).isNotDone();
            task.send("at last");
            assertThat(Meadow.get(outcome)).isEqualTo("at last");
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
                Meadow.await(begun);
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

    // ---- shutdown and ignore -----------------------------------------------------------------------------------------

    @Nested
    class Ending {
        @Test
        void shutdownGivesNothingOfATaskThatShutsDown() {
            meadow.inProcess(self -> {
                Task<Object> task = Task.async(self, () -> Meadow.sleep());
                assertThat(task.shutdown()).isEmpty();
                assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
                assertThatIllegalStateException().isThrownBy(task::yield).withMessageContaining("told to end");
            });
        }

        @Test
        void shutdownGivesWhatTheTaskReturnsMeanwhile() {
            meadow.inProcess(self -> {
                CountDownLatch begun = new CountDownLatch(1);
                Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                    in.trapExit(true);
                    begun.countDown();
                    return in.receive(Exit.class).reason();
                });
                Meadow.await(begun);
                assertThat(task.shutdown()).contains(Result.ok(ExitReason.shutdown()));
                assertThat(task.await()).isEqualTo(ExitReason.shutdown());
            });
        }

        @Test
        void shutdownGivesAnotherReason() {
            meadow.inProcess(self -> {
                CountDownLatch begun = new CountDownLatch(1);
                Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                    in.trapExit(true);
                    begun.countDown();
                    in.receive(Exit.class);
                    return oops();
                });
                Meadow.await(begun);
                assertThat(task.shutdown()).contains(Result.err(OOPS)); // and the owner lives: it is unlinked
            });
        }

        @Test
        void shutdownOfATaskThatHasEndedGivesItsOutcome() {
            Task<Object> failed = Task.asyncNolink(meadow.node, () -> oops());
            meadow.endOf(failed.pid().orElseThrow());
            assertThat(failed.shutdown()).contains(Result.err(OOPS));
            Task<Object> done = Task.asyncNolink(meadow.node, () -> 1);
            meadow.endOf(done.pid().orElseThrow());
            assertThat(done.kill()).contains(Result.ok(1));
        }

        @Test
        void aTaskThatWasShutDownByOthersGivesNothingToShutdownAndAReasonToKill() {
            Task<Object> first = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            first.pid().orElseThrow().exit(ExitReason.shutdown());
            meadow.endOf(first.pid().orElseThrow());
            assertThat(first.shutdown()).isEmpty();
            Task<Object> second = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            second.pid().orElseThrow().exit(ExitReason.shutdown());
            meadow.endOf(second.pid().orElseThrow());
            assertThat(second.kill()).contains(Result.err(ExitReason.shutdown()));
        }

        @Test
        void killGivesNothingOfATaskThatIsKilled() {
            meadow.inProcess(self -> {
                CountDownLatch begun = new CountDownLatch(1);
                Task<Object> task = Task.async(self, Meadow.<Object>stubborn(begun));
                Meadow.await(begun);
                assertThat(task.kill()).isEmpty();
                assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.killed());
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            });
        }

        @Test
        void anInterruptedShutdownKills() {
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = Task.asyncNolink(meadow.node, Meadow.<Object>stubborn(begun));
            Meadow.await(begun);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> task.shutdown(ServerRef.FOREVER)).isInstanceOf(TaskException.Interrupted.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.killed());
        }

        @Test
        void anOwnerThatEndsWhileItShutsATaskDownKillsIt() {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Pid> task = new CompletableFuture<>();
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                Task<Object> stubborn = Task.async(self, Meadow.<Object>stubborn(begun));
                Meadow.await(begun);
                task.complete(stubborn.pid().orElseThrow());
                stubborn.shutdown(ServerRef.FOREVER);
            });
            Meadow.get(task);
            owner.exit(OOPS);
            assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
            assertThat(meadow.endOf(Meadow.get(task))).isEqualTo(ExitReason.killed());
        }

        @Test
        void ignoreUnlinksATaskAndLetsItGoOn() {
            meadow.inProcess(self -> {
                Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                    in.receive();
                    return oops();
                });
                assertThat(task.ignore()).isEmpty();
                assertThatIllegalStateException().isThrownBy(task::ignore).withMessageContaining("it is ignored");
                Pid pid = task.pid().orElseThrow();
                pid.send("go");
                assertThat(meadow.endOf(pid)).isEqualTo(OOPS);
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            });
        }

        @Test
        void ignoreGivesAnOutcomeThatIsThere() {
            meadow.inProcess(self -> {
                Task<Object> task = Task.async(self, () -> 1);
                meadow.endOf(task.pid().orElseThrow());
                assertThat(task.ignore()).contains(Result.ok(1));
                self.trapExit(true);
                Task<Object> failed = Task.async(self, () -> oops());
                meadow.endOf(failed.pid().orElseThrow());
                assertThat(failed.ignore()).contains(Result.err(OOPS));
            });
        }

        @Test
        void aTaskThatIsGivenUpBeforeItBeginsStillRuns() {
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Boolean> ran = new CompletableFuture<>();
                Task<Boolean> task = Task.asyncNolink(meadow.node, () -> ran.complete(true));
                task.ignore();
                assertThat(Meadow.get(ran)).isTrue();
            }
        }
    }

    // ---- Many ------------------------------------------------------------------------------------------------------

    @Nested
    class ManyAtOnce {
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
                Task<Object> free = Task.asyncNolink(meadow.node, () -> release.await(30, java.util.concurrent.TimeUnit.SECONDS));
                Task<Object> failing = Task.asyncNolink(meadow.node, () -> oops());
                assertThatThrownBy(() -> Task.awaitMany(List.of(linked, free, failing), ServerRef.FOREVER))
                        .isInstanceOfSatisfying(TaskException.Exited.class, thrown -> assertThat(thrown.reason())
                                .isEqualTo(OOPS))
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
            Meadow.until(() -> meadow.node.processes().isEmpty());
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

    // ---- Fire and forget -------------------------------------------------------------------------------------------

    @Nested
    class Started {
        @Test
        void aStartedProcessIsNotLinkedAndKnowsItsCaller() {
            meadow.inProcess(self -> {
                CompletableFuture<List<Pid>> links = new CompletableFuture<>();
                Pid pid = Task.start(meadow.node, (Receiver<Object> in) -> {
                    links.complete(in.pid().info().orElseThrow().links());
                    in.receive();
                });
                assertThat(Meadow.get(links)).isEmpty();
                assertThat(pid.callers()).containsExactly(self.pid());
                assertThat(pid.info().orElseThrow().initialCall()).startsWith(TaskTest.class.getName());
                pid.send("end");
            });
            CompletableFuture<List<Pid>> callers = new CompletableFuture<>();
            Task.start(meadow.node, () -> callers.complete(Pid.ofCurrentThread().orElseThrow().callers()));
            assertThat(Meadow.get(callers)).isEmpty();
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
                Task.startLink(self, (Receiver<Object> in) -> callers.complete(in.pid().callers()));
                Meadow.get(callers);
            });
            assertThat(Meadow.get(callers)).containsExactly(second);
        }

        @Test
        void aTaskIsAChildOfAnOrdinarySupervisor() {
            assertThat(Task.child("warm up", _ -> {}).restart()).isEqualTo(Restart.TEMPORARY);
            CompletableFuture<Pid> ran = new CompletableFuture<>();
            var supervisor = meadow.node.start(
                    Supervisor.oneForOne().child(Task.child("warm up", self -> ran.complete(self.pid()))));
            assertThat(meadow.endOf(Meadow.get(ran))).isEqualTo(ExitReason.normal());
            Meadow.until(() -> supervisor.whichChildren().isEmpty());
        }
    }

    @Nested
    class Completed {
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
            assertThat(Task.yieldMany(List.of(task)))
                    .containsExactly(new Yielded<>(task, Optional.of(Result.ok("done"))));
            Meadow.until(() -> meadow.node.processes().isEmpty());
        }
    }

    // ---- Other ways to hear of it ------------------------------------------------------------------------------------

    @Nested
    class Heard {
        @Test
        void aFutureHasTheValueForAnybody() throws Exception {
            CompletableFuture<Integer> future =
                    meadow.in(self -> Task.asyncNolink(meadow.node, () -> 1).toFuture());
            assertThat(future.thenApply(value -> value + 1)).succeedsWithin(Meadow.LIMIT).isEqualTo(2);
        }

        @Test
        void aFutureFailsWithTheTask() {
            Task<Object> task = Task.asyncNolink(meadow.node, () -> oops());
            assertThatThrownBy(() -> Meadow.get(task.toFuture()))
                    .isInstanceOfSatisfying(TaskException.Exited.class, thrown -> assertThat(thrown.reason())
                            .isEqualTo(OOPS));
        }

        @Test
        void cancellingAFutureEndsATaskThatIsNotLinked() {
            Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            assertThat(task.toFuture().cancel(true)).isTrue();
            assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
        }

        @Test
        void cancellingAFutureLeavesALinkedTaskAlone() {
            meadow.inProcess(self -> {
                Task<Object> task = Task.async(self, (Receiver<Object> in) -> in.receive());
                CompletableFuture<Object> future = task.toFuture();
                future.cancel(true);
                task.pid().orElseThrow().send("go");
                assertThat(task.await()).isEqualTo("go");
            });
        }

        @Test
        void anOutcomeIsHeardOfInOneWay() {
            Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            CompletableFuture<Object> future = task.toFuture();
            assertThatIllegalStateException().isThrownBy(task::toFuture);
            assertThatIllegalStateException().isThrownBy(() -> Task.awaitMany(List.of(task)));
            assertThat(task.yield(Duration.ZERO)).isEmpty();
            assertThat(task.kill()).isEmpty();
            assertThatThrownBy(() -> Meadow.get(future)).isInstanceOf(TaskException.Exited.class);
        }

        @Test
        void theOutcomeIsAMessageIfTheOwnerLikes() {
            meadow.inProcess(self -> {
                Task<Integer> good = Task.asyncNolink(meadow.node, () -> 1);
                Task<Integer> bad = Task.asyncNolink(meadow.node, () -> oops());
                Task<Integer> known = Task.completed(2);
                good.sendOutcome();
                bad.sendOutcome();
                known.sendOutcome();
                assertThat(self.select(good::outcomeIn)).isEqualTo(Result.ok(1));
                assertThat(self.select(bad::outcomeIn)).isEqualTo(Result.err(OOPS));
                assertThat(self.select(known::outcomeIn)).isEqualTo(Result.ok(2));
                assertThat(self.receive(Duration.ZERO)).isEmpty();
                assertThat(good.outcomeIn("another message")).isEmpty();
            });
        }

        @Test
        void theMessageOfATaskThatWasShutDownIsNotItsOutcome() {
            meadow.inProcess(self -> {
                Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
                task.sendOutcome();
                task.shutdown();
                assertThat(task.outcomeIn(self.receive())).isEmpty();
            });
        }

        @Test
        void aThreadReceivesNoMessages() {
            Task<Integer> task = Task.asyncNolink(meadow.node, () -> 1);
            assertThatIllegalStateException().isThrownBy(task::sendOutcome).withMessageContaining("use toFuture()");
        }
    }
}
