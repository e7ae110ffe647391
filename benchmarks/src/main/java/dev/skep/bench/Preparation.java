package dev.skep.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// What has to be done before a peer of another language can be started: a command that is run to its end.
///
/// @param status its exit status; 0 if it is content
/// @param output what it printed
record Preparation(int status, String output) {
    boolean succeeded() {
        return status == 0;
    }

    /// What it printed last; a program's reason to fail, as a rule.
    String lastLine() {
        return output.lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line.strip());
    }

    /// Runs the command; empty if there is no such program.
    static Optional<Preparation> run(List<String> command) throws BenchException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(new Preparation(process.waitFor(), output));
        } catch (IOException e) {
            throw new BenchException("cannot read what " + command.getFirst() + " prints: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }
}
