package dev.skep.bench.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Child;
import dev.skep.bench.measure.Plan;
import dev.skep.bench.measure.Workload;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every workload that Vert.x has runs, with few operations.
@Timeout(60)
final class VertxPeerTest {
    @ParameterizedTest
    @EnumSource(
            names = {
                "CAST_1_1",
                "FAN_IN",
                "CALL_1",
                "CALL_THREAD",
                "CALL_100_1",
                "CALL_100_100",
                "PING_PONG",
                "BROADCAST",
                "SERVER_START_STOP",
                "TIMER_START_CANCEL",
                "TIMERS_PENDING"
            })
    void aWorkloadRuns(Workload workload) {
        assertThat(Child.measure(new VertxPeer(), workload, 200, Plan.SMOKE))
                .hasValueSatisfying(result -> assertThat(result.error()).isEmpty());
    }
}
