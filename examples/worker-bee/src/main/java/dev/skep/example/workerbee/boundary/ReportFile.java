package dev.skep.example.workerbee.boundary;

import dev.skep.example.workerbee.data.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file that a demo's figures are written to.
public final class ReportFile {
    private ReportFile() {}

    /// Writes the figures as one JSON object.
    ///
    /// @param path the file, which is replaced if it exists
    /// @param report the figures
    /// @throws IOException if it cannot be written
    public static void write(Path path, Report report) throws IOException {
        Files.write(path, Json.write(report));
    }
}
