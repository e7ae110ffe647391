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

        assertThat(mode.parts(1, all).stream().flatMap(List::stream)).containsExactlyElementsOf(all);
        assertThat(mode.parts(1, all)).noneMatch(List::isEmpty);
        assertThat(mode.parts(1, List.of())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void theMedianOfTheRoundsIsOneThatWasMeasured(Mode mode) {
        assertThat(mode.rounds()).isOdd();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void laterRoundsLeaveOutWhatTakesLong(Mode mode) {
        assertThat(mode.parts(2, List.of(Workload.CALL_1, Workload.HEALTH, Workload.SKYNET)).stream()
                        .flatMap(List::stream))
                .containsExactly(Workload.CALL_1, Workload.SKYNET);
        assertThat(mode.parts(2, List.of(Workload.IDLE_SERVER))).isEmpty();
    }
}
