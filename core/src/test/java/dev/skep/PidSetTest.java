package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidSetTest {
    @AutoClose
    private final Node node = Node.builder("set").clock(ManualClock.attentive()).start();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itHoldsWhatAHashSetHolds(long seed) {
        Random random = new Random(seed);
        int population = 1 << random.nextInt(1, 10);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < population; i++) {
            Process process = new PlainProcess(node, null, _ -> {});
            // Ids in a row, as a node gives them; or far apart, or equal, as on several nodes.
            process.id = seed % 3 == 0 ? random.nextLong() : seed % 3 == 1 ? i : i / 4;
            processes.add(process);
        }
        PidSet set = new PidSet();
        Set<Process> model = new HashSet<>();
        for (int step = 0; step < 20_000; step++) {
            Process process = processes.get(random.nextInt(population));
            int phase = step / 2000 % 2; // grows, then shrinks
            if (random.nextInt(3) == phase) {
                assertThat(set.remove(process)).isEqualTo(model.remove(process));
            } else if (phase == 0) {
                assertThat(set.add(process)).isEqualTo(model.add(process));
            }
            assertThat(set.contains(process)).isEqualTo(model.contains(process));
            assertThat(set.size()).isEqualTo(model.size());
            if (step % 500 == 0) {
                Set<Process> found = new HashSet<>();
                set.forEach(each -> assertThat(found.add(each)).isTrue());
                assertThat(found).as("seed %d, step %d", seed, step).isEqualTo(model);
                assertThat(set.sorted()).hasSize(model.size()).isSorted();
            }
        }
    }
}
