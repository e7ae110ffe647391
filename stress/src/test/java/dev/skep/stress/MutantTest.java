package dev.skep.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantTest {
    static Stream<Mutant> faults() {
        return Stream.concat(Mutants.OF_MODELS.stream(), Mutants.OF_MEMORY.stream());
    }

    /// If this fails, the code has changed: find out what the fault is now.
    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultCanBePlanted(Mutant fault, @TempDir Path folder) throws IOException {
        Plant.write(fault, folder);
        Path file = folder.resolve(fault.className().replace('.', '/') + ".class");
        assertThat(Files.size(file)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultHasAModelOrTestThatHasToFindIt(Mutant fault) {
        assertThat(Stream.concat(Models.ALL.stream(), Models.OF_MEMORY.stream()))
                .contains(fault.model());
    }

    @Test
    void everyModelAndTestHasAFaultToFind() {
        List<String> withFault = faults().map(Mutant::model).toList();
        assertThat(withFault).containsAll(Models.ALL).containsAll(Models.OF_MEMORY);
    }

    @Test
    void aFaultThatCannotBePlantedIsAnError(@TempDir Path folder) {
        Mutant gone = new Mutant("gone", "Slot", "complete", new Mutant.Edit.DoNotRead("noSuchField"), "SlotModel");
        assertThatIllegalStateException()
                .isThrownBy(() -> Plant.write(gone, folder))
                .withMessageContaining("'gone' cannot be planted: dev.skep.Slot.complete");
        Mutant nowhere = new Mutant("nowhere", "NoClass", "*", new Mutant.Edit.Tear(), "SlotModel");
        assertThatThrownBy(() -> Plant.write(nowhere, folder)).hasMessageContaining("no class dev.skep.NoClass");
    }
}
