package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentilesTest {

    @Test
    void areValuesThatWereMeasured() {
        var percentiles = Percentiles.of(LongStream.rangeClosed(1, 200).toArray());

        assertThat(percentiles.at(50)).isEqualTo(100);
        assertThat(percentiles.at(99)).isEqualTo(198);
        assertThat(percentiles.at(100)).isEqualTo(200);
    }

    @Test
    void doNotDependOnTheOrder() {
        assertThat(Percentiles.of(3, 1, 2).at(50)).isEqualTo(2);
    }

    @Test
    void ofOneValueAreThatValue() {
        assertThat(Percentiles.of(7).at(1)).isEqualTo(7);
        assertThat(Percentiles.of(7).at(99)).isEqualTo(7);
    }

    @Test
    void ofNothingAreZero() {
        assertThat(Percentiles.of().at(50)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 100.1, Double.NaN})
    void areRefusedBeyondTheirRange(double percent) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Percentiles.of(1).at(percent))
                .withMessageContaining(String.valueOf(percent));
    }
}
