package dev.skep.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

/// A supervised system with clients under faults and delays, in many orders.
class SupervisedSystemTest {
    @SimulationTest(seeds = 2000)
    void nothingAcknowledgedIsLost(Simulation sim) {
        Counters counters = new Counters();
        counters.run(sim);

        assertThat(counters.acknowledged).hasValue(Counters.CLIENTS * Counters.REQUESTS);
        assertThat(counters.store).hasSize(Counters.CLIENTS * Counters.REQUESTS);
    }
}
