package dev.skep;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A program in a JVM of its own.
public final class ForkedJvm implements AutoCloseable {
    /// Far more than anything takes: a test that waits so long has failed.
    private static final long PATIENCE_IN_SECONDS = 60;

    private final java.lang.Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers = new ArrayList<>();

    /// Starts the main method of a class of the tests.
    public ForkedJvm(Class<?> main, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", folderOf(Node.class) + File.pathSeparator + folderOf(main), main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).start();
        readers.add(Thread.ofVirtual().start(() -> readAll(process.inputReader(), lines)));
        readers.add(Thread.ofVirtual().start(() -> readAll(process.errorReader(), errors)));
    }

    private static void readAll(BufferedReader reader, Queue<String> into) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                into.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for the next line of the standard output.
    public String nextLine() throws InterruptedException {
        String line = lines.poll(PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("no line came; standard error: " + errors);
        }
        return line;
    }

    /// Tells it to end, as an operator does.
    public void sigterm() {
        process.toHandle().destroy(); // that of the process itself would close its output too
    }

    /// Waits for its end.
    ///
    /// @return the exit status
    public int exitStatus() throws InterruptedException {
        if (!process.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it still runs; standard error: " + errors);
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    /// The lines of the standard output that [#nextLine()] has not returned. Complete after [#exitStatus()].
    public List<String> furtherLines() {
        return List.copyOf(lines);
    }

    /// The lines of the standard error. Complete after [#exitStatus()].
    public List<String> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /// Where a class was loaded from. Tests and what they test are one module, in two folders.
    private static Path folderOf(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        String url = Objects.requireNonNull(type.getResource("/" + file), file).toString();
        try {
            return Path.of(new URI(url.substring(0, url.length() - file.length())));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
