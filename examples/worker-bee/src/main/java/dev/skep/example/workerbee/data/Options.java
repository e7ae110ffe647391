package dev.skep.example.workerbee.data;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What the program was asked to do on its command line.
///
/// @param duration how long the demo runs
/// @param seed where all random decisions come from
/// @param port where to listen; 0 for any free port; empty if it does not say
/// @param faults what the chaos does; nothing if there is to be none
/// @param serve the service alone, without load and chaos, until it is told to end
/// @param database the JDBC URL; empty if it does not say
/// @param report where to write the report
/// @param log where to write crash and supervisor reports
public record Options(
        Duration duration,
        long seed,
        Optional<Integer> port,
        Set<Fault> faults,
        boolean serve,
        Optional<String> database,
        Optional<Path> report,
        Optional<Path> log) {
    /// Keeps the faults unmodifiable.
    public Options {
        faults = Set.copyOf(faults);
    }

    /// Whether servers are to be broken.
    ///
    /// @return whether there are any faults
    public boolean chaos() {
        return !faults.isEmpty();
    }
}
