package dev.skep.testkit.simulation;

import java.util.List;

/// A run of a simulation has failed. The message says with which seed, why, and what the last steps were.
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int STEPS_SHOWN = 30;

    private final long seed;
    private final transient List<String> trace;

    SimulationFailure(long seed, String doubts, Throwable cause, List<String> trace) {
        super(text(seed, doubts, cause, trace), cause);
        this.seed = seed;
        this.trace = List.copyOf(trace);
    }

    private static String text(long seed, String doubts, Throwable cause, List<String> trace) {
        StringBuilder text = new StringBuilder("seed ").append(seed).append(" fails: ");
        text.append(cause instanceof AssertionError ? cause.getMessage() : cause);
        if (doubts.isEmpty()) {
            line(
                    text,
                    "It fails again in the same way with @SimulationTest(seed = " + seed + ") or with" + " -D"
                            + SimulationExtension.SEED + "=" + seed);
        } else {
            line(text, doubts);
        }
        if (!trace.isEmpty()) {
            line(text, "Its last steps:");
            trace.subList(Math.max(0, trace.size() - STEPS_SHOWN), trace.size())
                    .forEach(step -> line(text, "  " + step));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(System.lineSeparator()).append(line);
    }

    /// What decided the run.
    ///
    /// @return the seed
    public long seed() {
        return seed;
    }

    /// Every step of the run as text.
    ///
    /// @return the lines; none if the run could not be repeated
    public List<String> trace() {
        return trace;
    }
}
