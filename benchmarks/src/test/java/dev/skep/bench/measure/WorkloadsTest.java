package dev.skep.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.bench.limit.LimitPeer;
import dev.skep.bench.skep.SkepPeer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every workload runs, with few operations.
@Timeout(60)
final class WorkloadsTest {
    private static int few(Workload workload) {
        return workload == Workload.SKYNET ? 111 : 200;
    }

    @ParameterizedTest
    @EnumSource
    void skepHasEveryWorkload(Workload workload) {
        Optional<Result> result = Child.measure(new SkepPeer(), workload, few(workload), Plan.SMOKE);

        assertThat(result).hasValueSatisfying(measured -> {
            assertThat(measured.error()).isEmpty();
            assertThat(measured.figures()).containsKey(workload.kind().figure());
        });
    }

    @ParameterizedTest
    @EnumSource
    void theLimitDoesWhatItCanExpress(Workload workload) {
        Optional<Result> result = Child.measure(new LimitPeer(), workload, few(workload), Plan.SMOKE);

        result.ifPresent(measured -> assertThat(measured.error()).isEmpty());
    }

    @Test
    void aWorkloadThatThrowsIsAFailureAndNotTheEnd() {
        Peer broken = new Peer() {
            @Override
            public String system() {
                return "broken";
            }

            @Override
            public Optional<Task> task(Workload workload, int operations) {
                Task.Timed task = () -> {
                    throw new Refusal();
                };
                return Optional.of(task);
            }
        };

        assertThat(Child.measure(broken, Workload.CALL_1, 1, Plan.SMOKE))
                .hasValueSatisfying(result -> assertThat(result.error())
                        .hasValueSatisfying(why -> assertThat(why).endsWith("it refused")));
    }

    /// Without a stack trace, which would be printed.
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal() {
            super("it refused", null, false, false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"system\":\"a\"}", "{\"system\":\"a\",\"workload\":\"b\" x}", "[1]"})
    void whatIsNoResultIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> Result.fromJson(line));
    }
}
