package dev.skep.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Main(utf8(out), utf8(err)).run(List.of(arguments));
    }

    private static PrintStream utf8(ByteArrayOutputStream into) {
        return new PrintStream(into, true, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "--fast, 'there is no option ''--fast'''",
        "--only, --only needs a value",
        "--only cake, 'there is no part ''cake'''",
        "--seed x, '--seed needs a whole number, but got ''x'''",
        "Nothing, 'no model or test matches ''Nothing'''",
        "Slot Mailbox, one pattern is enough",
        "(, 'is no regular expression'"
    })
    void badUsageIsRefused(String arguments, String complaint) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("skep stress: ")
                .contains(complaint);
        assertThat(out.size()).isZero();
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("--quick", "--only", "--seed", "PATTERN", "Exit status");
    }

    @Test
    void aPatternChoosesModels() {
        assertThat(run("--quick", "--only", "races", "Clock|Interval")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("races: IntervalModel holds", "races: ClockModel holds", "all promises hold");
    }
}
