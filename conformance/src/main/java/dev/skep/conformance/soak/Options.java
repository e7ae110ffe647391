package dev.skep.conformance.soak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the command line asks for.
///
/// @param time how long to run
/// @param seed what decides who does what
/// @param every the time between two lines
/// @param report where the lines go as well
/// @param plant a fault in the system that has to be found
record Options(Duration time, long seed, Duration every, Optional<Path> report, Plant plant) {
    static final String USAGE = """
            usage: ./skep soak --minutes N [OPTION...]

            Runs thousands of supervised processes with faults, and prints every minute what they use.

              --minutes N    how long, 0.1 to 10000
              --seed S       decides who does what, not how threads interleave; 1 by default
              --every S      the seconds between two lines, 1 to 3600; 60 by default
              --report FILE  write the lines, as tab-separated values, to a new or existing file
              --plant FAULT  names, timers, heap or asleep: the soak has to find it
              --help         show this text

            Exit status: 0 if it is flat, nobody is left asleep and every failure has its reason; 1 if not; 2 for bad
            usage.
            """;

    /// A fault in the system itself, as opposed to those that it has to cope with.
    enum Plant {
        NONE,
        /// Processes that nobody needs register names and stay.
        NAMES,
        /// Timers for an hour ahead are forgotten.
        TIMERS,
        /// Something is remembered for ever.
        HEAP,
        /// A process does not answer to signals.
        ASLEEP
    }

    /// The command line makes no sense.
    static final class UsageException extends Exception {
        UsageException(String problem) {
            super(problem);
        }
    }

    static Options parse(List<String> arguments) throws UsageException {
        Optional<Duration> time = Optional.empty();
        long seed = 1;
        Duration every = Duration.ofSeconds(60);
        Optional<Path> report = Optional.empty();
        Plant plant = Plant.NONE;
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            switch (option) {
                case "--minutes" ->
                    time = Optional.of(
                            Duration.ofMillis(Math.round(number(option, value(arguments, i), 0.1, 10_000) * 60_000)));
                case "--seed" -> seed = whole(option, value(arguments, i));
                case "--every" ->
                    every = Duration.ofMillis(Math.round(number(option, value(arguments, i), 1, 3_600) * 1_000));
                case "--report" -> report = Optional.of(Path.of(value(arguments, i)));
                case "--plant" -> plant = plant(value(arguments, i));
                default -> throw new UsageException("there is no option '" + option + "'");
            }
        }
        if (time.isEmpty()) {
            throw new UsageException("--minutes is missing: say how long to run");
        }
        return new Options(time.get(), seed, every, report, plant);
    }

    private static String value(List<String> arguments, int option) throws UsageException {
        if (option + 1 >= arguments.size()) {
            throw new UsageException(arguments.get(option) + " needs a value");
        }
        return arguments.get(option + 1);
    }

    private static double number(String option, String text, double least, double most) throws UsageException {
        try {
            double number = Double.parseDouble(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException(
                "%s needs a number from %s to %s, but got '%s'".formatted(option, plain(least), plain(most), text));
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static long whole(String option, String text) throws UsageException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException(option + " needs a whole number, but got '" + text + "'");
        }
    }

    private static Plant plant(String text) throws UsageException {
        for (Plant plant : Plant.values()) {
            if (plant != Plant.NONE && plant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return plant;
            }
        }
        throw new UsageException("there is no fault '" + text + "': names, timers, heap and asleep are");
    }
}
