package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The program from its command line to its exit status.
class DemoTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Program.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void losesNothingWhileItsServersAreBroken() throws IOException {
        Path report = folder.resolve("r.json");

        int status = run("--seconds", "3", "--seed", "7", "--faults", "crash,kill", "--report", report.toString());

        assertThat(status).as(output() + errors()).isZero();
        JsonNode figures = new JsonMapper().readTree(report.toFile());
        assertThat(figures.fieldNames())
                .toIterable()
                .containsExactly(
                        "seconds",
                        "calls",
                        "ok",
                        "businessErrors",
                        "failedCalls",
                        "acknowledged",
                        "lost",
                        "duplicated",
                        "faults",
                        "restarts",
                        "restartMicros",
                        "callMicros",
                        "stallsRecovered",
                        "recoveryMillis",
                        "zombies",
                        "expiredSkipped",
                        "retriedCalls",
                        "parallelismPeak");
        assertThat(figures.path("faults").fieldNames())
                .toIterable()
                .containsExactly("crash", "kill", "stall", "hog", "database", "flood", "zombie");
        assertThat(figures.path("recoveryMillis").fieldNames()).toIterable().containsExactly("p50", "p99");
        assertThat(figures.path("parallelismPeak").longValue()).isPositive();
        assertThat(figures.path("restartMicros").fieldNames()).toIterable().containsExactly("p50", "p99");
        assertThat(figures.path("callMicros").fieldNames()).toIterable().containsExactly("p50", "p99");

        assertThat(figures.path("lost").longValue()).isZero();
        assertThat(figures.path("duplicated").longValue()).isZero();
        assertThat(figures.path("acknowledged").longValue()).isPositive();
        assertThat(figures.path("calls").longValue())
                .isEqualTo(figures.path("ok").longValue()
                        + figures.path("businessErrors").longValue()
                        + figures.path("failedCalls").longValue());
        long faults = figures.path("faults").path("crash").longValue()
                + figures.path("faults").path("kill").longValue();
        assertThat(faults).isPositive();
        assertThat(figures.path("restarts").longValue()).isGreaterThanOrEqualTo(faults);
    }

    @Test
    void recoversFromWhatIsNoCrash() throws IOException {
        Path report = folder.resolve("r.json");

        int status = run(
                "--seconds",
                "6",
                "--seed",
                "7",
                "--faults",
                "stall,hog,database,flood,zombie",
                "--report",
                report.toString());

        assertThat(status).as(output() + errors()).isZero();
        JsonNode figures = new JsonMapper().readTree(report.toFile());
        JsonNode faults = figures.path("faults");
        assertThat(figures.path("stallsRecovered").longValue())
                .isEqualTo(faults.path("stall").longValue() + faults.path("hog").longValue());
        assertThat(figures.path("zombies").longValue())
                .isGreaterThanOrEqualTo(faults.path("zombie").longValue());
        assertThat(figures.path("lost").longValue()).isZero();
    }

    @Test
    void breaksNothingWithoutChaos() {
        int status = run("--seconds", "1", "--seed", "7", "--no-chaos");

        assertThat(status).as(output() + errors()).isZero();
        assertThat(output()).contains("no chaos", "faults: none; 0 restarts");
    }

    @Test
    void keepsReportsWhereTheyAreAskedFor() throws IOException {
        Path log = folder.resolve("demo.log");

        run("--seconds", "2", "--seed", "7", "--faults", "crash", "--log", log.toString());

        assertThat(Files.readString(log)).contains("injected by the chaos", "child terminated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seconds x", "--nonsense", "--db mysql:x", "--report ."})
    void refusesBadArgumentsInOneLine(String arguments) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(output()).isEmpty();
        assertThat(errors()).startsWith("worker-bee: ").hasLineCount(1);
    }

    @Test
    void showsItsHelp() {
        assertThat(run("--help")).isZero();
        assertThat(output()).contains("usage: ./skep demo");
        assertThat(errors()).isEmpty();
    }

    @Test
    void saysInOneLineThatThereIsNoDatabase() {
        assertThat(run("--seconds", "1", "--db", "jdbc:postgresql://127.0.0.1:1/bee?user=bee&password=secret"))
                .isEqualTo(1);
        assertThat(errors())
                .startsWith("worker-bee: the database cannot be used")
                .hasLineCount(1)
                .doesNotContain("secret");
    }

    @Test
    void saysInOneLineThatItsPortIsTaken() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--seconds", "1", "--port", String.valueOf(socket.getLocalPort())))
                    .isEqualTo(1);
        }
        assertThat(errors()).startsWith("worker-bee: cannot listen at port").hasLineCount(1);
    }
}
