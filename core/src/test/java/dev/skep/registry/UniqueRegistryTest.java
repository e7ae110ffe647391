package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.Await;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NotSendableException;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.StartException;
import dev.skep.registry.Hive.Bee;
import dev.skep.registry.UniqueRegistry.Updated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@SuppressWarnings("UnnecessaryAsync") // references that a lambda sets
class UniqueRegistryTest {
    static final Name<UniqueRegistry<Object, Object, Object>> NAME = Name.of("registry");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final UniqueRegistry<Object, Object, Object> registry = node.start(Registry.unique(NAME));

    private static <K, V> Entry<K, V, Object> entry(K key, Pid pid, V value) {
        return new Entry<>(key, pid, Optional.of(value));
    }

    private Pid register(Bee bee, Object key, Object value) {
        return bee.run(self -> registry.register(self, key, value).orElseThrow())
                .pid();
    }

    private Result<Entry<Object, Object, Object>, AlreadyRegistered> tryToRegister(Bee bee, Object key, Object value) {
        return bee.run(self -> registry.register(self, key, value));
    }

    private Optional<Updated<Object>> update(Bee bee, Object key, Function<Optional<Object>, Object> change) {
        return bee.run(self -> registry.updateValue(self, key, change));
    }

    @Test
    void anEmptyRegistryHasNothing() {
        assertThat(registry.count()).isZero();
        assertThat(registry.lookup("x")).isEmpty();
        assertThat(registry.find("x")).isEmpty();
        assertThat(registry.whereis("x")).isEmpty();
        assertThat(registry.entries()).isEmpty();
        assertThat(registry.keys(hive.bee().pid)).isEmpty();
        assertThat(registry.values("x", hive.bee().pid)).isEmpty();
    }

    @Test
    void aProcessIsFoundByItsKey() {
        Bee bee = hive.bee();
        assertThat(tryToRegister(bee, "hello", 1)).isEqualTo(Result.ok(entry("hello", bee.pid, 1)));
        assertThat(registry.find("hello")).contains(entry("hello", bee.pid, 1));
        assertThat(registry.lookup("hello")).containsExactly(entry("hello", bee.pid, 1));
        assertThat(registry.whereis("hello")).contains(bee.pid);
        assertThat(registry.find("hello").orElseThrow().ref().pid()).contains(bee.pid);
        assertThat(registry.values("hello", bee.pid)).containsExactly(1);
        assertThat(registry.values("hello", hive.bee().pid)).isEmpty();
        register(bee, "world", 2);
        assertThat(registry.keys(bee.pid)).containsExactly("hello", "world");
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    void aValueIsNotNeeded() {
        Bee bee = hive.bee();
        bee.run(self -> registry.register(self, "hello").orElseThrow());
        assertThat(registry.find("hello").orElseThrow().value()).isEmpty();
        assertThat(registry.values("hello", bee.pid)).isEmpty();
        assertThat(registry.match("hello", _ -> true)).isEmpty();
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", _ -> true)))
                .isFalse();
    }

    @Test
    void aKeyIsRegisteredOnce() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        register(one, "hello", 1);
        Result<?, AlreadyRegistered> taken = Result.err(new AlreadyRegistered(one.pid));
        assertThat(tryToRegister(one, "hello", 2)).isEqualTo(taken);
        assertThat(tryToRegister(two, "hello", 3)).isEqualTo(taken);
        assertThat(registry.find("hello")).contains(entry("hello", one.pid, 1));
        assertThat(registry.keys(one.pid)).containsExactly("hello");
        assertThat(registry.keys(two.pid)).isEmpty();
        assertThat(registry.count()).isOne();
        one.end();
        assertThat(registry.keys(one.pid)).isEmpty();
        register(two, "hello", 3);
        assertThat(registry.find("hello")).contains(entry("hello", two.pid, 3));
    }

