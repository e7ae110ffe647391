package dev.skep.stress;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What the command line asks for.
///
/// @param quick a few minutes instead of half an hour
/// @param parts what to run
/// @param seed for the races
/// @param pattern which models and tests
record Options(boolean quick, Set<Part> parts, long seed, Pattern pattern) {
    static final String USAGE = """
            usage: ./skep stress [OPTION...] [PATTERN]

            Runs the models and memory tests whose names match the pattern, a regular expression; all by default.

              --quick        fewer tries, and no planted faults: a few minutes
              --only PART    one part: races, models, memory or faults; may be given more than once
              --seed N       for the races, which run the models on real threads; 1 by default
              --help         show this text

            Exit status: 0 if all is well, 1 if a promise was broken or a planted fault was not found, 2 for bad usage.
            """;

    /// A way to check.
    enum Part {
        /// The models on real threads.
        RACES,
        /// The models' interleavings, one after the other.
        MODELS,
        /// What the processor and the compiler may reorder.
        MEMORY,
        /// Whether the others find faults that are planted.
        FAULTS;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// The command line makes no sense.
    static final class UsageException extends Exception {
        UsageException(String problem) {
            super(problem);
        }
    }

    static Options parse(List<String> arguments) throws UsageException {
        boolean quick = false;
        Set<Part> only = EnumSet.noneOf(Part.class);
        long seed = 1;
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--quick" -> quick = true;
                case "--only" -> only.add(part(value(arguments, ++i, "--only")));
                case "--seed" -> seed = number(value(arguments, ++i, "--seed"));
                default -> {
                    if (argument.startsWith("-")) {
                        throw new UsageException("there is no option '" + argument + "'");
                    }
                    patterns.add(argument);
                }
            }
        }
        if (patterns.size() > 1) {
            throw new UsageException("one pattern is enough, but there are " + patterns);
        }
        Set<Part> parts = only.isEmpty() ? EnumSet.allOf(Part.class) : only;
        if (quick && only.isEmpty()) {
            parts.remove(Part.FAULTS);
        }
        Options options = new Options(quick, parts, seed, pattern(patterns.isEmpty() ? "" : patterns.getFirst()));
        if (options.matching(Models.ALL).isEmpty()
                && options.matching(Models.OF_MEMORY).isEmpty()) {
            throw new UsageException("no model or test matches '" + options.pattern + "': there are " + Models.ALL
                    + " and " + Models.OF_MEMORY);
        }
        return options;
    }

    private static String value(List<String> arguments, int at, String option) throws UsageException {
        if (at >= arguments.size()) {
            throw new UsageException(option + " needs a value");
        }
        return arguments.get(at);
    }

    private static Part part(String label) throws UsageException {
        for (Part part : Part.values()) {
            if (part.label().equals(label)) {
                return part;
            }
        }
        throw new UsageException("there is no part '" + label + "': races, models, memory and faults are");
    }

    private static long number(String text) throws UsageException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("--seed needs a whole number, but got '" + text + "'");
        }
    }

    private static Pattern pattern(String text) throws UsageException {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new UsageException("'" + text + "' is no regular expression: " + e.getDescription());
        }
    }

    List<String> matching(List<String> names) {
        return names.stream().filter(name -> pattern.matcher(name).find()).toList();
    }
}
