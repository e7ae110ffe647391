package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.ManualClock;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Zombie;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Examples of the chapter on processes that misbehave: what needs neither a supervisor nor a mailbox's bound.
class MisbehavingGuideTest {
    record Ask() implements Call<Ask, String>, Cast<Ask> {}

    /// Its handler swallows its interruption until it is released.
    static final class Stubborn implements GenServer<String, Ask> {
        private final CountDownLatch begun;
        private final CountDownLatch release;

        Stubborn(CountDownLatch begun, CountDownLatch release) {
            this.begun = begun;
            this.release = release;
        }

        @Override
        public String init(Self<Ask> self) {
            return "";
        }

        @Override
        public Next<String> handle(Ask message, From from, String state) {
            begun.countDown();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // this is what makes a zombie
                }
            }
            return message.reply("too late");
        }
    }

    @Test
    void aThreadThatCannotBeEndedIsAbandoned() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Node node = Node.builder("hive")
                .killGrace(Duration.ofMillis(200)) // how long a thread may ignore its interruption; 1 s by default
                .stallThreshold(Duration.ofSeconds(2)) // when a handler is reported; 5 s by default
                .extraCarriers(4) // for handlers that compute; twice the processors by default, 0 for none
                .start()) {
            ServerRef<Ask> server = node.start(GenServer.spec(() -> new Stubborn(begun, release)));
            server.cast(new Ask());
            assertThat(begun.await(2, TimeUnit.MINUTES)).isTrue();
            var pid = server.pid().orElseThrow();

            pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER);

            List<Zombie> zombies = node.zombies();
            zombies.forEach(zombie -> System.out.println(zombie.pid() + " is still at " + zombie.stack()));

            assertThat(zombies).hasSize(1);
            release.countDown();
        }
    }

    /// A state that is closed by whatever ends its server.
    static final class Connection implements AutoCloseable {
        static final AtomicBoolean CLOSED = new AtomicBoolean();

        @Override
        public void close() {
            CLOSED.set(true);
        }
    }

    static final class Holder implements GenServer<Connection, Ask> {
        @Override
        public Connection init(Self<Ask> self) {
            return new Connection();
        }

        @Override
        public Next<Connection> handle(Ask message, From from, Connection state) {
            return Next.noReply();
        }

        @Override
        public void terminate(ExitReason reason, Connection connection) {
            connection.close(); // what the default does too
        }
    }

    @Test
    void aStateIsClosed() {
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            node.start(GenServer.spec(Holder::new)).stop(ExitReason.normal(), ServerRef.FOREVER);
        }
        assertThat(Connection.CLOSED).isTrue();
    }
}
