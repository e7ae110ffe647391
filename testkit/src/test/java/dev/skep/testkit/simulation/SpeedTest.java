package dev.skep.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Prints how many runs of a supervised system the simulation does in a second: [Counters], one seed after the
/// other. How many that are is not asserted, since it depends on the machine.
class SpeedTest {
    private static final int SEEDS = 10_000;

    @Test
    void printsHowManyRunsThereAreInASecond() {
        long firstSteps = round();
        assertThat(round()).as("the steps of the same seeds").isEqualTo(firstSteps);
    }

    private static long round() {
        long began = System.nanoTime();
        long steps = Simulator.create().runAll(1, SEEDS, sim -> new Counters().run(sim));
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "simulation: %d seeds in %.2f s, %.0f runs a second, %d steps each, %.0f ns a step%n",
                SEEDS, seconds, SEEDS / seconds, steps / SEEDS, seconds * 1e9 / steps);
        return steps;
    }
}
