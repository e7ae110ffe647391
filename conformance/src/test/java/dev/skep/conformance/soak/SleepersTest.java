package dev.skep.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SleepersTest {
    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final int LOOKS = 8;

    @AutoClose
    private final Node node = Node.start("sleepers");

    private final Sleepers sleepers = new Sleepers(node, MOMENT);

    private void look() throws InterruptedException {
        long last = System.nanoTime();
        sleepers.look();
        while (System.nanoTime() - last < MOMENT.toNanos()) {
            LockSupport.parkNanos(MOMENT.toNanos());
        }
    }

    @Test
    void aProcessThatDoesNotAnswerIsFound() throws InterruptedException {
        Plants plants = new Plants(node, Options.Plant.ASLEEP);
        plants.grow();
        try {
            while (sleepers.found().isEmpty()) { // ends with the test's failure by its time limit, or at once
                look();
            }
            assertThat(sleepers.found()).hasSize(1).isSubsetOf(node.processes());
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
        while (sleepers.found().isEmpty()) {
            look();
        }
        assertThat(sleepers.found()).containsExactly(selective);
    }

    @Test
    void whoRestsIsBusyOrBlocksIsNotAsleep() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Pid resting = node.spawn((Receiver<Object> self) -> self.receive());
        Pid blocked = node.spawn((Receiver<Object> self) -> release.await());
        blocked.send("waits in its mailbox, and for a reason");
        for (int i = 0; i < LOOKS; i++) {
            look();
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
        for (int i = 0; i < LOOKS; i++) {
            look();
        }
        assertThat(sleepers.found()).isEmpty();
        assertThat(sleepers.isInDoubt()).isFalse();
    }
}
