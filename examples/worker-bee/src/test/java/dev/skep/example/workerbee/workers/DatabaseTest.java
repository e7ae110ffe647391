package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.OutboxRpc;
import dev.skep.server.GenServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    /// The SQLSTATE of H2 for somebody who has waited for a lock for too long.
    private static final String LOCK_TIMEOUT = "HYT00";

    private static final NewUser ADA = new NewUser("ada@example.org", "Ada", "k");

    private final Database database = Database.inMemory();
    private Node node;

    @BeforeEach
    void start() throws SQLException {
        database.createTables();
        node = Node.start("hive");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /// A server that is in the middle of a transaction: it has locked an address, and neither commits nor rolls
    /// back.
    private final class Holder implements GenServer<Connection, OutboxRpc> {
        @Override
        public Connection init(Self<OutboxRpc> self) throws SQLException {
            Connection connection = database.connectFor(self);
            try (Statement insert = connection.createStatement()) {
                insert.execute("INSERT INTO users (email, name) VALUES ('" + ADA.email() + "', 'Holder')");
            }
            return connection;
        }

        @Override
        public Next<Connection> handle(OutboxRpc message, From from, Connection connection) {
            return Next.noReply();
        }
    }

    private Pid startHolder() {
        return node.start(GenServer.spec(Holder::new)).pid().orElseThrow();
    }

    /// Waits for the lock longer than the database does.
    private boolean canCreateAda() throws SQLException {
        long began = System.nanoTime();
        while (true) {
            try (var users = new SqlUserStore(database.connect())) {
                return users.create(ADA).isOk();
            } catch (SQLException e) {
                boolean isLocked = LOCK_TIMEOUT.equals(e.getSQLState());
                if (!isLocked
                        || System.nanoTime() - began > Duration.ofMinutes(2).toNanos()) {
                    throw e;
                }
            }
        }
    }

    @Test
    void letsGoOfWhatAKilledOwnerHasLocked() throws SQLException {
        Pid holder = startHolder();

        holder.exit(ExitReason.kill());

        assertThat(canCreateAda()).isTrue();
    }

    @Test
    void letsGoOfWhatAnOwnerHasLockedThatEnds() throws SQLException {
        Pid holder = startHolder();

        holder.exit(ExitReason.shutdown());
        assertThat(holder.join(Duration.ofMinutes(2))).isPresent();

        assertThat(canCreateAda()).isTrue();
    }

    /// To kill a worker is to interrupt its thread, wherever it is.
    @Test
    void survivesInItsFileThatAWorkerIsInterruptedWhileItReads(@TempDir Path folder) throws SQLException {
        Database file = Database.at("jdbc:h2:" + folder.resolve("hive"));
        file.createTables();
        try (Connection connection = file.connect();
                Statement insert = connection.createStatement()) {
            insert.execute(
                    "INSERT INTO users (email, name) SELECT X || '@example.org', 'Bee' FROM SYSTEM_RANGE(1, 5000)");
            connection.commit();
        }
        // Opened again: nothing of the file is in memory.
        try (var killed = new SqlUserStore(file.connect());
                var other = new SqlUserStore(file.connect())) {
            Thread.currentThread().interrupt();
            try {
                killed.page(1000, 10);
            } catch (SQLException _) {
                // As a worker, it would crash.
            } finally {
                var _ = Thread.interrupted();
            }

            assertThat(other.page(4000, 10).users()).hasSize(10);
        }
    }

    @Test
    void doesNotShowItsUrlWhichMayHaveAPasswordInIt() {
        assertThat(Database.at("jdbc:postgresql://localhost/bee?password=secret"))
                .hasToString("PostgreSQL");
        assertThat(Database.at("jdbc:h2:./bee;PASSWORD=secret")).hasToString("H2");
        assertThat(Database.inMemory()).hasToString("H2 in memory");
    }
}
