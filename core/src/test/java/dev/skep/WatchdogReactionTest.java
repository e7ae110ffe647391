package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/// When the watchdog raises parallelism and lowers it again, with carriers, time and threads that the test decides
/// on.
class WatchdogReactionTest {
    private final Queue<Runnable> ready = new ArrayDeque<>();
    private int parallelism = 2;
    private long now;

    private final Scheduler scheduler = new Scheduler() {
        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            ready.add(task);
        }

        @Override
        public void park() {}

        @Override
        public void unpark(Thread thread) {}

        @Override
        public void pause() {}
    };
    private final Watchdog watchdog = upTo(3);

    private Watchdog upTo(int limit) {
        return new Watchdog(
                scheduler,
                limit,
                new Carriers() {
                    @Override
                    public int parallelism() {
                        return parallelism;
                    }

                    @Override
                    public void setParallelism(int carriers) {
                        parallelism = carriers;
                    }
                },
                () -> now);
    }

    private void pass(int millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    private void runProbes() {
        while (!ready.isEmpty()) {
            ready.remove().run();
        }
    }

    @Test
    void nobodyIsProbedWhileNothingRuns() {
        assertThat(watchdog.react(0, false)).isFalse();
        assertThat(ready).isEmpty();
    }

    @Test
    void aProbeThatRunsInTimeChangesNothing() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(watchdog.react(2, true)).isTrue();
            assertThat(watchdog.isSomebodyKeptWaiting()).isFalse();
            runProbes();
            pass(2);
        }
        assertThat(watchdog.peak()).isZero();
    }

    @Test
    void turnsEndWhenAProbeIsLate() {
        watchdog.react(0, true);
        pass(3);
        watchdog.react(0, true);
        assertThat(watchdog.isSomebodyKeptWaiting()).isFalse();
        pass(1);
        watchdog.react(0, true);
        assertThat(watchdog.isSomebodyKeptWaiting()).isTrue();
        runProbes();
        watchdog.react(0, true);
        assertThat(watchdog.isSomebodyKeptWaiting()).isFalse();
    }

    @Test
    void aProbeIsWaitedForThoughNobodyIsSeenToRun() {
        watchdog.react(0, true);
        pass(2);
        watchdog.react(0, false);
        pass(2);
        assertThat(watchdog.react(0, false)).isTrue();
        assertThat(watchdog.isSomebodyKeptWaiting()).isTrue();
        runProbes();
        assertThat(watchdog.react(0, false)).isFalse();
        assertThat(watchdog.isSomebodyKeptWaiting()).isFalse();
    }

    @Test
    void asManyThatComputeAsThereAreCarriersRaiseParallelism() {
        watchdog.react(2, false);
        pass(20);
        watchdog.react(2, false);
        assertThat(parallelism).isEqualTo(2);
        pass(1);
        watchdog.react(2, false);
        assertThat(parallelism).isEqualTo(3);
        assertThat(watchdog.peak()).isEqualTo(1);
    }

    @Test
    void fewerMayOnlyHaveHadNoProcessorAndGetMoreTime() {
        watchdog.react(1, true);
        pass(50);
        watchdog.react(1, true);
        assertThat(parallelism).isEqualTo(2);
        pass(1);
        watchdog.react(1, true);
        assertThat(parallelism).isEqualTo(3);
    }

    @Test
    void itIsRaisedUpToTheLimit() {
        watchdog.react(9, false);
        for (int i = 0; i < 20; i++) {
            pass(21);
            watchdog.react(9, false);
        }
        assertThat(parallelism).isEqualTo(2 + 3);
    }

    @Test
    void withoutExtraCarriersTurnsEndAllTheSame() {
        Watchdog frugal = upTo(0);
        frugal.react(2, true);
        for (int i = 0; i < 20; i++) {
            pass(10);
            assertThat(frugal.react(2, true)).isTrue();
            assertThat(frugal.isSomebodyKeptWaiting()).isTrue();
        }
        assertThat(parallelism).isEqualTo(2);
    }

    private void raise() {
        watchdog.react(2, false);
        pass(21);
        watchdog.react(2, false);
        assertThat(parallelism).isEqualTo(3);
        runProbes();
    }

    @Test
    void itStaysRaisedWhileAsManyComputeAsThereWereCarriers() {
        raise();
        for (int i = 0; i < 1_000; i++) {
            pass(10);
            watchdog.react(2, true);
            runProbes();
        }
        assertThat(parallelism).isEqualTo(3);
    }

    @Test
    void itIsTakenBackThoughSomeStillCompute() {
        raise();
        pass(500);
        watchdog.react(1, true);
        runProbes();
        assertThat(parallelism).isEqualTo(3);
        pass(1);
        watchdog.react(1, true);
        assertThat(parallelism).isEqualTo(2);
        assertThat(watchdog.isSomebodyKeptWaiting())
                .as("so that the carriers that are too many find nothing to do")
                .isTrue();
        assertThat(watchdog.peak()).isEqualTo(1);
    }

    @Test
    void itIsTakenBackWhenNobodyRunsAnyMore() {
        raise();
        pass(501);
        assertThat(watchdog.react(0, false)).isFalse();
        assertThat(parallelism).isEqualTo(2);
    }

    @Test
    void theEndOfTheNodeTakesItBackAtOnce() {
        raise();
        watchdog.stop();
        assertThat(parallelism).isEqualTo(2);
    }
}
