package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What streams of tasks give, to whom they belong, and who supervises their tasks.
@SuppressWarnings({"CheckReturnValue", "ReturnValueIgnored"}) // some streams are run for what they do
class TaskStreamTest extends TaskStreamFixture {
    @SuppressWarnings("TypeParameterUnusedInFormals") // it does not return
    private static <T> T exit(Object reason) {
        throw new ProcessExit(ExitReason.because(reason));
    }

    // ---- Results ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void resultsComeInTheOrderOfTheSource(int concurrency) {
        meadow.inProcess(self -> {
            assertThat(TaskStream.over(List.of(1, 2, 3, 4), n -> n * 10)
                            .maxConcurrency(concurrency)
                            .async(self))
                    .containsExactlyElementsOf(oks(10, 20, 30, 40));
            assertNothingIsLeft(self);
        });
    }

    @Test
    void theSlowestFirstKeepsItsPlace() {
        CountDownLatch others = new CountDownLatch(3);
        TaskStream<Integer, Integer> stream = TaskStream.over(List.of(1, 2, 3, 4), n -> {
                    if (n == 1) {
                        others.await();
                    } else {
                        others.countDown();
                    }
                    return n;
                })
                .maxConcurrency(4);
        assertThat(stream.asyncNolink(meadow.node)).containsExactlyElementsOf(oks(1, 2, 3, 4));
    }

    @Test
    void unorderedResultsComeWhenTheyAreReady() {
        List<CountDownLatch> turns =
                IntStream.range(0, 5).mapToObj(_ -> new CountDownLatch(1)).toList();
        turns.get(4).countDown();
        List<Integer> seen = new ArrayList<>();
        TaskStream.over(List.of(0, 1, 2, 3), n -> {
                    turns.get(n + 1).await();
                    return n;
                })
                .maxConcurrency(4)
                .unordered()
                .asyncNolink(meadow.node)
                .map(Result::orElseThrow)
                .forEach(n -> {
                    seen.add(n);
                    turns.get(n).countDown();
                });
        assertThat(seen).containsExactly(3, 2, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void reasonsAreResultsForAnOwnerThatTrapsExits(int concurrency) {
        meadow.inProcess(self -> {
            self.trapExit(true);
            List<Result<Object, ExitReason>> results = TaskStream.over(List.of(1, 2, 3, 4), n -> exit(n))
                    .maxConcurrency(concurrency)
                    .async(self)
                    .toList();
            assertThat(results)
                    .containsExactlyElementsOf(Stream.of(1, 2, 3, 4)
                            .map(n -> Result.<Object, ExitReason>err(ExitReason.because(n)))
                            .toList());
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aCrashEndsAnOwnerThatDoesNotTrapExitsAndTheOtherTasks() {
        for (int i = 0; i < 100; i++) {
            Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
                var _ = catchThrowable(
                        () -> TaskStream.over(List.of(1, 2, 3), n -> n == 3 ? exit("oops") : Meadow.sleep())
                                .maxConcurrency(3)
                                .async(self)
                                .toList());
            });
            assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
            Await.until(() -> meadow.node.processes().isEmpty());
        }
        assertThat(meadow.crashes())
                .hasSize(100)
                .noneMatch(report -> report.info().initialCall().equals(TaskStream.class.getName()));
    }

    @Test
    void aNormalEndWithoutAValueIsAResult() {
        meadow.inProcess(self -> {
            assertThat(TaskStream.over(List.of(1), _ -> {
                                throw new ProcessExit(ExitReason.normal());
                            })
                            .async(self))
                    .containsExactly(Result.err(ExitReason.normal()));
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aCrashIsAResultOfTasksThatAreNotLinked() {
        meadow.inProcess(self -> {
            assertThat(TaskStream.over(List.of(1, 2), n -> n == 1 ? exit("oops") : n)
                            .asyncNolink(meadow.node))
                    .containsExactly(Result.err(OOPS), Result.ok(2));
            assertNothingIsLeft(self);
        });
    }

    @Test
    void theInputComesWithTheReason() {
        assertThat(TaskStream.over(List.of("a", "b"), s -> s.equals("a") ? exit("oops") : s.concat("!"))
                        .asyncNolinkWithInput(meadow.node))
                .containsExactly(Result.err(new FailedInput<>("a", OOPS)), Result.ok("b!"));
        meadow.inProcess(self -> {
            self.trapExit(true);
            assertThat(TaskStream.over(List.of(1, 2, 3), n -> exit("oops"))
                            .asyncWithInput(self)
                            .limit(2))
                    .containsExactly(Result.err(new FailedInput<>(1, OOPS)), Result.err(new FailedInput<>(2, OOPS)));
            assertNothingIsLeft(self);
        });
    }

    @Test
    void tasksKnowTheirCallers() {
        meadow.inProcess(self -> {
            List<Pid> seen = TaskStream.over(
                            List.of(1),
                            (Receiver<Object> outer, Integer _) -> TaskStream.over(
                                            List.of(1), (Receiver<Object> inner, Integer _) -> {
                                                assertThat(inner.pid().callers())
                                                        .containsExactly(outer.pid(), self.pid());
                                                return inner.pid().callers();
                                            })
                                    .async(outer)
                                    .toList()
                                    .getFirst()
                                    .orElseThrow())
                    .async(self)
                    .toList()
                    .getFirst()
                    .orElseThrow();
            assertThat(seen).endsWith(self.pid());
        });
    }

    @Test
    void anEmptySourceGivesNothing() {
        meadow.inProcess(self -> {
            assertThat(TaskStream.over(List.<Integer>of(), n -> n).async(self)).isEmpty();
            assertThat(TaskStream.over(Stream.<Integer>empty(), n -> n)
                            .unordered()
                            .async(self))
                    .isEmpty();
            assertNothingIsLeft(self);
        });
    }

    @Test
    void aCollectionMayBeStreamedTwiceAtOnce() {
        meadow.inProcess(self -> {
            TaskStream<Integer, Integer> stream =
                    TaskStream.over(List.of(1, 2, 3), n -> n).maxConcurrency(2);
            Iterator<Result<Integer, ExitReason>> one = stream.async(self).iterator();
            Iterator<Result<Integer, ExitReason>> two = stream.async(self).iterator();
            for (int i = 1; i <= 3; i++) {
                assertThat(one.next().orElseThrow()).isEqualTo(i);
                assertThat(two.next().orElseThrow()).isEqualTo(i);
            }
            assertThat(one.hasNext()).isFalse();
            assertThat(two.hasNext()).isFalse();
            assertNothingIsLeft(self);
        });
    }

    // ---- The owner -------------------------------------------------------------------------------------------------

    @Test
    void onlyTheOwnerConsumes() {
        Stream<Result<Integer, ExitReason>> theirs =
                meadow.in(self -> TaskStream.over(List.of(1), n -> n).async(self));
        assertThatIllegalStateException()
                .isThrownBy(theirs::toList)
                .withMessageContaining("a stream of tasks belongs to <meadow.");
        Stream<Result<Integer, ExitReason>> mine =
                TaskStream.over(List.of(1), n -> n).asyncNolink(meadow.node);
        meadow.inProcess(_ -> assertThatIllegalStateException().isThrownBy(mine::toList));
        meadow.inProcess(_ -> assertThatIllegalStateException()
                .isThrownBy(() ->
                        TaskStream.over(List.of(1), n -> n).async(stolen()).toList()));
    }

    private Receiver<Object> stolen() {
        LinkedBlockingQueue<Receiver<Object>> selves = new LinkedBlockingQueue<>();
        meadow.node.spawn((Receiver<Object> self) -> {
            selves.add(self);
            self.receive();
        });
        return Await.next(selves);
    }

    @Test
    void badInputIsRefused() {
        TaskStream<Integer, Integer> stream = TaskStream.over(List.of(1), n -> n);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.maxConcurrency(0))
                .withMessageContaining("one or more, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> stream.timeout(Duration.ofSeconds(-1)));
        assertThatNullPointerException().isThrownBy(() -> stream.timeout(null));
        assertThatNullPointerException().isThrownBy(() -> stream.under(null));
        assertThatNullPointerException().isThrownBy(() -> stream.async(null));
        assertThatNullPointerException().isThrownBy(() -> stream.asyncNolink(null));
        assertThatNullPointerException().isThrownBy(() -> TaskStream.over((Iterable<Integer>) null, (Integer n) -> n));
        assertThatNullPointerException()
                .isThrownBy(() -> TaskStream.over(List.of(1), (TaskStream.Step<Integer, Integer>) null));
    }

    // ---- Supervised ------------------------------------------------------------------------------------------------

    @Test
    void tasksAreChildrenOfASupervisor() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
        Pid supervisor = tasks.pid().orElseThrow();
        meadow.inProcess(self -> {
            TaskStream<Integer, List<Pid>> stream = TaskStream.<Integer, List<Pid>>over(
                            List.of(1, 2),
                            (Receiver<Object> in, Integer _) ->
                                    in.pid().info().orElseThrow().ancestors())
                    .under(tasks);
            assertThat(stream.async(self))
                    .allSatisfy(ancestors -> assertThat(ancestors.orElseThrow()).containsExactly(supervisor));
            assertThat(stream.asyncNolink(meadow.node))
                    .allSatisfy(ancestors -> assertThat(ancestors.orElseThrow()).containsExactly(supervisor));
        });
        assertThat(supervisor.isAlive()).isTrue();
    }

    @Test
    void aCrashOfASupervisedTaskEndsTheOwnerIfItIsLinked() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> TaskStream.over(List.of(1), _ -> exit("oops"))
                .under(tasks)
                .async(self)
                .forEach(_ -> {}));
        assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
        assertThat(tasks.pid().orElseThrow().isAlive()).isTrue();
    }

    @Test
    void aSupervisorWithoutRoomFailsTheStreamAndLeavesNothingBehind() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create().maxChildren(1));
        meadow.inProcess(self -> {
            for (boolean linked : List.of(true, false)) {
                TaskStream<Integer, Object> stream = TaskStream.over(List.of(1, 2, 3), _ -> Meadow.sleep())
                        .under(tasks)
                        .maxConcurrency(2);
                assertThatThrownBy(() -> (linked ? stream.async(self) : stream.asyncNolink(meadow.node)).toList())
                        .isInstanceOf(TaskException.TooManyChildren.class);
                Await.until(() -> tasks.children().isEmpty());
                assertThat(self.pid().info().orElseThrow().links()).isEmpty();
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            }
        });
    }

    @Test
    void aStreamThatHasRoomNeverExceedsIt() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create().maxChildren(4));
        for (int round = 0; round < 20; round++) {
            assertThat(TaskStream.over(IntStream.range(0, 100).boxed(), n -> n)
                            .under(tasks)
                            .maxConcurrency(4)
                            .asyncNolink(meadow.node))
                    .hasSize(100)
                    .allMatch(Result::isOk);
        }
    }
}
