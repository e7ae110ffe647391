package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Observation.Finding;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the clock's thread finds, of a process that computes until the test has seen enough. The test looks, at times
/// that it decides on.
class ObservationTest {
    private final Lab lab =
            new Lab(settings -> new ManualClock().install(settings).scheduler(Lab.platformThreads()));
    private final AtomicBoolean enough = new AtomicBoolean();
    private Worker worker;
    private Observation observation;

    @BeforeEach
    void start() {
        CompletableFuture<Worker> started = new CompletableFuture<>();
        lab.node.spawn((Receiver<Object> self) -> {
            started.complete(Worker.current());
            while (!enough.get()) {
                Thread.onSpinWait();
            }
        });
        worker = Await.get(started);
        observation = new Observation(worker);
        assertThat(look(0)).isEqualTo(Finding.MOVING);
    }

    @AfterEach
    void close() {
        enough.set(true);
        lab.close();
    }

    private Finding look(int millis) {
        return observation.look(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void whoMakesNoStepForLongComputes() {
        assertThat(look(9)).isEqualTo(Finding.MOVING);
        assertThat(look(10)).isEqualTo(Finding.COMPUTING);
        assertThat(look(1_000)).isEqualTo(Finding.COMPUTING);
    }

    @Test
    void whoLeavesItsCarrierDoesNotCompute() {
        for (int i = 1; i < 10; i++) {
            worker.pause(Lab.platformThreads());
            assertThat(look(100 * i)).isEqualTo(Finding.MOVING);
            assertThat(look(100 * i + 9)).isEqualTo(Finding.MOVING);
        }
        assertThat(look(1_000)).isEqualTo(Finding.COMPUTING);
    }

    /// Looks while others have their turn.
    private final class Looking implements Scheduler {
        private final int millis;
        Finding found = Finding.MOVING;

        Looking(int millis) {
            this.millis = millis;
        }

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            throw new AssertionError("it starts nobody");
        }

        @Override
        public void park() {
            pause();
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public void pause() {
            found = look(millis);
        }
    }

    @Test
    void whoIsOffItsCarrierWaitsThoughItsThreadIsReady() {
        Looking paused = new Looking(100);
        worker.pause(paused);
        assertThat(paused.found).isEqualTo(Finding.WAITING);
        Looking parked = new Looking(200);
        worker.park(parked);
        assertThat(parked.found).isEqualTo(Finding.WAITING);
        assertThat(look(209)).isEqualTo(Finding.MOVING);
    }

    @Test
    void aTurnIsOverAfterFiveMilliseconds() {
        look(4);
        assertThat(worker.isTurnOver()).isFalse();
        look(5);
        assertThat(worker.isTurnOver()).isTrue();
        worker.pause(Lab.platformThreads());
        assertThat(worker.isTurnOver()).isFalse();
    }

    @Test
    void aTurnBeginsAnewWithEachWait() {
        look(4);
        worker.park(new Looking(50));
        look(54);
        assertThat(worker.isTurnOver()).isFalse();
        look(55);
        assertThat(worker.isTurnOver()).isTrue();
    }
}
