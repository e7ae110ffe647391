package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Node;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MailOutboxTest {

    private final Database database = Database.inMemory();
    private final BlockingQueue<Mail> sent = new LinkedBlockingQueue<>();
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

    private void startOutbox(Mailer mailer) {
        var _ = node.start(Supervisor.oneForOne()
                .intensity(100, Duration.ofSeconds(1))
                .child(ChildSpec.server(Names.OUTBOX, () -> new MailOutbox(database, mailer))));
    }

    private void createUser(int number) throws SQLException {
        try (var users = new UserStore(database.connect())) {
            users.create(new NewUser("bee-" + number + "@example.org", "Bee", "key-" + number))
                    .orElseThrow();
        }
    }

    private Mail nextSent() throws InterruptedException {
        Mail mail = sent.poll(10, TimeUnit.SECONDS);
        assertThat(mail).as("the next mail").isNotNull();
        return mail;
    }

    @Test
    void sendsTheMailsThatWereThereBefore() throws Exception {
        createUser(1);
        createUser(2);

        startOutbox(sent::add);

        assertThat(nextSent().to()).isEqualTo("bee-1@example.org");
        assertThat(nextSent().to()).isEqualTo("bee-2@example.org");
    }

    @Test
    void sendsTheMailsThatComeLater() throws Exception {
        startOutbox(sent::add);

        createUser(1);

        assertThat(nextSent().to()).isEqualTo("bee-1@example.org");
    }

    @Test
    void sendsAgainWhatItWasAtWhenItDied() throws Exception {
        var first = new AtomicBoolean(true);
        startOutbox(mail -> {
            sent.add(mail);
            if (first.getAndSet(false)) {
                throw new IllegalStateException("dies after sending, before it is marked");
            }
        });

        createUser(1);

        assertThat(nextSent()).isEqualTo(nextSent());
    }
}
