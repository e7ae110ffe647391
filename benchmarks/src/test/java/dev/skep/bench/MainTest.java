package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command line, with tiny runs.
final class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return new Main(
                        folder,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "--fast,                there is no option '--fast'",
        "--only call-2,         there is no workload 'call-2'; there are cast-1-1",
        "--only '',             there is no workload ''",
        "--against beam,        there is no peer 'beam'; there are limit",
        "--report,              --report needs a value",
        "--report --quick,      --report needs a value",
        "--heap lots,           --heap needs a size",
        "--carriers no,         --carriers needs a number",
        "--check --record,      exclude each other",
        "--growth --check,      --growth has workloads of its own",
        "--growth --only call-1,--growth has workloads of its own",
    })
    void aCommandLineThatMakesNoSenseIsAClearLineAndStatusTwo(String arguments, String complaint) {
        assertThat(run(arguments.replace("''", "").split(" ", -1))).isEqualTo(2);

        assertThat(complained()).startsWith("skep bench: ").contains(complaint).hasLineCount(1);
        assertThat(printed()).isEmpty();
    }

    @Test
    void helpListsAllPeersAndWorkloads() {
        assertThat(run("--help")).isZero();

        assertThat(printed()).contains("--against", "limit, erlang, pekko, vertx, otpylib");
        for (Workload workload : Workload.values()) {
            assertThat(printed()).contains("  " + workload.label() + " ");
        }
    }

    @Test
    void aRunPrintsATableAndWritesJsonAndAPicture() throws Exception {
        Path report = folder.resolve("report.json");
        Path plot = folder.resolve("plot.svg");

        int status = run(
                "--smoke",
                "--heap",
                "256m",
                "--against",
                "limit",
                "--only",
                "cast-1-1,call-1,restart,idle-server",
                "--report",
                report.toString(),
                "--plot",
                plot.toString());

        assertThat(status).as(complained()).isZero();
        assertThat(printed()).contains("cast-1-1: ", "to skep", "1.00x", "idle-server: ");
        assertThat(Files.readAllLines(report)).first().isEqualTo("[");
        assertThat(Json.readArray(report))
                .extracting(result -> result.workload() + " " + result.system() + " "
                        + String.join(",", result.figures().keySet()).replace(",crossingNs", ""))
                .containsExactly(
                        "cast-1-1 skep nsPerOp,min,max,bytesPerOp",
                        "cast-1-1 limit nsPerOp,min,max,bytesPerOp",
                        "call-1 skep nsPerOp,min,max,bytesPerOp",
                        "call-1 limit nsPerOp,min,max,bytesPerOp",
                        "restart skep p50us,p99us,p999us,min,max",
                        "idle-server skep bytes,nsPerOp,min,max");
        assertThat(plot).content().startsWith("<svg").contains("cast-1-1").endsWith("</svg>\n");
    }

    @Test
    void growthComparesThreeSizes() {
        assertThat(run("--growth", "--smoke", "--heap", "256m"))
                .as(complained())
                .isZero();

        assertThat(printed())
                .contains("messages (cast-1-1, skep): ", "processes (", "children (", "timers (")
                .containsPattern(
                        "\\n {10}10 +[0-9.,]+ ns each\\n {9}100 +[0-9.,]+ ns each  ten times as many: [0-9.,]+ times");
    }

    @Test
    void aPeerThatIsNotThereIsLeftOut() {
        assertThat(run("--smoke", "--heap", "256m", "--only", "call-1", "--against", "pekko"))
                .as(complained())
                .isZero();

        assertThat(complained()).contains("pekko is left out: its module is not built");
    }

    @Test
    void recordedRatiosAreCheckedAgainst() throws Exception {
        String[] tiny = {"--smoke", "--heap", "256m", "--only", "call-1", "--record"};
        assertThat(run(tiny)).as(complained()).isZero();
        Path recorded = folder.resolve("expected-ratios.json");
        assertThat(Json.readArray(recorded))
                .singleElement()
                .satisfies(result -> assertThat(result.workload()).isEqualTo("call-1"));

        Files.writeString(recorded, "[\n{\"system\":\"skep\",\"workload\":\"call-1\",\"ratioToLimit\":0.0001}\n]\n");
        tiny[tiny.length - 1] = "--check";
        assertThat(run(tiny)).isEqualTo(1);
        assertThat(complained()).contains("slower than it was: call-1: skep needs");

        Files.writeString(recorded, "[\n{\"system\":\"skep\",\"workload\":\"call-1\",\"ratioToLimit\":100000}\n]\n");
        assertThat(run(tiny)).isZero();
    }

    private static Result result(String system, double nanos, double crossing) {
        return Result.fromJson("{\"system\":\"%s\",\"workload\":\"call-1\",\"nsPerOp\":%s,\"min\":%s,\"crossingNs\":%s}"
                .formatted(system, nanos, nanos, crossing));
    }

    private static Comparison comparison(double skep, double crossing, double limit, double crossingOfLimit) {
        Comparison comparison = new Comparison();
        comparison.add(result("skep", skep, crossing));
        comparison.add(result("limit", limit, crossingOfLimit));
        return comparison;
    }

    private static RatioCheck checked(Path file, Comparison comparison) throws BenchException {
        RatioCheck check = new RatioCheck(file);
        check.compare(comparison);
        return check;
    }

    @Test
    void aRatioIsComparedWithOneOfTheSamePace() throws Exception {
        Path file = folder.resolve("ratios.json");
        new RatioCheck(file).record(comparison(100, 900, 100, 800));

        RatioCheck near = checked(file, comparison(300, 200, 100, 210));
        assertThat(near.complaints()).isEmpty();
        assertThat(near.notes())
                .containsExactly(
                        "call-1 is not compared: nothing is recorded for processors that talk in 200 ns; --record does so");

        RatioCheck changing = checked(file, comparison(300, 900, 100, 200));
        assertThat(changing.complaints()).isEmpty();
        assertThat(changing.notes())
                .containsExactly("call-1 is not compared: the machine has changed its pace meanwhile");

        RatioCheck far = checked(file, comparison(300, 1_000, 100, 700));
        assertThat(far.notes()).isEmpty();
        assertThat(far.complaints())
                .containsExactly("call-1: skep needs 3.00 times as long as limit, recorded is 1.00");
    }

    @Test
    void whereNothingGoesAcrossARatioIsComparedWithOneThatTellsNoPace() throws Exception {
        Path file = folder.resolve("ratios.json");
        Comparison alone = new Comparison();
        alone.add(Result.fromJson("{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":300}"));
        alone.add(Result.fromJson("{\"system\":\"limit\",\"workload\":\"call-1\",\"nsPerOp\":100}"));
        new RatioCheck(file).record(comparison(100, 900, 100, 800));
        assertThat(checked(file, alone).notes())
                .containsExactly("call-1 is not compared: nothing is recorded for one processor; --record does so");

        new RatioCheck(file).record(alone);
        assertThat(checked(file, alone).notes()).isEmpty();
    }

    @Test
    void eachPaceHasItsRecordedRatio() throws Exception {
        Path file = folder.resolve("ratios.json");
        new RatioCheck(file).record(comparison(100, 900, 100, 800));
        new RatioCheck(file).record(comparison(300, 200, 100, 200));
        assertThat(Json.readArray(file)).hasSize(2);
        new RatioCheck(file).record(comparison(400, 200, 100, 200));
        assertThat(Json.readArray(file)).hasSize(2);

        assertThat(checked(file, comparison(500, 200, 100, 200)).complaints()).isEmpty();
        assertThat(checked(file, comparison(500, 900, 100, 900)).complaints()).hasSize(1);
    }
}
