package dev.skep.example.workerbee.data;

/// What a command line says.
public sealed interface Command {
    /// Show how to use the program.
    record Help() implements Command {}

    /// Run it.
    ///
    /// @param options how
    record Run(Options options) implements Command {}
}
