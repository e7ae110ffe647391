package dev.skep.example.workerbee.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.example.workerbee.data.Mail;
import dev.skep.example.workerbee.data.Names;
import dev.skep.example.workerbee.data.NewUser;
import dev.skep.example.workerbee.data.OutboxRpc;
import dev.skep.example.workerbee.workers.MailOutbox.Circuit;
import dev.skep.statem.GenStatem;
import dev.skep.statem.StateAndData;
import dev.skep.sys.Sys;
import dev.skep.task.TaskSupervisor;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When the outbox leaves a mail server alone, and for how long. Time passes only when the test says so.
@SkepTest(virtualTime = true)
class MailOutboxCircuitTest {

    private static final int MAILS = 20;
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final Database database = Database.inMemory();
    private final AtomicInteger attempts = new AtomicInteger();
    private final Queue<Mail> sent = new ConcurrentLinkedQueue<>();
    private volatile boolean down;

    @BeforeEach
    void writeMails() throws SQLException {
        database.createTables();
        try (var users = new SqlUserStore(database.connect())) {
            for (int number = 1; number <= MAILS; number++) {
                users.create(new NewUser("bee-" + number + "@example.org", "Bee", "key-" + number))
                        .orElseThrow();
            }
        }
    }

    private void startOutbox(Testkit skep, Mailer mailer) {
        skep.allowCrashes(_ -> true); // of tasks whose mails are refused
        var _ = skep.start(TaskSupervisor.named(Names.MAILS));
        var _ = skep.start(
                GenStatem.spec(() -> new MailOutbox(database, mailer)).named(Names.OUTBOX));
    }

    private void sendUnlessDown(Mail mail) throws IOException {
        attempts.incrementAndGet();
        if (down) {
            throw new IOException("the mail server is down");
        }
        sent.add(mail);
    }

    private static Circuit circuit(Node node) {
        return Sys.of(node.ref(Names.OUTBOX)).state(StateAndData.class, both -> (Circuit) both.state());
    }

    @Test
    void isOpenedByAMailServerThatTakesNothing(Testkit skep, VirtualClock clock, Node node) {
        down = true;
        startOutbox(skep, this::sendUnlessDown);

        clock.advance(Duration.ZERO);

        assertThat(circuit(node)).isEqualTo(Circuit.OPEN);
        assertThat(attempts.get()).isBetween(5, 5 + MailOutbox.CONCURRENCY);
    }

    @Test
    void leavesTheMailServerAloneForLongerEachTime(Testkit skep, VirtualClock clock, Node node) {
        down = true;
        startOutbox(skep, this::sendUnlessDown);
        clock.advance(Duration.ZERO);

        for (Duration pause : new Duration[] {Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)}) {
            int before = attempts.get();
            clock.advance(pause.minus(MOMENT));
            assertThat(attempts).hasValue(before);

            clock.advance(MOMENT);
            assertThat(attempts.get()).isBetween(before + 1, before + MailOutbox.CONCURRENCY);
            assertThat(circuit(node)).isEqualTo(Circuit.OPEN);
        }
    }

    @Test
    void isClosedByAMailServerThatTakesMailsAgain(Testkit skep, VirtualClock clock, Node node) {
        down = true;
        startOutbox(skep, this::sendUnlessDown);
        clock.advance(Duration.ofMillis(500));
        down = false;

        clock.advance(Duration.ofMillis(500));
        assertThat(circuit(node)).isEqualTo(Circuit.CLOSED);
        assertThat(sent).hasSize(MailOutbox.CONCURRENCY);

        clock.advance(Duration.ofMillis(100));
        assertThat(sent).hasSize(MAILS);
    }

    @Test
    void givesUpAMailThatTakesTooLong(Testkit skep, VirtualClock clock, Node node) {
        Pid forEver = skep.spawn(self -> self.receive(String.class));
        startOutbox(skep, mail -> {
            if (mail.to().startsWith("bee-1@")) {
                var _ = forEver.join(ServerRef.FOREVER);
            }
            sendUnlessDown(mail);
        });

        clock.advance(Duration.ZERO);
        assertThat(sent).hasSize(MAILS - 1);

        clock.advance(Duration.ofSeconds(2));
        assertThat(node.ref(Names.OUTBOX).call(new OutboxRpc.Waiting())).isEqualTo(1);
        assertThat(circuit(node)).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void isNotOpenedByOneMailThatIsRefused(Testkit skep, VirtualClock clock, Node node) {
        startOutbox(skep, mail -> {
            attempts.incrementAndGet();
            if (mail.to().startsWith("bee-1@")) {
                throw new IOException("no such address");
            }
            sent.add(mail);
        });

        clock.advance(Duration.ofSeconds(10));

        assertThat(circuit(node)).isEqualTo(Circuit.CLOSED);
        assertThat(sent).hasSize(MAILS - 1);
        assertThat(attempts.get()).isBetween(MAILS + 5, MAILS + 15); // about one a second
    }
}
