package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/// A node whose processes do as they are told, and whose time the test lets pass.
abstract class HealthCheckFixture {
    static final Duration INTERVAL = Duration.ofSeconds(10);
    /// Timers ring up to a tick late, and a new check waits a little for others that begin with it.
    static final Duration SLACK = Duration.ofMillis(50);
    /// Default values: fails after 5 seconds, then every 2 seconds.
    static final HealthCheck CHECK = HealthCheck.every(INTERVAL);

    final ManualClock clock = new ManualClock();
    final Lab lab = new Lab(settings -> settings.clock(clock).stallThreshold(ServerRef.FOREVER));
    final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        lab.close();
    }

    @Sendable
    interface Action {
        void run() throws Exception;
    }

    record Do(Action action) implements Cast<Object> {}

    class Obedient extends Lab.Echo {
        @Override
        public void cast(Object message) throws Exception {
            ((Do) message).action.run();
        }

        @Override
        public void terminate(ExitReason reason) throws Exception {
            notes.add("terminate");
        }
    }

    static void tell(Pid pid, Action action) {
        ServerRef.of(pid).cast(new Do(action));
    }

    /// A handler that waits until it is released, or interrupted.
    static final class Gate implements Action {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);

        @Override
        public void run() throws InterruptedException {
            entered.countDown();
            released.await();
        }

        void awaitEntered() {
            Await.latch(entered);
        }
    }

    static void awaitRest(Pid pid) {
        Await.until(((Process) pid)::isResting);
    }

    Pid stalled(Gate gate) {
        Pid pid = lab.start(_ -> new Obedient());
        tell(pid, gate);
        gate.awaitEntered();
        return pid;
    }

    void toTheFirstCheck() {
        clock.advance(INTERVAL.plus(SLACK));
    }

    List<HealthReport> failures() {
        return lab.reports.stream()
                .filter(HealthReport.class::isInstance)
                .map(HealthReport.class::cast)
                .toList();
    }

    static Unhealthy unhealthy(ExitReason reason) {
        assertThat(reason)
                .isInstanceOfSatisfying(
                        ExitReason.Because.class,
                        because -> assertThat(because.value()).isInstanceOf(Unhealthy.class));
        return (Unhealthy) ((ExitReason.Because) reason).value();
    }
}
