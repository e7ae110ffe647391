package dev.skep.conformance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScenariosCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new ScenariosCommand(stream(out), stream(err), "erl-of-which-there-is-none").run(List.of(arguments));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String problem() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void badUsageIsToldWithTheStatusTwo() {
        assertThat(run("--scenarios", "0")).isEqualTo(2);
        assertThat(problem()).contains("--scenarios must be from 1 to");
        assertThat(run("--seed", "1")).isEqualTo(2);
        assertThat(run("--scenarios")).isEqualTo(2);
        assertThat(problem()).contains("--scenarios needs a value");
        assertThat(run("--scenarios", "many")).isEqualTo(2);
        assertThat(problem()).contains("whole number", "'many'");
        assertThat(run("--scenarios", "1", "--kind", "bee")).isEqualTo(2);
        assertThat(problem()).contains("no kind 'bee'");
        assertThat(run("--scenarios", "1", "--sede", "1")).isEqualTo(2);
        assertThat(problem()).contains("no option '--sede'");
    }

    @Test
    void thatThereIsNoErlangIsToldWithTheStatusThree() {
        assertThat(run("--scenarios", "1", "--kind", "all")).isEqualTo(3);
        assertThat(problem()).contains("there is no erl-of-which-there-is-none on the PATH", "install Erlang/OTP 25");
    }
}
