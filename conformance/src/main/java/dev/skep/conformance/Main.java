package dev.skep.conformance;

import dev.skep.conformance.coverage.Coverage;
import dev.skep.conformance.scenario.ScenariosCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The command line of `./skep conformance`.
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;

    private static final String USAGE = """
            usage: ./skep conformance coverage [--missing]

              coverage    what has become of each upstream test case, counted by suite
              --missing   list the cases, too, that no test and no annotation names
            """;

    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    /// @param home the folder of the module
    /// @param out where results go
    /// @param err where problems go
    Main(Path home, PrintStream out, PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /// Runs the command line and ends the JVM with its status. The property `skep.conformance.home` names the folder of
    /// the module.
    public static void main(String[] args) {
        Path home = Path.of(System.getProperty("skep.conformance.home", "conformance"));
        System.exit(new Main(home, utf8(System.out), utf8(System.err)).run(List.of(args)));
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /// @return the exit status
    int run(List<String> arguments) {
        if (arguments.equals(List.of("--help")) || arguments.isEmpty()) {
            out.print(USAGE);
            out.println();
            out.print(ScenariosCommand.USAGE);
            return arguments.isEmpty() ? BAD_USAGE : OK;
        }
        if (arguments.getFirst().startsWith("--")) {
            return new ScenariosCommand(out, err).run(arguments);
        }
        if (arguments.getFirst().equals("coverage")) {
            return coverage(arguments.subList(1, arguments.size()));
        }
        return badUsage("there is no '" + arguments.getFirst() + "'");
    }

    private int badUsage(String problem) {
        err.println("skep conformance: " + problem + "; --help shows how to use it");
        return BAD_USAGE;
    }

    private int coverage(List<String> options) {
        if (!options.isEmpty() && !options.equals(List.of("--missing"))) {
            return badUsage("coverage does not know the options " + String.join(" ", options));
        }
        Coverage coverage;
        try {
            coverage =
                    Coverage.read(home.resolve("target/test-classes"), home.resolve("../docs/differences-from-otp.md"));
        } catch (IOException e) {
            err.println("skep conformance: cannot read what the tests say: " + e);
            return FAILED;
        }
        coverage.table().forEach(out::println);
        if (!options.isEmpty()) {
            coverage.missing().forEach(each -> out.println("missing  " + each));
        }
        coverage.problems().forEach(problem -> err.println("skep conformance: " + problem));
        return coverage.problems().isEmpty() ? OK : FAILED;
    }
}
