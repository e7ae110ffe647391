package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A process that sleeps in the time of its node.
class SleepTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualClock clock = new ManualClock();

    @AutoClose
    private final Lab lab = new Lab(clock::install);

    @Test
    void aSleepIsOverWhenTheNodesTimeHasPassed() {
        CompletableFuture<Duration> slept = new CompletableFuture<>();
        lab.node.spawn((Receiver<Object> self) -> {
            long began = clock.nanoTime();
            self.sleep(HOUR);
            slept.complete(Duration.ofNanos(clock.nanoTime() - began));
        });

        Await.until(() -> clock.pass(Duration.ofMinutes(10), slept::isDone));

        assertThat(Await.get(slept)).isGreaterThanOrEqualTo(HOUR);
    }

    @Test
    void zeroIsNoTimeAtAll() {
        lab.inProcess(self -> self.sleep(Duration.ZERO));
    }

    @Test
    void messagesThatComeMeanwhileWaitInTheMailbox() {
        CompletableFuture<Object> received = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            begun.countDown();
            self.sleep(HOUR);
            received.complete(self.receive(Duration.ZERO).orElse("nothing"));
        });
        Await.latch(begun);
        pid.send("hello");

        Await.until(() -> clock.pass(HOUR, received::isDone));

        assertThat(Await.get(received)).isEqualTo("hello");
    }

    @Test
    void anExitSignalEndsASleepForEver() {
        CountDownLatch begun = new CountDownLatch(1);
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            begun.countDown();
            self.sleep(ServerRef.FOREVER);
        });
        Await.latch(begun);

        pid.exit(ExitReason.shutdown());

        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(lab.abandoned).isEmpty();
    }

    @Test
    void anExitSignalEndsTheSleepOfABehaviourWhichCleansUp() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<ExitReason> terminated = new CompletableFuture<>();
        Pid pid = lab.start(self -> new Lab.Echo() {
            @Override
            public void info(Object message) throws Exception {
                begun.countDown();
                self.sleep(HOUR);
            }

            @Override
            public void terminate(ExitReason reason) {
                terminated.complete(reason);
            }
        });
        pid.send("sleep");
        Await.latch(begun);

        pid.exit(ExitReason.shutdown());

        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(Await.get(terminated)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void anInterruptEndsTheSleepAndNothingElse() {
        CompletableFuture<Thread> sleeper = new CompletableFuture<>();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            sleeper.complete(Thread.currentThread());
            try {
                self.sleep(HOUR);
                outcome.complete("slept");
            } catch (InterruptedException e) {
                outcome.complete(e.getMessage() + ", interrupted now: "
                        + Thread.currentThread().isInterrupted());
            }
        });

        Await.get(sleeper).interrupt();

        assertThat(Await.get(outcome)).isEqualTo("interrupted in a sleep of " + pid + ", interrupted now: false");
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.normal());
    }

    @Test
    @SuppressWarnings("NullAway") // null is among what is refused
    void whatIsNoTimeIsRefused() {
        lab.inProcess(self -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> self.sleep(Duration.ofSeconds(-1)))
                    .withMessage("time to sleep must not be negative, but was PT-1S");
            assertThatNullPointerException().isThrownBy(() -> self.sleep(null)).withMessage("time to sleep");
        });
    }

    @Test
    void onlyTheProcessItselfSleeps() {
        CompletableFuture<Self<Object>> leaked = new CompletableFuture<>();
        lab.node.spawn((Receiver<Object> self) -> {
            leaked.complete(self);
            self.receive();
        });

        assertThatIllegalStateException()
                .isThrownBy(() -> Await.get(leaked).sleep(Duration.ZERO))
                .withMessageContaining("sleep");
    }

    @Test
    void aProcessThatHasBeenToldToEndDoesNotBegin() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            begun.countDown();
            Computation.until(told);
            try {
                self.sleep(Duration.ZERO);
            } catch (Throwable t) {
                thrown.complete(t);
                throw t;
            }
        });
        Await.latch(begun);
        pid.exit(ExitReason.shutdown());
        told.countDown();

        assertThat(Await.get(thrown)).isInstanceOf(ProcessExit.class);
        assertThat(lab.endOf(pid)).isEqualTo(ExitReason.shutdown());
    }
}
