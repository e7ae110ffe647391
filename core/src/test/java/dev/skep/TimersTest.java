package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final Duration SOON = Duration.ofMillis(2);
    private static final Duration LATE = Duration.ofDays(1);

    /// In real time: nobody minds here how late a timer rings.
    @AutoClose
    private final Lab lab = new Lab(settings -> settings.clock(Clock.system()));

    @Test
    void applyAfterStartsAProcessOnce() {
        CompletableFuture<Pid> ran = new CompletableFuture<>();
        lab.inProcess(self -> {
            Timer timer = self.timers().applyAfter(SOON, (Receiver<Object> it) -> ran.complete(it.pid()));
            assertThat(Await.get(ran)).isNotEqualTo(self.pid());
            Await.until(() -> timer.timeLeft().isEmpty());
            assertThat(timer.cancel()).isEmpty();
        });
    }

    @Test
    void aThreadMaySetTimersToo() {
        CompletableFuture<Pid> ran = new CompletableFuture<>();

        lab.node.timers().applyAfter(Duration.ZERO, (Receiver<Object> it) -> ran.complete(it.pid()));

        assertThat(lab.endOf(Await.get(ran))).isEqualTo(ExitReason.normal());
    }

    @Test
    void applyIntervalStartsProcessesUntilItIsCancelled() {
        BlockingQueue<Pid> runs = new LinkedBlockingQueue<>();
        Timer timer = lab.node.timers().applyInterval(SOON, (Receiver<Object> it) -> runs.add(it.pid()));

        Pid first = Await.next(runs);
        assertThat(Await.next(runs)).isNotEqualTo(first);
        assertThat(Await.next(runs)).isNotEqualTo(first);

        timer.cancel();
        assertThat(timer.timeLeft()).isEmpty();
        assertThat(timer.cancel()).isEmpty();
    }

    @Test
    void applyIntervalDoesNotWaitForTheProcessBefore() {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch three = new CountDownLatch(3);
        Timer timer = lab.node.timers().applyInterval(SOON, _ -> {
            three.countDown();
            release.await();
        });

        Await.latch(three);

        timer.cancel();
        release.countDown();
    }

    @Test
    void applyRepeatedlyDoes() {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch five = new CountDownLatch(5);
        Timer timer = lab.node.timers().applyRepeatedly(SOON, _ -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.yield();
            atOnce.decrementAndGet();
            five.countDown();
        });

        Await.latch(five);

        timer.cancel();
        assertThat(most).hasValue(1);
    }

    @Test
    void sendIntervalSendsUntilItsTargetEnds() {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            for (int i = 0; i < 3; i++) {
                got.add(self.receive(String.class));
            }
        });

        Timer timer = lab.node.timers().sendInterval(SOON, target, "tick");

        for (int i = 0; i < 3; i++) {
            assertThat(Await.next(got)).isEqualTo("tick");
        }
        lab.endOf(target);
        Await.until(() -> timer.timeLeft().isEmpty() && timer.cancel().isEmpty());
    }

    @Test
    void sendIntervalByNameFindsWhoeverHasIt() {
        Name<Object> name = Name.of("ticked");
        BlockingQueue<Pid> got = new LinkedBlockingQueue<>();
        Timer timer = lab.node.timers().sendInterval(SOON, name, "tick");

        for (int i = 0; i < 2; i++) {
            Pid pid = lab.node.spawn((Receiver<Object> self) -> {
                self.node().register(name, self.pid());
                self.receive();
                got.add(self.pid());
            });
            assertThat(Await.next(got)).isEqualTo(pid);
            lab.endOf(pid);
        }
        timer.cancel();
    }

    @Test
    void timersOfAProcessEndWithIt() {
        CompletableFuture<Timer> message = new CompletableFuture<>();
        CompletableFuture<Timer> code = new CompletableFuture<>();
        Pid other = lab.idle();
        Pid pid = lab.node.spawn((Receiver<Object> self) -> {
            message.complete(self.timers().sendInterval(LATE, other, "tick"));
            code.complete(self.timers().applyAfter(LATE, _ -> {}));
            self.receive();
        });
        assertThat(Await.get(message).timeLeft()).isPresent();
        assertThat(Await.get(code).timeLeft()).isPresent();

        pid.send("end");
        lab.endOf(pid);

        assertThat(Await.get(message).timeLeft()).isEmpty();
        assertThat(Await.get(code).timeLeft()).isEmpty();
    }

    @Test
    void exitAfterSendsAnExitSignal() {
        Pid target = lab.idle();
        lab.node.timers().exitAfter(SOON, target, ExitReason.because("late"));

        assertThat(lab.endOf(target)).isEqualTo(ExitReason.because("late"));
    }

    @Test
    void exitAfterAndKillAfterFindWhoHasTheNameByThen() {
        Name<Object> name = Name.of("doomed");
        lab.node.timers().exitAfter(Duration.ZERO, Name.of("nobody"), ExitReason.because("nobody is there"));
        Pid first = lab.idle();
        lab.node.register(name, first);
        lab.node.timers().exitAfter(SOON, name, ExitReason.because("late"));
        assertThat(lab.endOf(first)).isEqualTo(ExitReason.because("late"));

        Pid second = lab.idle();
        lab.node.register(name, second);
        lab.node.timers().killAfter(SOON, name);
        assertThat(lab.endOf(second)).isEqualTo(ExitReason.killed());
    }

    @Test
    void killAfterKills() {
        Pid target = lab.node.spawn((Receiver<Object> self) -> {
            self.trapExit(true);
            Lab.drop(self);
        });
        lab.node.timers().killAfter(SOON, target);

        assertThat(lab.endOf(target)).isEqualTo(ExitReason.killed());
    }

    @Test
    void aCancelledExitDoesNotHappen() {
        lab.inProcess(self -> {
            Timer timer = self.timers().killAfter(LATE, self.pid());

            assertThat(timer.cancel().orElseThrow()).isPositive().isLessThanOrEqualTo(LATE);
            assertThat(timer.cancel()).isEmpty();
        });
    }

    @Test
    void cancellingWhileItRingsLeavesNothingBehind() {
        Pid target = lab.idle();
        for (int i = 0; i < 500; i++) {
            Timer timer = lab.node.timers().sendInterval(Duration.ofNanos(1), target, i);
            Thread.onSpinWait();
            timer.cancel();
            Await.until(() -> timer.timeLeft().isEmpty());
        }
    }

    @Test
    void onlyTheProcessItselfSetsItsTimers() {
        CompletableFuture<Timers> leaked = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        lab.node.spawn((Receiver<Object> self) -> {
            leaked.complete(self.timers());
            release.await();
        });

        assertThatThrownBy(() -> Await.get(leaked).applyAfter(SOON, _ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from another thread");
        release.countDown();
    }

    @Test
    void badInputIsRefused() {
        Timers timers = lab.node.timers();
        Pid pid = lab.dead();

        assertThatThrownBy(() -> timers.applyAfter(Duration.ofMillis(-1), _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("delay must not be negative, but was PT-0.001S");
        assertThatThrownBy(() -> timers.sendInterval(Duration.ZERO, pid, "tick"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("interval must be longer than zero");
        assertThatThrownBy(() -> timers.applyInterval(SOON, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> timers.exitAfter(SOON, pid, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> timers.exitAfter(SOON, Name.of("n"), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> timers.killAfter(SOON, (Name<?>) null)).isInstanceOf(NullPointerException.class);
        timers.killAfter(SOON, pid); // nobody is hurt
    }

    @Test
    void aClosedNodeStartsNothingMore() {
        Lab other = new Lab(settings -> settings.clock(Clock.system()));
        other.node.timers().applyInterval(SOON, _ -> {});
        other.close();

        assertThat(other.node.processes()).isEmpty();
    }
}
