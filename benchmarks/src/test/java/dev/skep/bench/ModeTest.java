package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Workload;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModeTest {
    @ParameterizedTest
    @EnumSource(Mode.class)
    void thePartsAreAllWorkloadsInTheirOrder(Mode mode) {
        List<Workload> all = List.of(Workload.values());

        assertThat(mode.parts(all).stream().flatMap(List::stream)).containsExactlyElementsOf(all);
        assertThat(mode.parts(all)).noneMatch(List::isEmpty);
        assertThat(mode.parts(List.of())).isEmpty();
    }
}
