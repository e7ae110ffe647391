package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.bench.Contender.Launch;
import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The peer in Python, which need not be there.
@Timeout(60)
final class OtpylibPeerTest {
    private static final List<Workload> ITS_WORKLOADS = List.of(
            Workload.CAST_1_1,
            Workload.FAN_IN,
            Workload.CALL_1,
            Workload.CALL_100_1,
            Workload.CALL_100_100,
            Workload.PING_PONG,
            Workload.SPAWN_MONITOR_EXIT,
            Workload.SPAWN_BURST,
            Workload.SERVER_START_STOP,
            Workload.RESTART);

    @TempDir
    private Path work;

    private Launch launch(String python) throws BenchException {
        return OtpylibPeer.launch(python, new Contender.Place(Path.of("").toAbsolutePath(), work), Mode.SMOKE);
    }

    @Test
    void withoutPythonItIsLeftOut() throws BenchException {
        assertThat(launch("no-such-python"))
                .isEqualTo(
                        new Launch.Missing("no-such-python is not on the path; install Python 3.10 or later, then the"
                                + " library: pip install otpylib"));
    }

    @Test
    void withoutTheLibraryItIsLeftOut() throws BenchException {
        // Something that refuses the command line, as an interpreter without the library does.
        String refusing =
                Path.of(System.getProperty("java.home"), "bin", "java").toString();

        assertThat(launch(refusing))
                .isInstanceOfSatisfying(
                        Launch.Missing.class,
                        missing -> assertThat(missing.why())
                                .startsWith(refusing + " has no otpylib (")
                                .endsWith("); to install it: pip install otpylib"));
    }

    @Test
    void aRunHasATenthOfTheOperations() {
        assertThat(Contender.OTPYLIB.operations(Mode.FULL, Workload.CALL_1)).isEqualTo(10_000);
        assertThat(Contender.ERLANG.operations(Mode.FULL, Workload.CALL_1)).isEqualTo(100_000);
    }

    @Test
    void itHasFiguresForItsWorkloads() throws BenchException {
        Launch launch = launch("python3");
        assumeThat(launch).as("python3 with otpylib").isInstanceOf(Launch.Command.class);
        List<Result> results = new ArrayList<>();

        new Turn(
                        Contender.OTPYLIB,
                        ((Launch.Command) launch).command(),
                        one -> Contender.OTPYLIB.operations(Mode.SMOKE, one),
                        results::add)
                .run(List.of(Workload.values()));

        assertThat(results)
                .extracting(Result::workload)
                .containsExactlyElementsOf(
                        ITS_WORKLOADS.stream().map(Workload::label).toList());
        assertThat(results).allSatisfy(result -> {
            assertThat(result.system()).isEqualTo("otpylib");
            assertThat(result.error()).isEmpty();
            assertThat(result.figures()).containsKey(figureOf(result));
        });
    }

    private static String figureOf(Result result) {
        return Workload.of(result.workload()).orElseThrow().kind().figure();
    }
}
