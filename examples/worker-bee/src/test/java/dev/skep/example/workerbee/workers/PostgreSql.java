package dev.skep.example.workerbee.workers;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A PostgreSQL server of the tests' own, on a free port and in a folder of its own. Where none is installed, the
/// tests are skipped.
public final class PostgreSql implements BeforeAllCallback, AfterAllCallback {
    private static final String USER = "bee";

    /// The number of the user and the group called nobody, whose names differ.
    private static final String NOBODY = "65534";

    private final AtomicInteger databases = new AtomicInteger();
    private List<String> asUser = List.of();
    private Path programs;
    private Path folder;
    private int port;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Optional<Path> found = findPrograms();
        Assumptions.assumeTrue(found.isPresent(), "no PostgreSQL server is installed: nothing is tested with it");
        programs = found.get();
        boolean root = System.getProperty("user.name").equals("root");
        Assumptions.assumeTrue(
                !root || isInPath("setpriv"),
                "PostgreSQL refuses to be run by root, and there is no setpriv to be somebody else: nothing is tested");
        folder = Files.createTempDirectory("worker-bee-postgresql");
        if (root) {
            asUser = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
            run("chown", NOBODY + ":" + NOBODY, folder.toString());
        }
        run(as("initdb", "--pgdata", data(), "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"));
        port = freePort();
        String options = "-p " + port + " -c listen_addresses=127.0.0.1 -c fsync=off" + " -c unix_socket_directories='"
                + folder + "'";
        run(as("pg_ctl", "--pgdata", data(), "--log", folder.resolve("log").toString(), "-w", "-o", options, "start"));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (folder == null) {
            return;
        }
        if (port != 0) {
            run(as("pg_ctl", "--pgdata", data(), "-w", "-m", "immediate", "stop"));
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Creates a database.
    ///
    /// @return its JDBC URL
    /// @throws SQLException if the server refuses
    public String newDatabase() throws SQLException {
        String name = "hive" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url(name);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=" + USER;
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    // ---- Programs ------------------------------------------------------------------------------------------------

    private static List<Path> path() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator, -1)).map(Path::of).toList();
    }

    private static boolean isInPath(String program) {
        return path().stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    private static Optional<Path> findPrograms() throws IOException {
        List<Path> folders = new ArrayList<>(path());
        // Debian keeps each version's programs in a folder of its own, off the path.
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(versions)) {
                each.forEach(version -> folders.add(version.resolve("bin")));
            }
        }
        return folders.stream()
                .filter(folder -> Stream.of("initdb", "pg_ctl", "postgres")
                        .allMatch(program -> Files.isExecutable(folder.resolve(program))))
                .findFirst();
    }

    private List<String> as(String program, String... arguments) {
        List<String> command = new ArrayList<>(asUser);
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        run(List.of(command));
    }

    /// The output goes to a file: the server keeps what it inherits open for as long as it runs.
    private static void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("worker-bee", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed: " + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
