package dev.skep.example.workerbee.functions;

import dev.skep.Result;
import dev.skep.example.workerbee.data.Command;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Options;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the program's arguments.
public final class CommandLine {
    /// How to use the program.
    public static final String HELP = """
            worker-bee: a small user service that is broken while it works in every way there is, and loses nothing

            usage: ./skep demo [OPTION...]

              --seconds N    run for N seconds (default 30)
              --seed S       take all random decisions from S, so that the same faults come again
              --port P       listen on port P of the loopback interface; 0 for any free port
                             (default 0, with --serve 8080)
              --faults F,G   what is done to its servers, of crash, kill, stall, hog, database, flood and zombie
                             (default: all of them)
              --no-chaos     break nothing
              --serve        the service alone, without load and chaos, until Ctrl-C or SIGTERM
              --db URL       keep the users in this database, jdbc:h2:... or jdbc:postgresql://...
                             (default: H2 in memory, gone when the program ends)
              --report FILE  write the figures to FILE, as JSON
              --log FILE     write crash and supervisor reports to FILE
                             (default: none are kept; with --serve, standard error)
              --help         show this text

            With --serve, settings that are not given are taken from the environment, WORKER_BEE_HTTP_PORT,
            WORKER_BEE_DATABASE_URL and WORKER_BEE_DATABASE_WORKERS, or from the file that WORKER_BEE_CONFIG names, as
            http.port and so on.

            Exit status: 0 if nothing that a client was told is lost or duplicated and every supervisor is back to
            full strength, 1 if not, 2 if an argument is wrong.
            """;

    private static final Set<String> FLAGS = Set.of("--no-chaos", "--serve");
    private static final Set<String> SETTINGS =
            Set.of("--seconds", "--seed", "--port", "--faults", "--db", "--report", "--log");
    private static final List<String> DEMO_ONLY = List.of("--seconds", "--seed", "--faults", "--report");
    private static final List<String> DATABASES = List.of("jdbc:h2:", "jdbc:postgresql:");

    private final Set<String> flags = new HashSet<>();
    private final Map<String, String> settings = new HashMap<>();

    private CommandLine() {}

    /// Reads the arguments.
    ///
    /// @param arguments what was given to the program
    /// @param randomSeed the seed to use if none is given
    /// @return what to do, or what is wrong, in one line
    public static Result<Command, String> parse(List<String> arguments, long randomSeed) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            return Result.ok(new Command.Help());
        }
        try {
            var line = new CommandLine();
            line.read(arguments);
            return Result.ok(new Command.Run(line.options(randomSeed)));
        } catch (BadArgument e) {
            return Result.err(e.problem);
        }
    }

    /// Leaves the reading where it is; [#parse] makes it a value.
    private static final class BadArgument extends Exception {
        private static final long serialVersionUID = 1L;
        private final String problem;

        BadArgument(String problem) {
            super(problem);
            this.problem = problem;
        }
    }

    /// Sorts the arguments into flags and settings.
    private void read(List<String> arguments) throws BadArgument {
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            boolean isNew;
            if (SETTINGS.contains(name)) {
                if (equals < 0 && !rest.hasNext()) {
                    throw new BadArgument(name + " needs a value");
                }
                String value = equals < 0 ? rest.next() : argument.substring(equals + 1);
                isNew = settings.put(name, value) == null;
            } else if (FLAGS.contains(argument)) {
                isNew = flags.add(argument);
            } else {
                throw new BadArgument("there is no option '" + argument + "'");
            }
            if (!isNew) {
                throw new BadArgument(name + " is given twice");
            }
        }
    }

    private Options options(long randomSeed) throws BadArgument {
        boolean serve = flags.contains("--serve");
        for (String name : DEMO_ONLY) {
            if (serve && settings.containsKey(name)) {
                throw new BadArgument(name + " is for the demo, which --serve does not run");
            }
        }
        return new Options(
                Duration.ofSeconds(number("--seconds", 1, 86_400, 30)),
                number("--seed", Long.MIN_VALUE, Long.MAX_VALUE, randomSeed),
                settings.containsKey("--port") ? Optional.of((int) number("--port", 0, 65_535, 0)) : Optional.empty(),
                serve ? Set.of() : faults(),
                serve,
                database(),
                file("--report"),
                file("--log"));
    }

    private Set<Fault> faults() throws BadArgument {
        String text = settings.get("--faults");
        if (flags.contains("--no-chaos")) {
            if (text != null) {
                throw new BadArgument("--faults and --no-chaos exclude each other");
            }
            return Set.of();
        }
        if (text == null) {
            return EnumSet.allOf(Fault.class);
        }
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String label : text.split(",", -1)) {
            faults.add(Stream.of(Fault.values())
                    .filter(fault -> fault.label().equals(label.strip()))
                    .findFirst()
                    .orElseThrow(() -> new BadArgument("--faults must be some of "
                            + Stream.of(Fault.values()).map(Fault::label).collect(Collectors.joining(","))
                            + ", but was '" + text + "'")));
        }
        return faults;
    }

    private long number(String name, long least, long most, long otherwise) throws BadArgument {
        String text = settings.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        String wanted = least == Long.MIN_VALUE ? "a whole number" : "a number from " + least + " to " + most;
        throw new BadArgument(name + " must be " + wanted + ", but was '" + text + "'");
    }

    /// The URL itself is not repeated in an error: it may have a password in it.
    private Optional<String> database() throws BadArgument {
        Optional<String> url = Optional.ofNullable(settings.get("--db"));
        if (url.isPresent() && DATABASES.stream().noneMatch(url.get()::startsWith)) {
            throw new BadArgument("--db must begin with " + String.join(" or ", DATABASES));
        }
        return url;
    }

    private Optional<Path> file(String name) throws BadArgument {
        String text = settings.get(name);
        try {
            if (text != null && text.isBlank()) {
                throw new BadArgument(name + " must name a file");
            }
            return Optional.ofNullable(text).map(Path::of);
        } catch (InvalidPathException e) {
            throw new BadArgument(name + " must name a file: " + e.getMessage());
        }
    }
}
