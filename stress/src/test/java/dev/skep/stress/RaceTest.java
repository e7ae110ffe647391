package dev.skep.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The quick part of `./skep stress`: every scenario of every model, a few times on real threads.
class RaceTest {
    @SuppressWarnings("UnusedVariable") // the source of parameters
    private static final List<String> MODELS = Models.ALL;

    @ParameterizedTest
    @FieldSource("MODELS")
    void whatAModelPromisesHolds(String model) {
        assertThat(new Race(100, 1).find(Models.load(model))).isEmpty();
    }

    /// Faults that do not need a rare interleaving; `./skep stress` looks for all of them, with Lincheck too.
    static Stream<Mutant> faultsThatShowQuickly() {
        List<String> quick = List.of(
                "the first timer does not wake the clock",
                "a name of a dead process stays",
                "who is displaced is stranded",
                "a place is taken twice",
                "the oldest message is dropped without the monitor",
                "an entry of a dead process stays");
        return Mutants.OF_MODELS.stream().filter(mutant -> quick.contains(mutant.name()));
    }

    @ParameterizedTest
    @MethodSource("faultsThatShowQuickly")
    void aPlantedFaultIsFound(Mutant fault) {
        Class<?> model = new Plant(fault).model();
        boolean found = false;
        for (long seed = 1; !found && seed < 20; seed++) { // a machine with one processor needs luck
            found = new Race(2_000, seed, Duration.ofSeconds(30)).find(model).isPresent();
        }
        assertThat(found).as("%s", fault).isTrue();
    }
}
