package dev.skep.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A check in a JVM of its own: with a fault on its class path, which loaders within one JVM would hide from Lincheck;
/// or with jcstress, which ends its JVM.
final class Child {
    /// What Lincheck needs of the JVM.
    static final List<String> FLAGS = List.of(
            "-XX:+EnableDynamicAgentLoading",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED");

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Optional<Mutant> fault;

    Child(Optional<Mutant> fault) {
        this.fault = fault;
    }

    /// What came of it.
    ///
    /// @param status its exit status
    /// @param output what it has printed
    record Outcome(int status, String output) {}

    /// @throws IOException if it cannot be started, or takes too long
    Outcome run(String main, List<String> arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("skep-stress");
        try {
            String classPath = System.getProperty("java.class.path");
            if (fault.isPresent()) {
                Plant.write(fault.get(), folder.resolve("fault"));
                classPath = folder.resolve("fault") + System.getProperty("path.separator") + classPath;
            }
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(FLAGS);
            command.addAll(List.of("-cp", classPath, main));
            command.addAll(arguments);
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("it has not ended within " + PATIENCE);
            }
            return new Outcome(process.exitValue(), Files.readString(output));
        } finally {
            delete(folder);
        }
    }

    private static void delete(@Nullable Path folder) throws IOException {
        if (folder != null && Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
