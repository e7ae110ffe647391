package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.statem.GenStatem;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.task.TaskSupervisor;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
                .child(ChildSpec.of(TaskSupervisor.create().named(Names.MAILS)))
                .child(ChildSpec.of(
                        Names.OUTBOX.text(),
                        GenStatem.spec(() -> new MailOutbox(database, mailer)).named(Names.OUTBOX))));
    }

    private void createUser(int number) throws SQLException {
        try (var users = new SqlUserStore(database.connect())) {
            users.create(new NewUser("bee-" + number + "@example.org", "Bee", "key-" + number))
                    .orElseThrow();
        }
    }

    private Mail nextSent() throws InterruptedException {
        Mail mail = sent.poll(2, TimeUnit.MINUTES);
        assertThat(mail).as("the next mail").isNotNull();
        return mail;
    }

    @Test
    void sendsTheMailsThatWereThereBefore() throws Exception {
        createUser(1);
        createUser(2);

        startOutbox(sent::add);

        assertThat(List.of(nextSent().to(), nextSent().to()))
                .containsExactlyInAnyOrder("bee-1@example.org", "bee-2@example.org");
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
                node.whereis(Names.OUTBOX).orElseThrow().exit(ExitReason.kill());
            }
        });

        createUser(1);

        assertThat(nextSent()).isEqualTo(nextSent());
    }

    @Test
    void sendsOthersWhileAMailIsRefused() throws Exception {
        createUser(1);
        createUser(2);
        startOutbox(mail -> {
            if (mail.to().startsWith("bee-1@")) {
                throw new IOException("no such address");
            }
            sent.add(mail);
        });

        assertThat(nextSent().to()).isEqualTo("bee-2@example.org");
        createUser(3);
        assertThat(nextSent().to()).isEqualTo("bee-3@example.org");
    }

    @Test
    void sendsSoManyAtATime() throws Exception {
        var busy = new AtomicInteger();
        var most = new AtomicInteger();
        for (int number = 1; number <= 40; number++) {
            createUser(number);
        }
        startOutbox(mail -> {
            most.accumulateAndGet(busy.incrementAndGet(), Math::max);
            Thread.yield();
            busy.decrementAndGet();
            sent.add(mail);
        });

        for (int number = 1; number <= 40; number++) {
            nextSent();
        }
        assertThat(most.get()).isBetween(1, MailOutbox.CONCURRENCY);
    }
}
