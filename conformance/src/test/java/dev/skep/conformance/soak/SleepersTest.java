package dev.skep.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SleepersTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int LOOKS = 8;

    @AutoClose
    private final Node node = Node.start("sleepers");

    private final Sleepers sleepers = new Sleepers(node, HOUR, this::anHourLater);
    private long now;

    private long anHourLater() {
        now += HOUR.toNanos();
        return now;
    }

    @Test
    void aProcessThatDoesNotAnswerIsFound() throws InterruptedException {
        Sleepers impatient = new Sleepers(node, Duration.ofMillis(20), this::anHourLater);
        Plants plants = new Plants(node, Options.Plant.ASLEEP);
        plants.grow();
        try {
            for (int i = 0; i < LOOKS; i++) {
                impatient.look();
            }
            assertThat(impatient.found()).hasSize(1).isSubsetOf(node.processes());
        } finally {
            plants.release();
        }
    }

    /// As a process would whose wake-up was lost by half: it answers, but does not go on.
    @Test
    void aProcessThatWaitsOverItsMessagesIsFound() throws InterruptedException {
        record Wanted() {}
        Pid selective = node.spawn((Receiver<Object> self) -> self.receive(Wanted.class));
        selective.send("unwanted");
        while (selective.info().orElseThrow().status() != ProcessInfo.Status.WAITING) {
            Thread.yield();
        }
        for (int i = 0; i < LOOKS; i++) {
            sleepers.look();
        }
        assertThat(sleepers.found()).containsExactly(selective);
    }

    private record Wait() implements Cast<Wait> {}

    /// Handles one message for as long as the test says.
    private record Waits(CountDownLatch handling, CountDownLatch release) implements GenServer<String, Wait> {
        @Override
        public String init(Self<Wait> self) {
            return "";
        }

        @Override
        public Next<String> handle(Wait message, From from, String state) throws InterruptedException {
            handling.countDown();
            release.await();
            return Next.noReply();
        }
    }

    @Test
    void whoRestsIsBusyOrBlocksIsNotAsleep() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Pid resting = node.spawn((Receiver<Object> self) -> self.receive());
        CountDownLatch handling = new CountDownLatch(1);
        ServerRef<Wait> blocked = node.start(GenServer.spec(() -> new Waits(handling, release)));
        blocked.cast(new Wait());
        handling.await();
        blocked.send("waits in its mailbox, and for a reason");
        for (int i = 0; i < LOOKS; i++) {
            sleepers.look();
        }
        assertThat(sleepers.found()).isEmpty();
        assertThat(resting.isAlive()).isTrue();
        release.countDown();
    }

    @Test
    void whoHasEndedIsForgotten() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            node.spawn(_ -> {});
        }
        while (!node.processes().isEmpty()) {
            Thread.yield();
        }
        for (int i = 0; i < LOOKS; i++) {
            sleepers.look();
        }
        assertThat(sleepers.found()).isEmpty();
        assertThat(sleepers.isInDoubt()).isFalse();
    }
}