    @Test
    void keysAreComparedByEquals() {
        Bee bee = hive.bee();
        register(bee, 1, "int");
        register(bee, 1L, "long");
        register(bee, List.of(1), "list");
        assertThat(registry.lookup(1)).containsExactly(entry(1, bee.pid, "int"));
        assertThat(registry.lookup(List.of(1))).hasSize(1);
        assertThat(registry.lookup(1.0)).isEmpty();
    }

    @Test
    void entriesLeaveWithTheirProcessBeforeAnybodyHearsOfTheEnd() {
        for (int i = 0; i < 300; i++) {
            ExitReason reason = i % 2 == 0 ? ExitReason.kill() : ExitReason.shutdown();
            hive.in(self -> {
                AtomicReference<Pid> child = new AtomicReference<>();
                Monitor monitor = self.spawnMonitor((Receiver<Object> itself) -> {
                    registry.register(itself, "a", 1).orElseThrow();
                    registry.register(itself, "b", 2).orElseThrow();
                    self.pid().send(itself.pid());
                    itself.receive();
                });
                child.set(self.receive(Pid.class));
                child.get().exit(reason);
                self.receive(Down.class, down -> down.monitor() == monitor);
                assertThat(registry.count()).isZero();
                assertThat(registry.find("a")).isEmpty();
                assertThat(registry.keys(child.get())).isEmpty();
                return true;
            });
        }
    }

    @Test
    void onlyTheOwnerUnregisters() {
        Bee one = hive.bee();
        Bee two = hive.bee();
        register(one, "hello", 1);
        register(one, "world", 2);
        assertThat(two.does(self -> registry.unregister(self, "hello"))).isFalse();
        assertThat(one.does(self -> registry.unregister(self, "hello"))).isTrue();
        assertThat(one.does(self -> registry.unregister(self, "hello"))).isFalse();
        assertThat(registry.lookup("hello")).isEmpty();
        assertThat(registry.keys(one.pid)).containsExactly("world");
        register(two, "hello", 3);
    }

    @Test
    void aMatchingValueIsUnregistered() {
        Bee bee = hive.bee();
        register(bee, "hello", List.of("x", 1));
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", List.of("y", 1)::equals)))
                .isFalse();
        assertThat(registry.keys(bee.pid)).containsExactly("hello");
        assertThat(bee.does(self -> registry.unregisterMatch(self, "hello", List.of("x", 1)::equals)))
                .isTrue();
        assertThat(registry.keys(bee.pid)).isEmpty();
    }

