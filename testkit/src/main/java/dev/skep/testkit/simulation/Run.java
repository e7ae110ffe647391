package dev.skep.testkit.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// A run of a simulation that has passed. Two runs with the same fingerprint have taken the same steps.
///
/// @param seed what decided it
/// @param steps how many steps it took
/// @param time how much of its own time has passed
/// @param fingerprint a number made of every step
/// @param trace every step as text, if [Simulator#recording()] was asked for
public record Run(long seed, long steps, Duration time, long fingerprint, List<String> trace) {
    /// Checks the parts.
    ///
    /// @param seed what decided it
    /// @param steps how many steps it took
    /// @param time how much of its own time has passed
    /// @param fingerprint a number made of every step
    /// @param trace every step as text
    public Run {
        Objects.requireNonNull(time, "time");
        trace = List.copyOf(trace);
    }
}
