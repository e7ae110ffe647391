package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Fault.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {

    private static final List<String> TARGETS = List.of("users", "outbox", "http");
    private static final Map<Fault, List<String>> FAULTS =
            Map.of(Fault.CRASH, TARGETS, Fault.KILL, TARGETS, Fault.FLOOD, List.of("outbox"));

    private static List<Decision> decisions(long seed) {
        return ChaosPlan.decisions(seed, FAULTS).limit(1000).toList();
    }

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(decisions(7)).isEqualTo(decisions(7));
    }

    @Test
    void isAnotherForAnotherSeed() {
        assertThat(decisions(7)).isNotEqualTo(decisions(8));
    }

    @Test
    void staysTheSameFromReleaseToRelease() {
        assertThat(decisions(7).subList(0, 3))
                .containsExactly(
                        new Decision(Duration.ofMillis(235), "outbox", Fault.FLOOD),
                        new Decision(Duration.ofMillis(390), "http", Fault.CRASH),
                        new Decision(Duration.ofMillis(124), "http", Fault.KILL));
    }

    @Test
    void meetsEveryTargetWithEveryFault() {
        for (String target : TARGETS) {
            for (Fault fault : List.of(Fault.CRASH, Fault.KILL)) {
                assertThat(decisions(7)).anySatisfy(decision -> {
                    assertThat(decision.target()).isEqualTo(target);
                    assertThat(decision.fault()).isEqualTo(fault);
                });
            }
        }
    }

    @Test
    void floodsWhomItMayOnly() {
        assertThat(decisions(7))
                .filteredOn(decision -> decision.fault() == Fault.FLOOD)
                .isNotEmpty()
                .allMatch(decision -> decision.target().equals("outbox"));
    }

    @Test
    void letsNoFaultWaitForLong() {
        List<Decision> decisions = decisions(7);

        for (int round = 0; round < 300; round++) {
            assertThat(decisions.subList(3 * round, 3 * round + 3))
                    .extracting(Decision::fault)
                    .containsExactlyInAnyOrder(Fault.CRASH, Fault.KILL, Fault.FLOOD);
        }
    }

    @Test
    void leavesNoLongPause() {
        assertThat(decisions(7))
                .allSatisfy(decision ->
                        assertThat(decision.pause()).isBetween(Duration.ofMillis(100), Duration.ofMillis(500)));
    }
}
