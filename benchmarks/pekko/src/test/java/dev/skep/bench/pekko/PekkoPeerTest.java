package dev.skep.bench.pekko;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Child;
import dev.skep.bench.measure.Plan;
import dev.skep.bench.measure.Workload;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every workload that Pekko has runs, with few operations.
@Timeout(60)
final class PekkoPeerTest {
    @ParameterizedTest
    @EnumSource(
            names = {"CAST_1_1", "CALL_100_100", "SPAWN_MONITOR_EXIT", "SUPERVISOR_START_STOP", "RESTART", "SKYNET"})
    void aWorkloadRuns(Workload workload) {
        int operations = workload == Workload.SKYNET ? 111 : 200;

        assertThat(Child.measure(new PekkoPeer(), workload, operations, Plan.SMOKE))
                .hasValueSatisfying(result -> assertThat(result.error()).isEmpty());
    }
}
