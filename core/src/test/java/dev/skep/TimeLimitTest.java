package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A thread keeps the alarm of a wait that has ended in time, and takes it for the next one.
class TimeLimitTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(10);

    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final Node node = clock.install(Node.builder("limits")).start();

    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    /// Nobody waits at this queue: a thread that waits does so for a message.
    private final Queue<Optional<Object>> received = new ConcurrentLinkedQueue<>();

    @Test
    void theAlarmOfAnEarlierWaitDoesNotEndALaterOne() {
        Pid process = receive(SHORT, LONG);
        sendOnceItWaits(process);
        awaitParked();

        clock.advance(SHORT);
        awaitPending(1); // it was woken, has looked at the time, and waits again
        clock.advance(LONG.minus(SHORT).minusNanos(1));
        assertThat(received).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(next()).isEmpty();
    }

    @Test
    void aWaitThatEndsBeforeTheAlarmThatIsKeptHasOneOfItsOwn() {
        Pid process = receive(LONG, SHORT);
        sendOnceItWaits(process);
        awaitParked();

        clock.advance(SHORT.plusSeconds(1));
        assertThat(next()).isEmpty();
    }

    @Test
    void manyWaitsHaveOneAlarmAndAThreadThatEndsLeavesNone() {
        Duration[] limits = new Duration[100];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = LONG.plusSeconds(i);
        }
        Pid process = receive(limits);
        for (Duration _ : limits) {
            awaitParked();
            awaitPending(1);
            process.send("go on");
            assertThat(next()).contains("go on");
        }
        awaitPending(0);
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aWaitWithoutALimitOutlastsTheAlarmThatIsKept() {
        Pid process = receive(SHORT, ServerRef.FOREVER);
        sendOnceItWaits(process);
        awaitParked();

        clock.advance(SHORT.plusSeconds(1));
        awaitPending(0);
        awaitParked();
        sendOnceItWaits(process);
    }

    private Pid receive(Duration... limits) {
        return node.spawn(self -> {
            thread.set(Thread.currentThread());
            for (Duration limit : limits) {
                received.add(self.receive(limit));
            }
        });
    }

    private void sendOnceItWaits(Pid process) {
        awaitParked();
        process.send("go on");
        assertThat(next()).contains("go on");
    }

    private Optional<Object> next() {
        Await.until(() -> !received.isEmpty());
        return Objects.requireNonNull(received.poll());
    }

    private void awaitParked() {
        Await.until(() -> {
            Thread waiting = thread.get();
            return waiting != null && waiting.getState() == Thread.State.WAITING;
        });
    }

    private void awaitPending(int alarms) {
        Await.until(() -> {
            clock.advance(Duration.ZERO);
            return node.pendingTimers() == alarms;
        });
    }
}
