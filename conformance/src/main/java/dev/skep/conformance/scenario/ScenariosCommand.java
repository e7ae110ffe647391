package dev.skep.conformance.scenario;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// `./skep conformance --scenarios N ...`: runs scenarios on Erlang and on Skep, and says where they differ.
public final class ScenariosCommand {
    private static final int OK = 0;
    private static final int DIVERGENCE = 1;
    private static final int BAD_USAGE = 2;
    private static final int NO_ERLANG = 3;

    /// How many divergences are made small and shown; the others are only counted.
    private static final int SHRUNK = 5;

    /// How it is used.
    public static final String USAGE = """
            usage: ./skep conformance --scenarios N [--seed S] [--kind KIND] [--report FILE]

              --scenarios N  run N random programs on Erlang and on Skep, and compare what is observed
              --seed S       the seed of the first one, a whole number; the others have the next ones; by default drawn
              --kind KIND    only process, supervisor, server, statem or event; by default all of them in turn
              --report FILE  write the result to FILE, too, as JSON

            Needs erl, of Erlang/OTP 25 or later, on the PATH. The exit status is 1 if anything differs, 2 for bad
            usage, and 3 if there is no erl.
            """;

    private final PrintStream out;
    private final PrintStream err;
    private final String erl;

    /// @param out where results go
    /// @param err where problems go
    public ScenariosCommand(PrintStream out, PrintStream err) {
        this(out, err, "erl");
    }

    /// @param erl what starts Erlang
    ScenariosCommand(PrintStream out, PrintStream err, String erl) {
        this.erl = erl;
        this.out = out;
        this.err = err;
    }

    /// What was asked for.
    private record Options(int scenarios, long seed, List<Kind> kinds, Optional<Path> report) {}

    private static final class BadUsage extends Exception {
        private static final long serialVersionUID = 1L;

        BadUsage(String message) {
            super(message);
        }
    }

    /// Runs it.
    ///
    /// @param arguments what follows `./skep conformance`
    /// @return the exit status
    public int run(List<String> arguments) {
        try {
            return run(parse(arguments));
        } catch (BadUsage e) {
            err.println("skep conformance: " + e.getMessage() + "; --help shows how to use it");
            return BAD_USAGE;
        } catch (Erlang.Missing e) {
            err.println("skep conformance: " + e.getMessage());
            return NO_ERLANG;
        } catch (IOException e) {
            err.println("skep conformance: " + e.getMessage());
            return DIVERGENCE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("skep conformance: interrupted");
            return DIVERGENCE;
        }
    }

    private int run(Options options) throws IOException, InterruptedException, Erlang.Missing {
        Campaign.Outcome outcome;
        try (Erlang erlang = Erlang.start(erl)) {
            out.println("seed " + options.seed);
            outcome = new Campaign(erlang, Player::onSkep, options.kinds, SHRUNK)
                    .run(
                            options.scenarios,
                            options.seed,
                            divergence -> divergence.text().forEach(out::println));
        }
        if (options.report.isPresent()) {
            Files.writeString(options.report.get(), json(options.seed, outcome));
        }
        out.println(outcome.counts().entrySet().stream()
                .map(each -> each.getKey().text() + " " + each.getValue())
                .collect(Collectors.joining(", ")));
        out.println("scenarios " + outcome.scenarios() + ", divergences " + outcome.divergences());
        return outcome.divergences() == 0 ? OK : DIVERGENCE;
    }

    // ---- The command line
    // --------------------------------------------------------------------------------------------

    private static Options parse(List<String> arguments) throws BadUsage {
        Deque<String> left = new ArrayDeque<>(arguments);
        long scenarios = 0;
        long seed = new SplittableRandom().nextInt(1_000_000_000);
        List<Kind> kinds = Kind.ALL;
        Optional<Path> report = Optional.empty();
        while (!left.isEmpty()) {
            String option = left.pop();
            switch (option) {
                case "--scenarios" -> scenarios = number(option, left);
                case "--seed" -> seed = number(option, left);
                case "--kind" -> kinds = kinds(value(option, left));
                case "--report" -> report = Optional.of(Path.of(value(option, left)));
                default -> throw new BadUsage("there is no option '" + option + "'");
            }
        }
        if (scenarios < 1 || scenarios > 10_000_000) {
            throw new BadUsage("--scenarios must be from 1 to 10000000");
        }
        return new Options((int) scenarios, seed, kinds, report);
    }

    private static String value(String option, Deque<String> left) throws BadUsage {
        if (left.isEmpty()) {
            throw new BadUsage(option + " needs a value");
        }
        return left.pop();
    }

    private static long number(String option, Deque<String> left) throws BadUsage {
        String text = value(option, left);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadUsage(option + " needs a whole number, but was given '" + text + "'");
        }
    }

    private static List<Kind> kinds(String text) throws BadUsage {
        if (text.equals("all")) {
            return Kind.ALL;
        }
        Optional<Kind> kind = Kind.of(text);
        if (kind.isEmpty()) {
            throw new BadUsage("there is no kind '" + text + "'");
        }
        return List.of(kind.get());
    }

    // ---- The report
    // --------------------------------------------------------------------------------------------------

    private static String json(long seed, Campaign.Outcome outcome) {
        List<String> counts = new ArrayList<>();
        for (Map.Entry<Kind, Integer> count : outcome.counts().entrySet()) {
            counts.add(quoted(count.getKey().text()) + ": " + count.getValue());
        }
        List<String> shown = new ArrayList<>();
        for (Divergence each : outcome.shown()) {
            shown.add("{\"kind\": " + quoted(each.kind().text()) + ", \"seed\": " + each.seed() + ", \"repeat\": "
                    + quoted(each.command()) + ", \"scenario\": " + quoted(Terms.text(each.scenario()))
                    + ", \"erlang\": " + quoted(each.onErlang()) + ", \"skep\": " + quoted(each.onSkep()) + "}");
        }
        return "{\n  \"seed\": " + seed + ",\n  \"scenarios\": " + outcome.scenarios() + ",\n  \"kinds\": {"
                + String.join(", ", counts) + "},\n  \"divergences\": " + outcome.divergences() + ",\n  \"shown\": ["
                + String.join(",\n    ", shown) + "]\n}\n";
    }

    private static String quoted(List<String> texts) {
        return texts.stream().map(ScenariosCommand::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
