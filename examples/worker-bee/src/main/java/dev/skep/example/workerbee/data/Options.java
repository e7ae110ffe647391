package dev.skep.example.workerbee.data;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What the program was asked to do on its command line.
///
/// @param duration how long the demo runs
/// @param seed where all random decisions come from
/// @param port where to listen; 0 for any free port
/// @param chaos whether workers are crashed and killed
/// @param serve the service alone, without load and chaos, until it is told to end
/// @param database the JDBC URL; empty for a database in memory that ends with the program
/// @param report where to write the report
/// @param log where to write crash and supervisor reports
public record Options(
        Duration duration,
        long seed,
        int port,
        boolean chaos,
        boolean serve,
        Optional<String> database,
        Optional<Path> report,
        Optional<Path> log) {}
