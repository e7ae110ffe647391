package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.Verdict;
import dev.skep.example.workerbee.workers.SimulatedService;
import dev.skep.example.workerbee.workers.SimulatedService.Flaw;
import dev.skep.testkit.simulation.Simulation;
import dev.skep.testkit.simulation.SimulationFailure;
import dev.skep.testkit.simulation.SimulationTest;
import dev.skep.testkit.simulation.Simulator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The whole service but for HTTP and SQL, under a seed that decides who does the next step, how long everything
/// takes, and who is killed when.
class ServiceSimulationTest {

    private static final int DATABASE_WORKERS = 2;
    private static final Name<?>[] SERVERS = Stream.concat(
                    Names.databases(DATABASE_WORKERS).stream(), Stream.of(Names.USERS, Names.OUTBOX, Names.MAILS))
            .toArray(Name<?>[]::new);

    @SimulationTest(seeds = 10_000)
    void losesNothingAndDoesNothingTwice(Simulation sim) {
        run(sim, Flaw.NONE);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void findsOutADatabaseThatBreaksItsPromises(Flaw flaw) {
        assertThatThrownBy(() -> Simulator.create().runAll(1, 300, sim -> run(sim, flaw)))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("what was acknowledged holds");
    }

    private static final Verdict NOTHING_WRONG = new Verdict(List.of(), List.of());

    private static void run(Simulation sim, Flaw flaw) {
        var service = new SimulatedService(sim, flaw);
        var tree = new Tree(service, _ -> {}, DATABASE_WORKERS, true);
        var _ = sim.node().start(tree.withoutHttp());
        List<Pid> clients = List.of(service.startClient(sim.node(), 3), service.startClient(sim.node(), 3));
        sim.invariant("what was acknowledged holds", () -> {
            if (!service.verdict().equals(NOTHING_WRONG)) {
                throw new AssertionError(service.verdict());
            }
        });
        sim.killRandomly(2, SERVERS);
        sim.killRandomly(1, clients::contains);

        sim.await(() -> clients.stream().noneMatch(Pid::isAlive));
        sim.await(service::isMailSent);
    }
}
