package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Many owners do everything at once to many tasks. Whatever the interleaving: every outcome is one that its
/// task can have, and nothing is left.
class TaskStressTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    private static Object work(int kind, Receiver<Object> self) throws Exception {
        return switch (kind) {
            case 0 -> "value";
            case 1 -> throw new ProcessExit(OOPS);
            case 2 -> Meadow.sleep();
            default -> {
                Thread.yield();
                yield self.pid();
            }
        };
    }

    private static boolean isPossible(int kind, Result<Object, ExitReason> outcome, Pid pid) {
        return switch (kind) {
            case 0 -> outcome.equals(Result.ok("value"));
            case 1 -> outcome.equals(Result.err(OOPS));
            case 2 -> false;
            default -> outcome.equals(Result.ok(pid));
        };
    }

    @Test
    void ownersStartAskEndAndIgnoreTasksOfAllKinds() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
        List<CompletableFuture<Integer>> owners = new ArrayList<>();
        for (int owner = 0; owner < 20; owner++) {
            int seed = owner;
            owners.add(meadow.later(self -> {
                self.trapExit(true);
                SplittableRandom random = new SplittableRandom(seed);
                int outcomes = 0;
                for (int i = 0; i < 300; i++) {
                    int kind = random.nextInt(4);
                    Work<Object> work = in -> work(kind, in);
                    Task<Object> task = switch (random.nextInt(4)) {
                        case 0 -> Task.async(self, work);
                        case 1 -> Task.asyncNolink(meadow.node, work);
                        case 2 -> tasks.async(self, work);
                        default -> tasks.asyncNolink(work);
                    };
                    Pid pid = task.pid().orElseThrow();
                    int use = random.nextInt(4);
                    Optional<Result<Object, ExitReason>> outcome = switch (use) {
                        case 0 -> task.shutdown();
                        case 1 -> task.kill();
                        case 2 -> task.ignore();
                        default -> kind == 2 ? task.yield(Duration.ZERO) : task.yield(Await.LIMIT);
                    };
                    outcome.ifPresent(found -> assertThat(isPossible(kind, found, pid))
                            .as("kind %s gives %s", kind, found)
                            .isTrue());
                    outcomes += outcome.isPresent() ? 1 : 0;
                    if (use <= 1) {
                        assertThat(pid.isAlive()).isFalse();
                    } else if (kind == 2) {
                        pid.exit(ExitReason.kill());
                    }
                }
                return outcomes;
            }));
        }
        assertThat(owners)
                .allSatisfy(owner -> assertThat(Await.<Integer>get(owner)).isPositive());
        Await.until(() -> meadow.node.processes().equals(List.of(tasks.pid().orElseThrow())));
        // Who has ended is out of the table before its links hear of it.
        Await.until(() -> tasks.children().isEmpty());
    }

    @Test
    void manyTasksOfOneOwner() {
        meadow.inProcess(self -> {
            List<Task<Integer>> all = IntStream.range(0, 20_000)
                    .mapToObj(n -> Task.async(self, () -> n))
                    .toList();
            assertThat(Task.awaitMany(all, Await.LIMIT))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 20_000).boxed().toList());
            Await.until(() -> self.pid().info().orElseThrow().links().isEmpty());
        });
    }

    @Test
    void streamsOfManyOwnersStopAtAnyPoint() {
        TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
        List<CompletableFuture<Boolean>> owners = new ArrayList<>();
        for (int owner = 0; owner < 10; owner++) {
            int seed = owner;
            owners.add(meadow.later(self -> {
                SplittableRandom random = new SplittableRandom(seed);
                for (int i = 0; i < 50; i++) {
                    int wanted = random.nextInt(30);
                    TaskStream<Integer, Integer> stream = TaskStream.over(
                                    IntStream.iterate(0, n -> n + 1).boxed(), n -> n)
                            .maxConcurrency(1 + random.nextInt(8));
                    stream = random.nextBoolean() ? stream.unordered() : stream;
                    stream = random.nextBoolean() ? stream.under(tasks) : stream;
                    List<Result<Integer, ExitReason>> results = (random.nextBoolean()
                                    ? stream.async(self)
                                    : stream.asyncNolink(meadow.node))
                            .limit(wanted)
                            .toList();
                    assertThat(results).hasSize(wanted).allMatch(Result::isOk);
                }
                assertThat(self.pid().info().orElseThrow().links()).isEmpty();
                return true;
            }));
        }
        assertThat(owners)
                .allSatisfy(owner -> assertThat(Await.<Boolean>get(owner)).isTrue());
        Await.until(() -> meadow.node.processes().equals(List.of(tasks.pid().orElseThrow())));
    }
}
