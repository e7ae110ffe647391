package dev.skep.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakTest {
    private static Soak.Outcome soak(Options.Plant plant) throws IOException, InterruptedException {
        Duration time = Duration.ofSeconds(4);
        return new Soak(new Options(time, 42, time, Optional.empty(), plant), Soak.Size.SMALL, _ -> {}).run();
    }

    @Test
    void aFewSecondsAreFlatAndEveryFailureHasItsReason() throws IOException, InterruptedException {
        Soak.Outcome outcome = soak(Options.Plant.NONE);
        assertThat(outcome.problems()).isEmpty();
        Sample last = outcome.samples().getLast();
        assertThat(last.operations()).isPositive();
        assertThat(last.failed()).as("faults have been injected").isPositive();
        assertThat(last.processes()).isGreaterThan(40 * City.SERVERS);
    }

    @Test
    void namesAndProcessesThatNobodyFreesAreFound() throws IOException, InterruptedException {
        assertThat(soak(Options.Plant.NAMES).problems()).anyMatch(problem -> problem.startsWith("names grew from "));
    }

    @Test
    void forgottenTimersAreFound() throws IOException, InterruptedException {
        assertThat(soak(Options.Plant.TIMERS).problems()).anyMatch(problem -> problem.startsWith("timers grew from "));
    }

    // ---- The command ---------------------------------------------------------------------------------------------

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Main(utf8(out), utf8(err), Soak.Size.SMALL).run(List.of(arguments));
    }

    private static PrintStream utf8(ByteArrayOutputStream into) {
        return new PrintStream(into, true, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "'', --minutes is missing",
        "--minutes, --minutes needs a value",
        "--minutes x, 'from 0.1 to 10000, but got ''x'''",
        "--minutes 0, 'from 0.1 to 10000, but got ''0'''",
        "--minutes -5, 'from 0.1 to 10000, but got ''-5'''",
        "--minutes NaN, 'from 0.1 to 10000, but got ''NaN'''",
        "--minutes 1 --every 0, 'from 1 to 3600, but got ''0'''",
        "--minutes 1 --seed 1.5, '--seed needs a whole number, but got ''1.5'''",
        "--minutes 1 --plant oaks, 'there is no fault ''oaks'''",
        "--minutes 1 --report /no/such/folder/file, --report cannot be written",
        "--hours 1, 'there is no option ''--hours'''"
    })
    void badUsageIsRefusedBeforeAnythingRuns(String arguments, String complaint) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("skep soak: ")
                .contains(complaint);
        assertThat(out.size()).isZero();
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--minutes", "--seed", "--every", "--report", "--plant", "Exit status");
    }

    @Test
    void aLeakMakesTheCommandFailAndTheReportHasEverySample(@TempDir Path folder) throws IOException {
        Path report = folder.resolve("soak.tsv");
        assertThat(run("--minutes", "0.1", "--every", "1", "--plant", "heap", "--report", report.toString()))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("heap grew from ");
        assertThat(Files.readAllLines(report))
                .hasSizeGreaterThan(Flatness.LEAST)
                .first()
                .isEqualTo(Sample.TABBED_HEADING);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(Sample.HEADING)
                .contains("failed");
    }
}
