package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessTableTest {
    @AutoClose
    private final Node node =
            Node.builder("table").clock(ManualClock.attentive()).start();

    private final ProcessTable table = new ProcessTable();

    private Process added() {
        Process process = new PlainProcess(node, null, _ -> {});
        table.add(process);
        return process;
    }

    @Test
    void idsBeginAtOneAndGrow() {
        assertThat(List.of(added().id, added().id, added().id)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void itGrowsAndFindsWhatWasAddedBefore() {
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            all.add(added());
        }
        assertThat(table.size()).isEqualTo(200_000);
        assertThat(table.list().equals(all)).isTrue();
        assertThat(all.stream().allMatch(process -> table.find(process.id) == process))
                .isTrue();
        all.forEach(table::remove);
        assertThat(table.size()).isZero();
        assertThat(table.list()).isEmpty();
        assertThat(all.stream().allMatch(process -> table.find(process.id) == null))
                .isTrue();
    }

    @Test
    void removingTwiceIsRemovingOnce() {
        Process process = added();
        table.remove(process);
        table.remove(process);
        assertThat(table.size()).isZero();
        assertThat(table.find(process.id)).isNull();
        assertThat(table.find(0)).isNull();
        assertThat(table.find(Long.MAX_VALUE)).isNull();
        assertThat(table.find(-1)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itHoldsWhatASortedMapHolds(long seed) {
        Random random = new Random(seed);
        TreeMap<Long, Process> model = new TreeMap<>();
        long lastId = 0;
        for (int step = 0; step < 30_000; step++) {
            if (random.nextInt(100) < (step / 5000 % 2 == 0 ? 80 : 30) || model.isEmpty()) {
                Process process = added();
                assertThat(process.id).as("ids are not used again").isGreaterThan(lastId);
                lastId = process.id;
                model.put(process.id, process);
            } else {
                Long id = model.ceilingKey(random.nextLong(lastId));
                Process process = model.remove(id == null ? model.lastKey() : id);
                table.remove(process);
                assertThat(table.find(process.id)).isNull();
            }
            if (step % 1000 == 0) {
                assertThat(table.list()).isEqualTo(new ArrayList<>(model.values()));
                model.forEach((id, process) -> assertThat(table.find(id)).isSameAs(process));
                assertThat(table.size()).isEqualTo(model.size());
            }
        }
    }

    @Test
    void manyThreadsAddAndRemoveAtOnce() throws InterruptedException {
        Set<Process> living = ConcurrentHashMap.newKeySet();
        Set<Long> ids = ConcurrentHashMap.newKeySet();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                Await.latch(go);
                List<Process> mine = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    Process process = added();
                    mine.add(process);
                    if (!ids.add(process.id)) {
                        wrong.add("id given twice: " + process.id);
                    }
                    if (i % 3 != 0) {
                        int last = mine.size() - 1;
                        int any = ThreadLocalRandom.current().nextInt(mine.size());
                        Process removed = mine.set(any, mine.get(last));
                        mine.removeLast();
                        if (table.find(removed.id) != removed) {
                            wrong.add("not found: " + removed.id);
                        }
                        table.remove(removed);
                    }
                }
                living.addAll(mine);
            }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
        assertThat(Set.copyOf(table.list()).equals(living)).isTrue();
        assertThat(table.size()).isEqualTo(living.size());
    }
}
