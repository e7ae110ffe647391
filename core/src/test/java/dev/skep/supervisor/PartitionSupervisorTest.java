package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.supervisor.Hive.Ask;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PartitionSupervisorTest {
    @AutoClose
    private final Hive hive = new Hive();

    private PartitionSupervisor<Ask> caches() {
        return PartitionSupervisor.of(
                "caches", (name, i) -> hive.server("cache " + i).named(name));
    }

    @Test
    void thereIsAPartitionForEachProcessorUnlessToldOtherwise() {
        assertThat(caches().on(hive.node).count())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(caches().partitions(7).on(hive.node).count()).isEqualTo(7);
    }

    @Test
    void eachPartitionIsAChildWithANameAndANumber() {
        SupervisorRef supervisor = hive.node.start(caches().partitions(3));

        assertThat(supervisor.whichChildren())
                .extracting(ChildInfo::id)
                .containsExactly("caches/2", "caches/1", "caches/0");
        assertThat(hive.node.whereis(Name.of("caches/1"))).isPresent();
        Partitions<Ask> partitions = caches().partitions(3).on(hive.node);
        assertThat(IntStream.range(0, 3).mapToObj(i -> partitions.all().get(i).call(new Ask.Who())))
                .containsExactly("cache 0", "cache 1", "cache 2");
    }

    @Test
    void aKeyAlwaysGoesToTheSamePartition() {
        hive.node.start(caches().partitions(4));
        Partitions<Ask> partitions = caches().partitions(4).on(hive.node);
        Partitions<Ask> others = caches().partitions(4).on(hive.node);

        for (int i = 0; i < 100; i++) {
            String key = "key " + i;
            assertThat(partitions.route(key)).isEqualTo(others.route("key " + i));
        }
    }

    @Test
    void integersGoByTheirRemainder() {
        Partitions<Ask> partitions = caches().partitions(4).on(hive.node);

        assertThat(partitions.route(5)).isEqualTo(partitions.all().get(1));
        assertThat(partitions.route(-5)).isEqualTo(partitions.all().get(1));
        assertThat(partitions.route(7L)).isEqualTo(partitions.all().get(3));
        assertThat(partitions.route(Long.MIN_VALUE)).isEqualTo(partitions.all().get(0));
    }

    @Test
    void keysSpreadOverAllPartitions() {
        Partitions<Ask> partitions = caches().partitions(8).on(hive.node);
        Map<ServerRef<Ask>, Integer> hits = new HashMap<>();

        for (int i = 0; i < 8000; i++) {
            hits.merge(partitions.route("user " + i), 1, Integer::sum);
        }

        assertThat(hits).hasSize(8);
        assertThat(hits.values()).allMatch(number -> number > 500 && number < 1500);
    }

    @Test
    void aPartitionThatEndsIsRestartedAndFoundByItsKey() {
        hive.node.start(caches().partitions(2));
        ServerRef<Ask> partition = caches().partitions(2).on(hive.node).route("ada");
        Pid before = partition.pid().orElseThrow();

        partition.cast(new Ask.End(ExitReason.because("enough")));
        before.join(Await.LIMIT);
        hive.until(() -> partition.pid().filter(pid -> pid != before).isPresent());

        assertThat(partition.call(new Ask.Who())).startsWith("cache ");
    }

    @Test
    void theSupervisorAndItsChildrenCanBeChanged() {
        Name<SupervisorRpc> name = Name.of("partitions");
        hive.node.start(caches().partitions(1)
                .named(name)
                .intensity(0, Duration.ofSeconds(1))
                .child(child -> child.restart(Restart.TEMPORARY)));
        SupervisorRef supervisor = SupervisorRef.of(hive.node, name);

        assertThat(supervisor.childSpec("caches/0").orElseThrow().restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(caches().named(name).name()).contains(name);
    }

    @Test
    void badInputIsRefusedWhereItIsGiven() {
        assertThatThrownBy(() -> caches().partitions(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there has to be at least one partition of caches, but was 0");
        assertThatThrownBy(() -> PartitionSupervisor.<Ask>of(
                        " ", (name, i) -> hive.server("x").named(name)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> caches().intensity(-1, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> caches().on(hive.node).route(null)).hasMessage("key");
        assertThatThrownBy(() -> hive.node.start(PartitionSupervisor.<Ask>of("x", (_, i) -> hive.server("x " + i))))
                .hasStackTraceContaining("has to use the name \"x/0\", but has none");
    }

    @Test
    void namesOfPartitionsDiffer() {
        Set<Object> names = new HashSet<>();
        hive.node.start(PartitionSupervisor.<Ask>of("x", (name, i) -> {
                    names.add(name);
                    return hive.server("x " + i).named(name);
                })
                .partitions(5));

        assertThat(names).hasSize(5);
    }
}
