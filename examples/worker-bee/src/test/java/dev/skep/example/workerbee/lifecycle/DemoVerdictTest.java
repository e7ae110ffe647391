package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.boundary.Ports;
import dev.skep.example.workerbee.boundary.Screen;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.Options;
import dev.skep.example.workerbee.workers.Database;
import dev.skep.example.workerbee.workers.Mailer;
import dev.skep.supervisor.SupervisorRef;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The demo is to notice when the service does not keep its promises: so here it does not.
class DemoVerdictTest {

    private final Database database = Database.inMemory();
    private final AtomicReference<Mailer> onMail = new AtomicReference<>(_ -> {});
    private WorkerBee bee;

    @BeforeEach
    void start() throws Exception {
        database.createTables();
        bee = WorkerBee.start(Settings.of(database, mail -> onMail.get().send(mail), Ports.choose(0)));
    }

    @AfterEach
    void stop() {
        bee.close();
    }

    private Optional<String> demonstrate() throws Exception {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var options = new Options(
                Duration.ofSeconds(1), 7, 0, Set.of(), false, Optional.empty(), Optional.empty(), Optional.empty());
        return new Demo(options, database, bee, Screen.on(out, Map.of()), out, Duration.ofMillis(500)).run();
    }

    private void delete(String email) {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement("DELETE FROM users WHERE email = ?")) {
            statement.setString(1, email);
            statement.execute();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void isGoodWhenAllIsWell() throws Exception {
        assertThat(demonstrate()).isEmpty();
    }

    @Test
    void saysThatUsersAreLost() throws Exception {
        onMail.set(mail -> delete(mail.to()));

        assertThat(demonstrate()).get().asString().startsWith("lost: user ").contains("NotFound");
    }

    @Test
    void saysWhoIsNotRunning() throws Exception {
        SupervisorRef.of(bee.node(), Tree.DOMAIN)
                .terminateChild(Names.OUTBOX.text())
                .orElseThrow();

        assertThat(demonstrate()).contains("not running: outbox; the outbox does not answer");
    }
}
