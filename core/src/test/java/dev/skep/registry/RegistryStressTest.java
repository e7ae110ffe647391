package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Many processes register, unregister and die while others look them up.
class RegistryStressTest {
    private static final int KEYS = 8;
    private static final int ROUNDS = 400;

    private static final Name<UniqueRegistry<Integer, Pid, Object>> UNIQUE = Name.of("unique");
    private static final Name<DuplicateRegistry<Integer, Pid, Object>> DUPLICATE = Name.of("duplicate");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final UniqueRegistry<Integer, Pid, Object> unique = node.start(Registry.unique(UNIQUE));
    private final DuplicateRegistry<Integer, Pid, Object> duplicate = node.start(Registry.duplicate(DUPLICATE));
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    @Test
    void nothingIsLeftBehindAndNobodyIsFoundAfterItsEnd() {
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> readers = new ArrayList<>();
        List<CompletableFuture<Integer>> breeders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(hive.bee().later(_ -> lookUp(over)));
        }
        for (int i = 0; i < 4; i++) {
            SplittableRandom random = new SplittableRandom(i);
            breeders.add(hive.bee().later(self -> breed(self, random)));
        }
        breeders.forEach(Await::get);
        over.set(true);
        readers.forEach(Await::get);
        assertThat(wrong).isEmpty();
        assertThat(unique.count()).isZero();
        assertThat(duplicate.count()).isZero();
        assertThat(unique.entries()).isEmpty();
        assertThat(duplicate.entries()).isEmpty();
        assertThat(unique.table().processes()).isZero();
        assertThat(duplicate.table().processes()).isZero();
        assertThat(((DuplicateTable<?, ?>) duplicate.table()).keys()).isZero();
    }

    private int lookUp(AtomicBoolean over) {
        int seen = 0;
        for (int i = 0; !over.get(); i++) {
            int key = i % KEYS;
            seen += unique.find(key).map(this::look).orElse(0);
            for (Entry<Integer, Pid, Object> entry : duplicate.lookup(key)) {
                seen += look(entry);
            }
            if (key == 0) {
                Thread.yield();
            }
        }
        return seen;
    }

    private int look(Entry<Integer, Pid, Object> entry) {
        if (!entry.value().equals(Optional.of(entry.pid()))) {
            wrong.add("the value of another: " + entry);
        }
        return 1;
    }

    private int breed(Receiver<Object> self, SplittableRandom random) {
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom its = random.split();
            Monitor monitor = self.spawnMonitor((Receiver<Object> child) -> live(child, its));
            Pid child = monitor.pid();
            switch (random.nextInt(4)) {
                case 0 -> child.exit(ExitReason.kill());
                case 1 -> child.exit(ExitReason.shutdown());
                case 2 -> registerByName(child, random.nextInt(KEYS));
                default -> {}
            }
            self.receive(Down.class, down -> down.monitor() == monitor);
            check(child);
        }
        return ROUNDS;
    }

    private void registerByName(Pid child, int key) {
        try {
            node.register(unique.name(key, child), child);
        } catch (IllegalArgumentException takenOrDead) {
            // which of the two depends on the others
        }
    }

    private void live(Receiver<Object> self, SplittableRandom random) {
        for (int i = random.nextInt(10); i >= 0; i--) {
            int key = random.nextInt(KEYS);
            switch (random.nextInt(4)) {
                case 0 -> duplicate.register(self, key, self.pid());
                case 1 -> duplicate.unregister(self, key);
                case 2 -> unique.unregister(self, key);
                default -> {
                    if (unique.register(self, key, self.pid()).isOk()
                            && !unique.whereis(key).equals(Optional.of(self.pid()))) {
                        wrong.add("not found under its own key: " + self.pid());
                    }
                }
            }
        }
        if (random.nextInt(3) == 0) {
            throw new ProcessExit(ExitReason.shutdown("on purpose"));
        }
    }

    private void check(Pid dead) {
        boolean found = !unique.keys(dead).isEmpty() || !duplicate.keys(dead).isEmpty();
        for (int key = 0; key < KEYS; key++) {
            found |= unique.whereis(key).equals(Optional.of(dead));
            found |=
                    duplicate.lookup(key).stream().anyMatch(entry -> entry.pid().equals(dead));
        }
        if (found) {
            wrong.add("found after its end: " + dead);
        }
    }

    @Test
    void aRegistryThatEndsWhileOthersRegisterLeavesNobodyInIt() {
        for (int round = 0; round < 60; round++) {
            Name<UniqueRegistry<Integer, Pid, Object>> name = Name.of("ending " + round);
            UniqueRegistry<Integer, Pid, Object> ending = node.start(Registry.unique(name));
            List<Pid> registering = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int key = i;
                registering.add(node.spawn((Receiver<Object> self) -> {
                    try {
                        ending.register(self, key, self.pid()).orElseThrow();
                    } catch (IllegalStateException ended) {
                        throw new ProcessExit(ExitReason.shutdown());
                    }
                    self.receive(); // until the registry takes it along
                }));
            }
            ending.pid().ifPresent(pid -> pid.exit(ExitReason.shutdown()));
            registering.forEach(Hive::endOf);
        }
    }

    @Test
    void ofManyWhoWantAKeyOneGetsIt() {
        for (int round = 0; round < 60; round++) {
            int key = round;
            CompletableFuture<Boolean> go = new CompletableFuture<>();
            List<Hive.Bee> candidates = new ArrayList<>();
            List<CompletableFuture<Boolean>> outcomes = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Hive.Bee bee = hive.bee();
                candidates.add(bee);
                outcomes.add(bee.later(self ->
                        Await.get(go) && unique.register(self, key, self.pid()).isOk()));
            }
            go.complete(true);
            assertThat(outcomes.stream().map(Await::get).filter(won -> won)).hasSize(1);
            candidates.forEach(Hive.Bee::end);
        }
        assertThat(unique.count()).isZero();
    }
}
