package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// What the health checks of a process have found so far.
///
/// @param verdict what is thought of it
/// @param failures how many checks have failed since the last one that it passed
/// @param last the last check that was decided, if there was one
public record Health(Verdict verdict, int failures, Optional<Check> last) {
    /// What is thought of a process.
    public enum Verdict {
        /// It has not been checked yet.
        UNCHECKED,
        /// It has passed the last check.
        HEALTHY,
        /// It has failed the last check, but not as many in a row as it may not.
        FAILING,
        /// It has failed too many checks in a row, and was told to end.
        UNHEALTHY
    }

    /// One check.
    ///
    /// @param ago how long ago it was decided
    /// @param latency how long it took until the answer came, or until no more was waited for it. A process at rest
    ///     answers a ping at once; for one that works it is how long it took to see it between two messages
    /// @param problem what was wrong, if something was
    public record Check(Duration ago, Duration latency, Optional<String> problem) {
        /// Checks the parts.
        ///
        /// @param ago how long ago it was decided
        /// @param latency how long it took
        /// @param problem what was wrong, if something was
        public Check {
            Objects.requireNonNull(ago, "ago");
            Objects.requireNonNull(latency, "latency");
            Objects.requireNonNull(problem, "problem");
        }
    }

    /// Checks the parts.
    ///
    /// @param verdict what is thought of it
    /// @param failures how many checks have failed in a row
    /// @param last the last check
    public Health {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(last, "last");
    }
}
