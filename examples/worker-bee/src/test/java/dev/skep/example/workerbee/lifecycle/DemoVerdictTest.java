package dev.skep.example.workerbee.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.boundary.Screen;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.Options;
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

    private static final Duration LONG = Duration.ofMinutes(2);

    private final AtomicReference<Mailer> onMail = new AtomicReference<>(_ -> {});
    private Hive hive;

    @BeforeEach
    void start() throws Exception {
        hive = Hives.start(new WorkerBee(mail -> onMail.get().send(mail), _ -> {}));
    }

    @AfterEach
    void stop() {
        hive.close();
    }

    /// @param patience only a service that does not recover takes so long
    private Optional<String> demonstrate(Duration patience) throws Exception {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var options = new Options(
                Duration.ofSeconds(1),
                7,
                Optional.empty(),
                Set.of(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Demo(options, hive, Screen.on(out, Map.of()), out, patience).run();
    }

    private void delete(String email) {
        try (Connection connection = hive.database().connect();
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
        assertThat(demonstrate(LONG)).isEmpty();
    }

    @Test
    void saysThatUsersAreLost() throws Exception {
        onMail.set(mail -> delete(mail.to()));

        // "user 7: NotFound" if its client has seen it, "the user of ..." if not
        assertThat(demonstrate(LONG)).get().asString().startsWith("lost: ").contains("user ");
    }

    @Test
    void saysWhoIsNotRunning() throws Exception {
        SupervisorRef.of(hive.node(), Tree.DOMAIN)
                .terminateChild(Names.OUTBOX.text())
                .orElseThrow();

        assertThat(demonstrate(Duration.ofMillis(500))).contains("not running: outbox; the outbox does not answer");
    }
}
