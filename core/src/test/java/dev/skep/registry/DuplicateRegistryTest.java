package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.registry.Hive.Bee;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicateRegistryTest {
    private static final Name<DuplicateRegistry<String, Object, Object>> NAME = Name.of("registry");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final DuplicateRegistry<String, Object, Object> registry = node.start(Registry.duplicate(NAME));

    private static Entry<String, Object, Object> entry(String key, Pid pid, Object value) {
        return new Entry<>(key, pid, Optional.of(value));
    }

    private Entry<String, Object, Object> register(Bee bee, String key, Object value) {
        return bee.run(self -> registry.register(self, key, value));
    }

    @Test
    void aKeyHasAnyNumberOfEntriesInTheirOrder() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        assertThat(register(one, "hello", 1)).isEqualTo(entry("hello", one.pid, 1));
        register(two, "hello", 2);
        register(one, "hello", 3);
        register(one, "world", 4);
        assertThat(registry.lookup("hello"))
                .containsExactly(entry("hello", one.pid, 1), entry("hello", two.pid, 2), entry("hello", one.pid, 3));
        assertThat(registry.count()).isEqualTo(4);
        assertThat(registry.keys(one.pid)).containsExactly("hello", "hello", "world");
        assertThat(registry.values("hello", one.pid)).containsExactly(1, 3);
        assertThat(registry.values("hello", two.pid)).containsExactly(2);
        assertThat(registry.entries()).hasSize(4);
    }

    @Test
    void entriesLeaveWithTheirProcess() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        for (int i = 0; i < 10; i++) {
            register(one, "hello", i);
            register(two, "hello", i);
        }
        register(one, "alone", 1);
        one.end();
        assertThat(registry.lookup("hello"))
                .hasSize(10)
                .allMatch(entry -> entry.pid().equals(two.pid));
        assertThat(registry.lookup("alone")).isEmpty();
        assertThat(registry.count()).isEqualTo(10);
        two.end();
        assertThat(registry.count()).isZero();
        assertThat(registry.lookup("hello")).isEmpty();
        Bee three = hive.bee();
        register(three, "hello", "again");
        assertThat(registry.lookup("hello")).containsExactly(entry("hello", three.pid, "again"));
    }

    @Test
    void unregisteringTakesAllEntriesOfTheProcessUnderTheKey() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        register(one, "hello", 1);
        register(one, "hello", 2);
        register(one, "world", 3);
        register(two, "hello", 4);
        assertThat(one.does(self -> registry.unregister(self, "hello"))).isTrue();
        assertThat(one.does(self -> registry.unregister(self, "hello"))).isFalse();
        assertThat(registry.lookup("hello")).containsExactly(entry("hello", two.pid, 4));
        assertThat(registry.keys(one.pid)).containsExactly("world");
    }

    @Test
    void unregisteringTakesThoseThatMatch() {
        Bee bee = hive.bee();
        for (Object value : List.of("a", "b", "c", 1)) {
            register(bee, "hello", value);
        }
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", "b"::equals)))
                .isTrue();
        assertThat(registry.values("hello", bee.pid)).containsExactly("a", "c", 1);
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", String.class::isInstance)))
                .isTrue();
        assertThat(registry.values("hello", bee.pid)).containsExactly(1);
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", String.class::isInstance)))
                .isFalse();
        assertThat(registry.keys(bee.pid)).containsExactly("hello");
    }

    @Test
    void valuesAreMatchedAndCounted() {
        Bee bee = hive.bee();
        for (Object value : List.of("a", "b", 1)) {
            register(bee, "hello", value);
        }
        bee.run(self -> registry.register(self, "hello"));
        assertThat(registry.match("hello", String.class::isInstance)).hasSize(2);
        assertThat(registry.countMatch("hello", "b"::equals)).isOne();
        assertThat(registry.countSelect(entry -> entry.value().isEmpty())).isOne();
        assertThat(registry.select(entry -> entry.value().filter(Integer.class::isInstance)))
                .containsExactly(1);
    }

    @Test
    void aDispatchGetsAllEntriesAtOnce() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        register(one, "hello", 1);
        register(two, "hello", 2);
        LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        registry.dispatch("hello", seen::add);
        registry.dispatch("unknown", seen::add);
        assertThat(seen).containsExactly(List.of(entry("hello", one.pid, 1), entry("hello", two.pid, 2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20})
    void aParallelDispatchGetsEachEntryOnceInProcessesOfItsOwn(int parts) {
        Bee bee = hive.bee();
        for (int i = 0; i < 7; i++) {
            register(bee, "hello", i);
        }
        LinkedBlockingQueue<Object> values = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Object> threads = new LinkedBlockingQueue<>();
        CountDownLatch all = new CountDownLatch(Math.min(parts, 7));
        registry.dispatchInParallel("hello", parts, entries -> {
            assertThat(entries).isNotEmpty();
            entries.forEach(entry -> values.add(entry.value().orElseThrow()));
            threads.add(Thread.currentThread());
            all.countDown();
            try {
                all.await(); // each waits for all others
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(values).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
        assertThat(threads).hasSize(Math.min(parts, 7)).doesNotContain(Thread.currentThread());
        registry.dispatchInParallel("unknown", parts, _ -> values.clear());
        assertThat(values).isNotEmpty();
    }

    @Test
    void aPartThatFailsEndsTheOthersAndFailsTheCaller() {
        Bee bee = hive.bee();
        register(bee, "hello", "waits");
        register(bee, "hello", "fails");
        CountDownLatch waiting = new CountDownLatch(1);
        LinkedBlockingQueue<Object> interrupted = new LinkedBlockingQueue<>();
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> registry.dispatchInParallel("hello", 2, entries -> {
                    if (entries.getFirst().value().orElseThrow().equals("fails")) {
                        awaitQuietly(waiting);
                        throw new ArithmeticException("on purpose");
                    }
                    waiting.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.add(e);
                    }
                }));
        Await.next(interrupted);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.dispatchInParallel("hello", 0, _ -> {}))
                .withMessageContaining("parts was 0");
    }

    @Test
    void aCallerThatIsToldToEndEndsTheParts() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        register(bee, "hello", 2);
        CountDownLatch waiting = new CountDownLatch(2);
        LinkedBlockingQueue<Object> interrupted = new LinkedBlockingQueue<>();
        Bee caller = hive.bee();
        CompletableFuture<Boolean> dispatched = caller.later(_ -> {
            registry.dispatchInParallel("hello", 2, _ -> {
                waiting.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.add(e);
                }
            });
            return true;
        });
        awaitQuietly(waiting);
        caller.pid.exit(ExitReason.shutdown());
        assertThat(caller.awaitEnd()).isEqualTo(ExitReason.shutdown());
        Await.next(interrupted);
        Await.next(interrupted);
        assertThat(dispatched).isCompletedExceptionally();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPartThatIsToldToEndEndsTheCaller() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        register(bee, "hello", 2);
        Set<Pid> before = new HashSet<>(node.processes());
        Bee caller = hive.bee();
        before.add(caller.pid);
        CompletableFuture<Boolean> dispatched = caller.later(_ -> {
            registry.dispatchInParallel("hello", 2, _ -> {
                List<Pid> parts = new ArrayList<>(node.processes());
                parts.removeAll(before);
                parts.forEach(part -> part.exit(ExitReason.because("enough")));
            });
            return true;
        });
        assertThat(caller.awaitEnd()).isEqualTo(ExitReason.because("enough"));
        assertThat(dispatched).isCompletedExceptionally();
    }

    @Test
    void listenersHearOfEachEntry() {
        LinkedBlockingQueue<Object> heard = hive.listener(Name.of("listener"));
        Name<DuplicateRegistry<String, Integer, Object>> name = Name.of("heard");
        DuplicateRegistry<String, Integer, Object> other =
                node.start(Registry.duplicate(name).listener(Name.of("listener")));
        Bee bee = hive.bee();
        bee.run(self -> other.register(self, "x", 1));
        bee.run(self -> other.register(self, "x", 2));
        bee.run(self -> other.unregisterMatch(self, "x", Integer.valueOf(1)::equals));
        bee.end();
        RegistryEvent gone = new RegistryEvent.Unregistered("heard", "x", bee.pid);
        assertThat(List.of(Await.next(heard), Await.next(heard), Await.next(heard), Await.next(heard)))
                .containsExactly(
                        new RegistryEvent.Registered("heard", "x", bee.pid, Optional.of(1)),
                        new RegistryEvent.Registered("heard", "x", bee.pid, Optional.of(2)),
                        gone,
                        gone);
    }
}
