package dev.skep.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatnessTest {
    private static List<Sample> run(int length, IntToLongFunction heap, IntToLongFunction names) {
        return IntStream.range(0, length)
                .mapToObj(i ->
                        new Sample(i, 1_000, heap.applyAsLong(i), 10, 100, 100, 0, names.applyAsLong(i), 0, 0, i, 0, 0))
                .toList();
    }

    @Test
    void aRunWithUpsAndDownsIsFlat() {
        assertThat(Flatness.growing(run(60, i -> (50L << 20) + (i % 7) * (4L << 20), i -> 500 + i % 3)))
                .isEmpty();
    }

    @Test
    void whatGrowsByMoreThanATenthAndTheSlackIsNamed() {
        assertThat(Flatness.growing(run(60, i -> (50L << 20) + i * (2L << 20), i -> 500)))
                .singleElement()
                .asString()
                .startsWith("heap grew from ");
        assertThat(Flatness.growing(run(60, i -> 50L << 20, i -> 500 + 5 * i)))
                .singleElement()
                .asString()
                .startsWith("names grew from ");
    }

    @Test
    void theWarmUpDoesNotCount() {
        assertThat(Flatness.growing(run(60, i -> i < 15 ? i << 20 : 200L << 20, i -> Math.min(i * 100L, 1_500))))
                .isEmpty();
    }

    @Test
    void lessIsWell() {
        assertThat(Flatness.growing(run(60, i -> (200L << 20) - i * (1L << 20), i -> 900 - i)))
                .isEmpty();
    }

    @Test
    void onePeakAtTheEndIsNoGrowth() {
        assertThat(Flatness.growing(run(60, i -> i == 59 ? 1L << 40 : 50L << 20, i -> 1)))
                .isEmpty();
    }

    @Test
    void ofAFewSamplesNothingCanBeSaid() {
        assertThat(Flatness.growing(run(Flatness.LEAST - 1, _ -> 1, _ -> 1)))
                .singleElement()
                .asString()
                .contains("11 samples only");
    }
}
