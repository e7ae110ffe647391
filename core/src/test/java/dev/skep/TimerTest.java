package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TimerTest {
    private static final Duration SOON = Duration.ofMillis(2);
    private static final Duration LATE = Duration.ofDays(1);

    /// In real time: nobody minds here how late a timer rings.
    @AutoClose
    private final Lab lab = new Lab(settings -> settings.clock(Clock.system()));

    @Test
    void aMessageIsSentAfterTheDelay() {
        lab.inProcess(self -> {
            Timer timer = self.sendAfter(SOON, "now");
            assertThat(self.receive()).isEqualTo("now");
            assertThat(timer.timeLeft()).isEmpty();
            assertThat(timer.cancel()).isEmpty();
        });
    }

    @Test
    void aDelayOfZeroSendsAtOnce() {
        lab.inProcess(self -> {
            Timer timer = self.sendAfter(Duration.ZERO, "now");
            assertThat(self.receive(Duration.ZERO)).contains("now");
            assertThat(timer.cancel()).isEmpty();
        });
    }

    @Test
    void aStartedTimerSendsATimeoutWithItself() {
        lab.inProcess(self -> {
            Timer timer = self.startTimer(SOON, "tea");
            assertThat(self.receive()).isEqualTo(new Timeout(timer, "tea"));
        });
    }

    @Test
    void aTimerForAProcessThatHasEndedHasNoTimeLeft() {
        Pid target = lab.obedient();
        lab.inProcess(self -> {
            Timer read = self.sendAfter(LATE, target, "never");
            Timer cancelled = lab.node.startTimer(LATE, target, "never");
            assertThat(read.timeLeft()).isPresent();
            target.send(ExitReason.normal());
            lab.endOf(target);
            assertThat(read.timeLeft()).isEmpty();
            assertThat(cancelled.cancel()).isEmpty();
            assertThat(lab.node.sendAfter(LATE, target, "never").timeLeft()).isEmpty();
        });
    }

    @Test
    void aStartedTimerFindsWhoHasTheNameByThen() {
        lab.inProcess(self -> {
            Name<Object> name = Name.of("tea-drinker");
            lab.node.startTimer(Duration.ZERO, Name.of("nobody"), "lost");
            lab.node.register(name, self.pid());
            Timer timer = lab.node.startTimer(SOON, name, "tea");
            assertThat(self.receive()).isEqualTo(new Timeout(timer, "tea"));
        });
    }

    @Test
    void aCancelledTimerTellsTheTimeLeftAndNeverFires() {
        lab.inProcess(self -> {
            Timer timer = self.sendAfter(LATE, "never");
            assertThat(timer.timeLeft().orElseThrow()).isPositive().isLessThanOrEqualTo(LATE);
            assertThat(timer.cancel().orElseThrow()).isPositive().isLessThanOrEqualTo(LATE);
            assertThat(timer.cancel()).isEmpty();
            assertThat(timer.timeLeft()).isEmpty();
        });
    }

    @Test
    void aTimerFiresOrIsCancelledNeverBothNorNeither() {
        lab.inProcess(self -> {
            int fired = 0;
            int cancelled = 0;
            for (int i = 0; i < 2000; i++) {
                self.sendAfter(Duration.ofNanos(i * 1000L), i);
            }
            for (int i = 0; i < 2000; i++) {
                fired += self.receive(Integer.class) >= 0 ? 1 : 0;
            }
            assertThat(fired).isEqualTo(2000);
            var timers = IntStream.range(0, 2000)
                    .mapToObj(i -> self.sendAfter(Duration.ofNanos(i * 2000L), "fired"))
                    .toList();
            for (Timer timer : timers) {
                cancelled += timer.cancel().isPresent() ? 1 : 0;
            }
            for (int i = cancelled; i < 2000; i++) {
                assertThat(self.receive()).isEqualTo("fired"); // which may be just about to come
            }
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void timersOfOneProcessFireInTheOrderOfTheirDelays() {
        lab.inProcess(self -> {
            for (int i = 1; i <= 20; i++) {
                self.sendAfter(Duration.ofMillis(2L * i), i);
            }
            for (int i = 1; i <= 20; i++) {
                assertThat(self.receive()).isEqualTo(i);
            }
        });
    }

    @Test
    void aTimerByNameFindsWhoHasTheNameWhenItFires() {
        Name<Object> name = Name.of("later");
        ManualClock clock = new ManualClock();
        try (Lab manual = new Lab(settings -> settings.clock(clock))) {
            manual.inProcess(self -> {
                self.sendAfter(SOON, name, "hello");
                self.sendAfter(SOON, Name.of("nobody"), "silent");
                manual.node.register(name, self.pid());
                clock.advance(SOON.multipliedBy(2));
                assertThat(self.receive()).isEqualTo("hello");
            });
        }
    }

    @Test
    void aStartedTimerByNameSendsATimeoutWithItselfToWhoHasTheNameThen() {
        Name<Object> name = Name.of("tea");
        ManualClock clock = new ManualClock();
        try (Lab manual = new Lab(settings -> settings.clock(clock))) {
            manual.inProcess(self -> {
                Timer timer = manual.node.startTimer(SOON, name, "ready");
                manual.node.startTimer(SOON, Name.of("nobody"), "silent");
                Timer cancelled = manual.node.startTimer(SOON, name, "never");
                assertThat(cancelled.cancel()).contains(SOON);
                manual.node.register(name, self.pid());
                clock.advance(SOON.multipliedBy(2));
                assertThat(self.receive()).isEqualTo(new Timeout(timer, "ready"));
                assertThat(self.receive(Duration.ZERO)).isEmpty();
            });
        }
    }

    @Test
    void aTimerForTheDeadIsSilent() {
        Pid dead = lab.dead();
        lab.inProcess(self -> {
            self.sendAfter(SOON, dead, "silent");
            self.sendAfter(SOON.multipliedBy(2), "heard");
            assertThat(self.receive()).isEqualTo("heard");
        });
    }

    @Test
    void aThreadSetsTimers() {
        lab.inProcess(self -> {
            Pid target = self.pid();
            Thread.ofPlatform().start(() -> {
                lab.node.sendAfter(SOON, target, "plain");
                lab.node.startTimer(SOON, target, "wrapped");
            });
            assertThat(self.receive(String.class)).isEqualTo("plain");
            assertThat(self.receive(Timeout.class).message()).isEqualTo("wrapped");
        });
    }

    @Test
    void aTimerSurvivesItsSetterUnlikeItsTarget() {
        lab.inProcess(self -> {
            Pid target = self.pid();
            self.spawn((Receiver<Object> setter) -> setter.sendAfter(SOON, target, "from the dead"));
            assertThat(self.receive()).isEqualTo("from the dead");
        });
    }

    @Test
    void theLongestDelayIsAccepted() {
        lab.inProcess(self -> {
            Timer timer = self.sendAfter(ServerRef.FOREVER, "never");
            assertThat(timer.cancel().orElseThrow()).isGreaterThan(Duration.ofDays(36_500));
        });
    }

    @Test
    void aNegativeDelayAndNullAreRefused() {
        Pid target = lab.idle();
        lab.inProcess(self -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> self.sendAfter(Duration.ofMillis(-1), "x"))
                    .withMessageContaining("PT-0.001S");
            assertThatNullPointerException().isThrownBy(() -> self.sendAfter(null, "x"));
            assertThatNullPointerException().isThrownBy(() -> self.sendAfter(SOON, null));
            assertThatNullPointerException().isThrownBy(() -> self.sendAfter(SOON, (Pid) null, "x"));
            assertThatNullPointerException().isThrownBy(() -> self.sendAfter(SOON, (Name<?>) null, "x"));
            assertThatNullPointerException().isThrownBy(() -> lab.node.startTimer(SOON, (Name<?>) null, "x"));
            assertThatNullPointerException().isThrownBy(() -> self.startTimer(SOON, null));
        });
        assertThatNullPointerException().isThrownBy(() -> lab.node.sendAfter(Duration.ZERO, target, null));
        assertThat(target.isAlive()).isTrue();
    }
}
