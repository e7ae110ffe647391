package dev.skep.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skep.Call;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// A seed decides everything: it gives the same run again.
class ReplayTest {
    @Test
    void aSeedGivesTheSameStepsAgain() {
        Simulator recording = Simulator.create().recording();
        Set<Long> fingerprints = new HashSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            Run first = recording.run(seed, sim -> new Counters().run(sim));
            Run second = recording.run(seed, sim -> new Counters().run(sim));

            assertThat(second).isEqualTo(first);
            assertThat(first.trace()).hasSizeGreaterThan(50);
            fingerprints.add(first.fingerprint());
        }
        assertThat(fingerprints).as("different seeds, different runs").hasSize(50);
    }

    @Test
    void readingTheTraceChangesNothing() {
        Run plain = Simulation.run(7, sim -> new Counters().run(sim));
        Run recorded = Simulator.create().recording().run(7, sim -> new Counters().run(sim));

        assertThat(plain.trace()).isEmpty();
        assertThat(recorded.fingerprint()).isEqualTo(plain.fingerprint());
    }

    @Test
    void aSeedGivesTheSameStepsInAnotherJvm() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-cp",
                        classPath(),
                        FingerprintMain.class.getName(),
                        "20")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(other.waitFor()).isZero();
        assertThat(there).isEqualTo(FingerprintMain.fingerprints(20));
    }

    /// Surefire hides the modules from the class path.
    private static String classPath() throws Exception {
        String separator = System.getProperty("path.separator");
        StringBuilder path = new StringBuilder(System.getProperty("java.class.path"));
        for (Class<?> each : new Class<?>[] {FingerprintMain.class, Simulation.class, ServerRef.class}) {
            path.append(separator)
                    .append(Path.of(each.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()));
        }
        return path.toString();
    }

    // ---- A planted error -------------------------------------------------------------------------------------------

    sealed interface Register {
        record Get() implements Register, Call<Register, Integer> {}

        record Set(int value) implements Register, Call<Register, Boolean> {}
    }

    static final class Cell implements GenServer<AtomicInteger, Register> {
        @Override
        public AtomicInteger init(Self<Register> self) {
            return new AtomicInteger();
        }

        @Override
        public Next<AtomicInteger> handle(Register message, From from, AtomicInteger value) {
            return switch (message) {
                case Register.Get get -> get.reply(value.get());
                case Register.Set set -> {
                    value.set(set.value());
                    yield set.reply(true);
                }
            };
        }
    }

    /// Two clients count by asking and setting, which loses an update when both ask before one sets.
    private static void racyCounting(Simulation sim) {
        ServerRef<Register> cell = sim.node().start(GenServer.spec(Cell::new));
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            sim.node().spawn((Receiver<Object> _) -> {
                cell.call(new Register.Set(cell.call(new Register.Get()) + 1));
                done.incrementAndGet();
            });
        }
        sim.await(() -> done.get() == 2);
        assertThat(cell.call(new Register.Get())).as("the count").isEqualTo(2);
    }

    @Test
    void aRaceIsFoundSoonAndFoundAgainByItsSeed() {
        SimulationFailure found = failureOf(() -> Simulator.create().runAll(1, 100, ReplayTest::racyCounting));

        assertThat(found).hasMessageContaining("the count").hasMessageContaining("seed " + found.seed());
        assertThat(found.trace()).isNotEmpty();

        SimulationFailure again = failureOf(() -> Simulation.run(found.seed(), ReplayTest::racyCounting));
        assertThat(again.trace()).isEqualTo(found.trace());
        assertThat(again).hasMessage(found.getMessage());
    }

    @Test
    void aFailureThatTheSeedDoesNotDecideSaysSo() {
        AtomicInteger runs = new AtomicInteger();
        SimulationFailure failure = failureOf(() -> Simulation.run(1, _ -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("only the first time");
            }
        }));

        assertThat(failure)
                .hasMessageContaining("only the first time")
                .hasMessageContaining("when it was run again it passed")
                .hasMessageContaining("something that the seed does not decide");
    }

    static SimulationFailure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable run) {
        return catchThrowableOfType(SimulationFailure.class, run);
    }
}
