package dev.skep.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.CallException;
import dev.skep.Name;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.testkit.simulation.Simulation;
import dev.skep.testkit.simulation.SimulationTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class SeatsSimulationTest {
    static final Name<SeatsRpc> SEATS = Name.of("seats");

    @SimulationTest(seeds = 1000)
    void whoHasATicketHasTheSeat(Simulation sim) {
        Map<Integer, String> database = new HashMap<>();
        Map<Integer, String> tickets = new HashMap<>();
        AtomicInteger finished = new AtomicInteger();
        sim.node()
                .start(Supervisor.oneForOne()
                        .intensity(10, Duration.ofSeconds(1))
                        .child(ChildSpec.server(SEATS, () -> new Seats(database))));
        for (String client : List.of("ada", "bob", "eve")) {
            sim.node().spawn(_ -> {
                for (int seat = 1; seat <= 3; seat++) {
                    if (book(sim, seat, client)) {
                        tickets.put(seat, client);
                    }
                }
                finished.incrementAndGet();
            });
        }
        sim.invariant(
                "who has a ticket has the seat", () -> assertThat(database).containsAllEntriesOf(tickets));
        sim.killRandomly(3, SEATS);
        sim.delayRandomly(20, Duration.ofSeconds(10));

        sim.await(() -> finished.get() == 3);
        assertThat(tickets).isEqualTo(database).hasSize(3);
    }

    /// Asks until there is an answer: asking again does no harm.
    private static boolean book(Simulation sim, int seat, String client) throws InterruptedException {
        while (true) {
            try {
                return sim.node().ref(SEATS).call(new SeatsRpc.Book(seat, client));
            } catch (CallException noAnswer) {
                sim.sleep(Duration.ofMillis(100));
            }
        }
    }
}
