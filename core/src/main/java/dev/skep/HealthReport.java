package dev.skep;

import java.util.Objects;

/// A health check has failed. Logged as a warning; as an error when it was one too many.
///
/// @param pid the process
/// @param problem what was wrong
/// @param failures how many checks have failed in a row, this one included
/// @param limit at how many the process is told to end
public record HealthReport(Pid pid, String problem, int failures, int limit) implements Report {
    /// Checks the parts.
    ///
    /// @param pid the process
    /// @param problem what was wrong
    /// @param failures how many checks have failed in a row
    /// @param limit at how many the process is told to end
    public HealthReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(problem, "problem");
    }

    /// Whether the process is told to end for it.
    ///
    /// @return true if there were too many failures in a row
    public boolean isFinal() {
        return failures >= limit;
    }

    @Override
    public String text() {
        return Rendering.bounded("process " + pid + " has failed health check " + failures + " of " + limit + ": "
                + Rendering.value(problem) + (isFinal() ? "; it is told to end" : ""));
    }
}
