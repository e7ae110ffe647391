package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Children that are started and crashed from many threads at once: afterwards the tree is complete and in order.
class CrowdTest {

    private static final int THREADS = 64;
    private static final int CRASHES = 4;

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private static void fromManyThreads(IntConsumer action) {
        CountDownLatch ready = new CountDownLatch(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                running.add(CompletableFuture.runAsync(
                        () -> {
                            ready.countDown();
                            try {
                                ready.await();
                            } catch (InterruptedException e) {
                                throw new CompletionException(e);
                            }
                            action.accept(number);
                        },
                        threads));
            }
            running.forEach(CompletableFuture::join);
        }
    }

    /// Kills a random child, or makes it end otherwise, and waits for its end.
    private static void crashOne(List<Pid> children, Random random) {
        if (!children.isEmpty()) {
            Pid victim = children.get(random.nextInt(children.size()));
            victim.exitAndJoin(random.nextBoolean() ? ExitReason.kill() : ExitReason.because("crash"), Await.LIMIT);
        }
    }

    private static List<Pid> pids(List<ChildInfo> children) {
        return children.stream()
                .filter(child -> child.state() == ChildInfo.State.RUNNING) // not in the middle of somebody's start
                .flatMap(child -> child.pid().stream())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oneForOne", "oneForAll", "restForOne"})
    void everyStrategy(String strategy) {
        Supervisor description = switch (strategy) {
            case "oneForOne" -> Supervisor.oneForOne();
            case "oneForAll" -> Supervisor.oneForAll();
            default -> Supervisor.restForOne();
        };
        SupervisorRef sup = hive.start(description
                .intensity(Integer.MAX_VALUE, Duration.ofSeconds(1))
                .child(hive.child("first"))
                .child(hive.child("second")));
        fromManyThreads(number -> {
            Random random = new Random(number);
            for (int i = 0; i < CRASHES; i++) {
                if (i % 2 == 0) {
                    sup.startChild(hive.child(number + "." + i)).orElseThrow(error -> new AssertionError(error));
                }
                crashOne(pids(sup.whichChildren()), random);
            }
        });

        List<ChildInfo> children = sup.whichChildren().reversed();
        assertThat(children)
                .hasSize(2 + THREADS * CRASHES / 2)
                .allSatisfy(child -> assertThat(child.state()).isEqualTo(ChildInfo.State.RUNNING));
        List<String> ids = children.stream().map(ChildInfo::id).toList();
        assertThat(ids).doesNotHaveDuplicates().startsWith("first", "second");
        for (int number = 0; number < THREADS; number++) {
            assertThat(ids.indexOf(number + ".2")).isGreaterThan(ids.indexOf(number + ".0"));
        }
        List<Pid> pids = pids(children);
        if (!strategy.equals("oneForOne")) {
            assertThat(pids).as("a later child was started later").isSorted();
        }
        for (int i = 0; i < ids.size(); i++) {
            assertThat(ServerRef.<Hive.Ask>of(pids.get(i)).call(new Hive.Ask.Who(), Await.LIMIT))
                    .isEqualTo(ids.get(i));
        }
        assertThat(hive.node.processes()).as("nobody is left over").hasSize(ids.size() + 1);
        hive.takeJournal();
        hive.shutDown(sup);
        assertThat(hive.journal())
                .isEqualTo(ids.reversed().stream().map(id -> "-" + id).toList());
    }

    @Test
    void aSimpleSupervisor() {
        var sup = hive.node.start(
                Supervisor.simpleOneForOne(hive::server).intensity(Integer.MAX_VALUE, Duration.ofSeconds(1)));
        fromManyThreads(number -> {
            Random random = new Random(number);
            for (int i = 0; i < CRASHES; i++) {
                sup.startChild(number + "." + i).orElseThrow();
                crashOne(pids(sup.whichChildren()), random);
            }
        });
        List<Pid> pids = pids(sup.whichChildren());
        assertThat(pids).hasSize(THREADS * CRASHES).doesNotHaveDuplicates();
        assertThat(pids.stream().map(pid -> ServerRef.<Hive.Ask>of(pid).call(new Hive.Ask.Who(), Await.LIMIT)))
                .doesNotHaveDuplicates();
        assertThat(hive.node.processes()).as("nobody is left over").hasSize(pids.size() + 1);
    }

    @Test
    void aDynamicSupervisor() {
        DynamicSupervisorRef<ChildSpec> sup =
                hive.node.start(DynamicSupervisor.create().intensity(Integer.MAX_VALUE, Duration.ofSeconds(1)));
        fromManyThreads(number -> {
            Random random = new Random(number);
            for (int i = 0; i < CRASHES; i++) {
                String id = number + "." + i;
                List<Result<Optional<Pid>, ChildError>> three = sup.startChildren(List.of(
                        hive.child(id),
                        hive.child("temporary").restart(Restart.TEMPORARY),
                        ChildSpec.of("of its own", self -> self.startLink(hive.server("own")))
                                .restart(Restart.TEMPORARY)));
                List<Pid> own = three.stream()
                        .map(result -> result.orElseThrow().orElseThrow())
                        .toList();
                crashOne(own, random); // perhaps the one that comes back
                sup.terminateChild(own.get(1));
                sup.terminateChild(own.get(2));
            }
        });
        assertThat(sup.whichChildren())
                .hasSize(THREADS * CRASHES)
                .allSatisfy(child -> assertThat(child.state()).isEqualTo(ChildInfo.State.RUNNING))
                .extracting(ChildInfo::id)
                .doesNotHaveDuplicates();
        assertThat(hive.node.processes()).as("nobody is left over").hasSize(THREADS * CRASHES + 1);
    }
}
