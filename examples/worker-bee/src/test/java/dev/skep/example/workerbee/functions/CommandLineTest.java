package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Command;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    private static final long RANDOM = 4711;

    private static Result<Command, String> parse(String... arguments) {
        return CommandLine.parse(List.of(arguments), RANDOM);
    }

    private static Options options(String... arguments) {
        return ((Command.Run) parse(arguments).orElseThrow()).options();
    }

    @Test
    void withoutArgumentsRunsTheDemo() {
        assertThat(options())
                .isEqualTo(new Options(
                        Duration.ofSeconds(30),
                        RANDOM,
                        Optional.empty(),
                        Set.of(Fault.values()),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void takesEveryOption() {
        assertThat(options(
                        "--seconds",
                        "20",
                        "--seed",
                        "-7",
                        "--port",
                        "8181",
                        "--no-chaos",
                        "--db",
                        "jdbc:h2:mem:x",
                        "--report",
                        "r.json",
                        "--log",
                        "demo.log"))
                .isEqualTo(new Options(
                        Duration.ofSeconds(20),
                        -7,
                        Optional.of(8181),
                        Set.of(),
                        false,
                        Optional.of("jdbc:h2:mem:x"),
                        Optional.of(Path.of("r.json")),
                        Optional.of(Path.of("demo.log"))));
    }

    @Test
    void takesSomeFaults() {
        assertThat(options("--faults", "stall,zombie").faults()).containsExactlyInAnyOrder(Fault.STALL, Fault.ZOMBIE);
    }

    @Test
    void namesTheFaultsThatThereAre() {
        assertThat(parse("--faults", "stall,fire").toString())
                .contains("--faults must be some of crash,kill,stall,hog,database,flood,zombie, but was 'stall,fire'");
        assertThat(parse("--faults", "stall", "--no-chaos").toString()).contains("exclude each other");
    }

    @Test
    void takesValuesAfterAnEqualsSign() {
        assertThat(options("--db=jdbc:postgresql://localhost/bee?user=a&password=b")
                        .database())
                .contains("jdbc:postgresql://localhost/bee?user=a&password=b");
    }

    @Test
    void servesWithoutChaos() {
        Options options = options("--serve");

        assertThat(options.serve()).isTrue();
        assertThat(options.chaos()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "--nonsense --help"})
    void showsHelpWhateverElseIsAsked(String arguments) {
        assertThat(parse(arguments.split(" "))).isEqualTo(Result.ok(new Command.Help()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --seconds            | --seconds needs a value
                    --seconds 0          | --seconds must be a number from 1 to 86400, but was '0'
                    --seconds soon       | --seconds must be a number from 1 to 86400, but was 'soon'
                    --seconds=           | --seconds must be a number from 1 to 86400, but was ''
                    --seed 1.5           | --seed must be a whole number, but was '1.5'
                    --port 65536         | --port must be a number from 0 to 65535, but was '65536'
                    --db mysql://x:pw@y  | --db must begin with jdbc:h2: or jdbc:postgresql:
                    --report=            | --report must name a file
                    --nonsense           | there is no option '--nonsense'
                    --serve=yes          | there is no option '--serve=yes'
                    seven                | there is no option 'seven'
                    --seed 1 --seed 2    | --seed is given twice
                    --serve --serve      | --serve is given twice
                    --serve --seconds 3  | --seconds is for the demo, which --serve does not run
                    --serve --report r   | --report is for the demo, which --serve does not run
                    """)
    void saysInOneLineWhatIsWrong(String arguments, String problem) {
        assertThat(parse(arguments.split(" "))).isEqualTo(Result.err(problem));
    }

    @Test
    void mentionsEveryOptionInItsHelp() {
        assertThat(CommandLine.HELP)
                .contains(
                        "--seconds",
                        "--seed",
                        "--port",
                        "--no-chaos",
                        "--serve",
                        "--db",
                        "--report",
                        "--log",
                        "--help");
    }
}
