package dev.skep.bench;

import dev.skep.bench.Contender.Launch;
import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The comparison runner's command line.
public final class Main {
    /// Exit status: all is well.
    static final int OK = 0;
    /// Exit status: something could not be measured, or is slower than it has to be.
    static final int FAILED = 1;
    /// Exit status: the command line makes no sense.
    static final int BAD_USAGE = 2;

    private final Path home;
    private final PrintStream out;
    private final PrintStream err;

    /// A runner.
    ///
    /// @param home the folder of the module
    /// @param out where tables go
    /// @param err where progress and problems go
    Main(Path home, PrintStream out, PrintStream err) {
        this.home = home;
        this.out = out;
        this.err = err;
    }

    /// Runs the command line and ends the JVM with its status. The property `skep.bench.home` names the folder of the
    /// module.
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("--micro")) {
            org.openjdk.jmh.Main.main(Stream.of(args).skip(1).toArray(String[]::new));
            return;
        }
        Path home = Path.of(System.getProperty("skep.bench.home", "benchmarks"));
        System.exit(new Main(home, utf8(System.out), utf8(System.err)).run(List.of(args)));
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /// @return the exit status
    int run(List<String> arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.help()) {
                out.print(Options.USAGE);
                return OK;
            }
            return options.growth() ? grow(options) : compare(options);
        } catch (UsageException e) {
            err.println("skep bench: " + e.getMessage());
            return BAD_USAGE;
        } catch (BenchException e) {
            err.println("skep bench: " + e.getMessage());
            return FAILED;
        }
    }

    private int compare(Options options) throws BenchException {
        Mode mode = options.mode();
        Comparison comparison;
        Path work = temporaryFolder();
        try {
            Map<Contender, List<String>> commands = launches(options, work);
            comparison = new Rounds(mode, commands.keySet(), (system, some) -> turn(system, commands, mode, some), err)
                    .measure(List.copyOf(options.workloads()));
        } finally {
            delete(work);
        }
        out.print(Table.of(comparison));
        return report(options, comparison);
    }

    private int grow(Options options) throws BenchException {
        Path work = temporaryFolder();
        try {
            Growth growth = new Growth(options.mode(), out, err);
            return growth.isLinear(launches(options, work)) ? OK : FAILED;
        } finally {
            delete(work);
        }
    }

    private Map<Contender, List<String>> launches(Options options, Path work) throws BenchException {
        Map<Contender, List<String>> commands = new LinkedHashMap<>();
        for (Contender system : options.systems()) {
            switch (system.launch(new Contender.Place(home, work), options)) {
                case Launch.Command(List<String> command) -> commands.put(system, command);
                case Launch.Missing(String why) ->
                    err.println("skep bench: " + system.label() + " is left out: " + why);
            }
        }
        return commands;
    }

    private static List<Result> turn(
            Contender system, Map<Contender, List<String>> commands, Mode mode, List<Workload> workloads)
            throws BenchException {
        List<Result> results = new ArrayList<>();
        List<String> command = Objects.requireNonNull(commands.get(system));
        new Turn(system, command, one -> system.operations(mode, one), results::add).run(workloads);
        return results;
    }

    private int report(Options options, Comparison comparison) throws BenchException {
        if (options.report().isPresent()) {
            Json.writeArray(
                    options.report().get(),
                    comparison.results().stream().map(Result::toJson).toList());
        }
        if (options.plot().isPresent()) {
            Json.write(options.plot().get(), Plot.of(comparison));
        }
        RatioCheck check = new RatioCheck(home.resolve("expected-ratios.json"));
        if (options.record()) {
            check.record(comparison);
        }
        if (options.check()) {
            check.compare(comparison);
        }
        check.notes().forEach(one -> err.println("skep bench: " + one));
        check.complaints().forEach(one -> err.println("skep bench: slower than it was: " + one));
        boolean failed = Stream.of(Workload.values())
                .map(workload -> comparison.of(workload, Contender.SKEP))
                .flatMap(Optional::stream)
                .anyMatch(result -> result.error().isPresent());
        return check.complaints().isEmpty() && !failed ? OK : FAILED;
    }

    private static Path temporaryFolder() throws BenchException {
        try {
            return Files.createTempDirectory("skep-bench");
        } catch (IOException e) {
            throw new BenchException("cannot make a temporary folder: " + e);
        }
    }

    private static void delete(Path folder) throws BenchException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchException("cannot delete the temporary folder: " + e);
        }
    }
}