    @Test
    void valuesAreMatched() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        assertThat(registry.match("hello", Integer.valueOf(1)::equals)).hasSize(1);
        assertThat(registry.match("hello", Integer.valueOf(2)::equals)).isEmpty();
        assertThat(registry.match("other", _ -> true)).isEmpty();
        assertThat(registry.countMatch("hello", Integer.class::isInstance)).isOne();
        assertThat(registry.countMatch("hello", String.class::isInstance)).isZero();
    }

    @Test
    void theOwnerUpdatesItsValue() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        assertThat(update(bee, "hello", old -> (Integer) old.orElseThrow() + 1))
                .contains(new Updated<>(2, Optional.of(1)));
        assertThat(registry.find("hello")).contains(entry("hello", bee.pid, 2));
        Bee other = hive.bee();
        assertThat(update(other, "hello", _ -> 9)).isEmpty();
        assertThat(update(bee, "unknown", _ -> 9)).isEmpty();
        assertThat(registry.values("hello", bee.pid)).containsExactly(2);
        bee.run(self -> registry.register(self, "bare").orElseThrow());
        assertThat(update(bee, "bare", _ -> "now")).contains(new Updated<>("now", Optional.empty()));
    }

    @Test
    void everythingIsSelected() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        register(bee, "world", 2);
        assertThat(registry.entries())
                .containsExactlyInAnyOrder(entry("hello", bee.pid, 1), entry("world", bee.pid, 2));
        assertThat(registry.<Object>select(entry ->
                        entry.value().filter(Integer.valueOf(2)::equals).map(_ -> entry.key())))
                .containsExactly("world");
        assertThat(registry.countSelect(entry -> entry.pid().equals(bee.pid))).isEqualTo(2);
        assertThat(registry.countSelect(entry -> entry.key().equals("hello"))).isOne();
    }

    @Test
    void aDispatchRunsInTheCallerAndNotForNobody() {
        Bee bee = hive.bee();
        register(bee, "hello", 1);
        LinkedBlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        registry.dispatch("hello", entries -> seen.add(List.of(entries, Thread.currentThread())));
        assertThat(Await.next(seen)).isEqualTo(List.of(List.of(entry("hello", bee.pid, 1)), Thread.currentThread()));
        registry.dispatch("unknown", seen::add);
        assertThat(seen).isEmpty();
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> registry.dispatch("hello", _ -> {
                    throw new ArithmeticException("on purpose");
                }));
    }

    @Test
    void metadataBelongsToTheRegistry() {
        Name<UniqueRegistry<String, Void, Object>> name = Name.of("with meta");
        UniqueRegistry<String, Void, Object> other =
                node.start(Registry.unique(name).meta("a", 1).meta("b", "two"));
        assertThat(other.meta("a", Integer.class)).contains(1);
        assertThat(other.meta("b", String.class)).contains("two");
        assertThat(other.meta("c", String.class)).isEmpty();
        other.putMeta("c", "three");
        other.putMeta("a", 11);
        other.deleteMeta("b");
        other.deleteMeta("b");
        assertThat(other.meta("c", String.class)).contains("three");
        assertThat(other.meta("a", Integer.class)).contains(11);
        assertThat(other.meta("b", String.class)).isEmpty();
        assertThatExceptionOfType(ClassCastException.class)
                .isThrownBy(() -> other.meta("a", String.class))
                .withMessage("the value a of registry with meta is a java.lang.Integer, and no java.lang.String");
        assertThat(registry.meta("a", Integer.class)).isEmpty();
        assertThatNullPointerException().isThrownBy(() -> registry.putMeta("x", null));
        assertThatNullPointerException().isThrownBy(() -> registry.putMeta(null, "x"));
    }

    @Test
    void aStrictNodeRefusesWhatCanBeChanged() {
        Name<UniqueRegistry<Object, Object, Object>> name = Name.of("strict");
        try (Node strict = Node.builder("strict").strict(true).start()) {
            UniqueRegistry<Object, Object, Object> open = strict.start(Registry.unique(name));
            CompletableFuture<List<String>> refused = new CompletableFuture<>();
            strict.spawn(self -> {
                List<String> paths = new ArrayList<>();
                List<Runnable> attempts = List.of(
                        () -> open.register(self, new int[1], "value"),
                        () -> open.register(self, "key", new BitSet()),
                        () -> open.putMeta("meta", new BitSet()),
                        () -> {
                            open.register(self, "key", "value");
                            open.updateValue(self, "key", _ -> new BitSet());
                        });
                for (Runnable attempt : attempts) {
                    try {
                        attempt.run();
                    } catch (NotSendableException e) {
                        paths.add(e.getMessage());
                    }
                }
                refused.complete(paths);
                self.receive();
            });

            assertThat(refused.join()).hasSize(4);
            assertThat(open.entries()).extracting(Entry::value).containsExactly(Optional.of("value"));
            assertThat(open.meta("meta", BitSet.class)).isEmpty();
            assertThatExceptionOfType(StartException.Failed.class)
                    .isThrownBy(() -> strict.start(Registry.unique(Name.<UniqueRegistry<Object, Object, Object>>of("x"))
                            .meta("meta", new BitSet())))
                    .withMessageContaining("java.util.BitSet");
        }
    }

    // ---- Listeners -----------------------------------------------------------------------------------------------

    private static final Name<Object> LISTENER = Name.of("listener");

    @Test
    void listenersHearOfRegistrationsAndOfEnds() {
        LinkedBlockingQueue<Object> heard = hive.listener(LISTENER);
        Name<UniqueRegistry<String, Integer, Object>> name = Name.of("heard");
        UniqueRegistry<String, Integer, Object> other =
                node.start(Registry.unique(name).listener(LISTENER).listener(Name.of("nobody")));
        Bee bee = hive.bee();
        bee.run(self -> other.register(self, "hello", 1).orElseThrow());
        assertThat(Await.next(heard))
                .isEqualTo(new RegistryEvent.Registered("heard", "hello", bee.pid, Optional.of(1)));
        bee.run(self -> other.register(self, "hello", 1).isOk());
        bee.run(self -> other.unregister(self, "unknown"));
        bee.run(self -> other.unregister(self, "hello"));
        assertThat(Await.next(heard)).isEqualTo(new RegistryEvent.Unregistered("heard", "hello", bee.pid));
        bee.run(self -> other.register(self, "again").orElseThrow());
        assertThat(Await.next(heard))
                .isEqualTo(new RegistryEvent.Registered("heard", "again", bee.pid, Optional.empty()));
        bee.end();
        assertThat(Await.next(heard)).isEqualTo(new RegistryEvent.Unregistered("heard", "again", bee.pid));
        assertThat(heard).isEmpty();
    }

    @Test
    void whoHearsOfTheEndHasHeardOfTheUnregistering() {
        Name<UniqueRegistry<String, Integer, Object>> name = Name.of("heard");
        hive.in(self -> {
            node.register(LISTENER, self.pid());
            UniqueRegistry<String, Integer, Object> other =
                    node.start(Registry.unique(name).listener(LISTENER));
            for (int i = 0; i < 100; i++) {
                Monitor monitor = self.spawnMonitor(
                        (Receiver<Object> itself) -> other.register(itself, "x").orElseThrow());
                self.receive(Down.class, down -> down.monitor() == monitor);
                assertThat(self.receive(RegistryEvent.Registered.class, _ -> true, Duration.ZERO))
                        .isPresent();
                assertThat(self.receive(RegistryEvent.Unregistered.class, _ -> true, Duration.ZERO))
                        .isPresent();
            }
            return true;
        });
    }

    // ---- Bad input -----------------------------------------------------------------------------------------------

    @Test
    void nullsAreRefused() {
        Bee bee = hive.bee();
        bee.run(self -> {
            assertThatNullPointerException().isThrownBy(() -> registry.register(self, null));
            assertThatNullPointerException().isThrownBy(() -> registry.register(self, "x", (Object) null));
            assertThatNullPointerException().isThrownBy(() -> registry.unregister(self, null));
            assertThatNullPointerException().isThrownBy(() -> registry.updateValue(self, null, _ -> 1));
            registry.register(self, "x", 1).orElseThrow();
            assertThatNullPointerException().isThrownBy(() -> registry.updateValue(self, "x", _ -> null));
            return true;
        });
        assertThatNullPointerException().isThrownBy(() -> registry.lookup(null));
        assertThatNullPointerException().isThrownBy(() -> registry.find(null));
        assertThatNullPointerException().isThrownBy(() -> registry.keys(null));
        assertThatNullPointerException().isThrownBy(() -> registry.name(null));
        assertThatNullPointerException().isThrownBy(() -> registry.dispatch("x", null));
        assertThatNullPointerException().isThrownBy(() -> registry.select(null));
        assertThatNullPointerException().isThrownBy(() -> Registry.unique(null));
        assertThatNullPointerException().isThrownBy(() -> Registry.unique(NAME).listener(null));
        assertThatNullPointerException().isThrownBy(() -> UniqueRegistry.of(null, NAME));
    }

    @Test
    void onlyTheProcessItselfRegistersItself() {
        Self<Object> leaked = hive.bee().run(self -> self);
        assertThatIllegalStateException()
                .isThrownBy(() -> registry.register(leaked, "x"))
                .withMessageContaining("register of " + leaked.pid())
                .withMessageContaining("another thread");
        assertThatIllegalStateException().isThrownBy(() -> registry.unregister(leaked, "x"));
        assertThatIllegalStateException().isThrownBy(() -> registry.updateValue(leaked, "x", _ -> 1));
        assertThat(registry.count()).isZero();
    }

    @Test
    void aProcessOfAnotherNodeIsRefused() {
        try (Hive elsewhere = new Hive()) {
            elsewhere.bee().run(self -> {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> registry.register(self, "x"))
                        .withMessageContaining("another node");
                return true;
            });
        }
    }

    @Test
    void aRegistryThatDoesNotRunIsAnError() {
        Name<UniqueRegistry<Object, Object, Object>> unknown = Name.of("unknown");
        UniqueRegistry<Object, Object, Object> none = UniqueRegistry.of(node, unknown);
        assertThatIllegalStateException()
                .isThrownBy(() -> none.lookup("x"))
                .withMessageContaining("no running UniqueRegistry with the name \"unknown\" on node hive");
        assertThatIllegalStateException().isThrownBy(none::count);
        assertThatIllegalStateException().isThrownBy(() -> none.meta("x", String.class));
        assertThat(none.pid()).isEmpty();
        node.register(unknown, hive.bee().pid);
        assertThatIllegalStateException().isThrownBy(() -> none.lookup("x"));
        Name<DuplicateRegistry<Object, Object, Object>> other = Name.of("registry");
        assertThatIllegalStateException()
                .isThrownBy(() -> DuplicateRegistry.of(node, other).lookup("x"))
                .withMessageContaining("DuplicateRegistry");
    }

    @Test
    void aRegistryRunsOnceUnderItsName() {
        Pid first = registry.pid().orElseThrow();
        assertThatExceptionOfType(StartException.AlreadyStarted.class)
                .isThrownBy(() -> node.start(Registry.unique(NAME)))
                .satisfies(taken -> assertThat(taken.pid()).isEqualTo(first));
        assertThat(registry).hasToString("registry").isEqualTo(UniqueRegistry.of(node, NAME));
        assertThat(registry).hasSameHashCodeAs(UniqueRegistry.of(node, NAME));
    }

    @Test
    void nodesHaveRegistriesOfTheirOwn() {
        try (Hive elsewhere = new Hive()) {
            UniqueRegistry<Object, Object, Object> other = elsewhere.node.start(Registry.unique(NAME));
            register(hive.bee(), "x", 1);
            assertThat(other.lookup("x")).isEmpty();
            assertThat(other).isNotEqualTo(registry);
        }
    }

    @Test
    void aRegistryTakesNoMessages() {
        Pid process = registry.pid().orElseThrow();
        process.send("hello");
        node.ref(NAME).send("hello");
        assertThat(process.info().orElseThrow().initialCall()).isEqualTo(Registry.class.getName());
        register(hive.bee(), "x", 1);
    }

    @Test
    void aProcessThatIsToldToEndRegistersNothing() {
        Bee bee = hive.bee();
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<Boolean> outcome = bee.later(self -> {
            try {
                waiting.countDown();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                registry.register(self, "x", 1).orElseThrow();
            }
            return true;
        });
        assertThat(Await.get(CompletableFuture.supplyAsync(() -> {
                    try {
                        return waiting.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })))
                .isTrue();
        bee.pid.exit(ExitReason.because("enough"));
        assertThat(bee.awaitEnd()).isEqualTo(ExitReason.because("enough"));
        assertThat(outcome).isCompletedExceptionally();
        assertThat(registry.count()).isZero();
    }
}
