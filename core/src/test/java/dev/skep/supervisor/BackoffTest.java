package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Backoff ONE_TO_EIGHT =
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8), 2, 0, Duration.ofMinutes(1));

    /// More than the precision of a timer.
    private static final Duration MOMENT = Duration.ofMillis(3);

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef started(Supervisor supervisor) {
        SupervisorRef sup = hive.start(supervisor
                .intensity(1000, Duration.ofSeconds(1))
                .backoff(ONE_TO_EIGHT)
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c")));
        hive.takeJournal();
        return sup;
    }

    /// The child comes back when this time has passed, and not a moment earlier.
    private void assertWaits(SupervisorRef sup, String id, Duration wait) {
        assertThat(Hive.info(sup, id).state()).isEqualTo(ChildInfo.State.WAITING);
        clock.advance(wait.minus(MOMENT));
        assertThat(Hive.info(sup, id).state()).isEqualTo(ChildInfo.State.WAITING);
        clock.advance(MOMENT.multipliedBy(2));
        assertThat(Hive.info(sup, id).state()).isEqualTo(ChildInfo.State.RUNNING);
    }

    @Test
    void withoutABackoffARestartIsImmediate() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Hive.crash(sup, "a");
        assertThat(Hive.states(sup)).containsExactly("a running");
    }

    @Test
    void theWaitsGrowUpToTheMaximum() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        for (int seconds : new int[] {1, 2, 4, 8, 8, 8}) {
            Hive.crash(sup, "a");
            assertWaits(sup, "a", Duration.ofSeconds(seconds));
        }
    }

    @Test
    void theWaitBeginsAnewAfterAHealthyTime() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        Hive.crash(sup, "a");
        assertWaits(sup, "a", Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(59).minus(MOMENT));
        Hive.crash(sup, "a");
        assertWaits(sup, "a", Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(60));
        Hive.crash(sup, "a");
        assertWaits(sup, "a", Duration.ofSeconds(1));
    }

    @Test
    void siblingsRunOnMeanwhile() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        Pid b = Hive.pid(sup, "b");
        Hive.crash(sup, "a");
        assertThat(Hive.states(sup)).containsExactly("a waiting", "b running", "c running");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(3, 2, 0, 3));
        assertThat(ServerRef.<Hive.Ask>of(b).call(new Hive.Ask.Who())).isEqualTo("b");
        assertWaits(sup, "a", Duration.ofSeconds(1));
        assertThat(Hive.pid(sup, "b")).isEqualTo(b);
        assertThat(hive.journal()).containsExactly("!a", "+a");
    }

    @Test
    void childrenWaitIndependently() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        Hive.crash(sup, "a");
        assertWaits(sup, "a", Duration.ofSeconds(1));
        Hive.crash(sup, "a");
        Hive.crash(sup, "b");
        clock.advance(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(Hive.states(sup)).containsExactly("a waiting", "b running", "c running");
        clock.advance(Duration.ofSeconds(1));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
    }

    @Test
    void aGroupRunsOnUntilTheWaitIsOver() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = started(strategy);
            Hive.crash(sup, "a");
            assertThat(Hive.states(sup)).containsExactly("a waiting", "b running", "c running");
            assertThat(hive.takeJournal()).containsExactly("!a");
            assertWaits(sup, "a", Duration.ofSeconds(1));
            assertThat(hive.takeJournal()).containsExactly("-c", "-b", "+a", "+b", "+c");
        }
    }

    @Test
    void twoWaitingChildrenOfAGroupRestartItOnce() {
        SupervisorRef sup = started(Supervisor.oneForAll());
        Hive.crash(sup, "a");
        Hive.crash(sup, "b");
        assertThat(Hive.states(sup)).containsExactly("a waiting", "b waiting", "c running");
        clock.advance(Duration.ofSeconds(10));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
        assertThat(hive.journal()).containsExactly("!a", "!b", "-c", "+a", "+b", "+c");
    }

    @Test
    void aRestartThatFailsWaitsLonger() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        hive.fail("a", 2);
        Hive.crash(sup, "a");
        clock.advance(Duration.ofSeconds(1).plus(MOMENT));
        hive.awaitNote("xa");
        hive.takeJournal();
        Hive.settle(sup);
        clock.advance(Duration.ofSeconds(2).plus(MOMENT));
        hive.awaitNote("xa");
        Hive.settle(sup); // the wait began some moments ago
        clock.advance(Duration.ofMillis(3900));
        assertThat(Hive.states(sup)).containsExactly("a waiting", "b running", "c running");
        clock.advance(Duration.ofMillis(200));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
    }

    @Test
    void aChildsOwnBackoffGoesBeforeThatOfTheSupervisor() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .backoff(ONE_TO_EIGHT)
                .child(hive.child("a")
                        .backoff(new Backoff(
                                Duration.ofSeconds(3), Duration.ofSeconds(3), 1, 0, Duration.ofSeconds(1)))));
        Hive.crash(sup, "a");
        assertWaits(sup, "a", Duration.ofSeconds(3));
    }

    @Test
    void aWaitingChildCanBeTerminatedAndIsNotThereForAnythingElse() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        Hive.crash(sup, "a");
        assertThat(sup.startChild(hive.child("a"))).isEqualTo(Result.err(new ChildError.AlreadyPresent("a")));
        assertThat(sup.restartChild("a")).isEqualTo(Result.err(new ChildError.Restarting("a")));
        assertThat(sup.deleteChild("a")).isEqualTo(Result.err(new ChildError.Restarting("a")));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(Hive.states(sup)).containsExactly("a stopped", "b running", "c running");
        assertThat(sup.restartChild("a").isOk()).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
        assertThat(hive.journal()).containsExactly("!a", "+a");
    }

    @Test
    void aSupervisorShutsDownWithoutWaiting() {
        SupervisorRef sup = started(Supervisor.oneForOne());
        Hive.crash(sup, "b");
        assertThat(hive.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("!b", "-c", "-a");
    }

    @Test
    void aRestartCountsForTheIntensityWhenTheChildFails() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .intensity(1, Duration.ofSeconds(5))
                .backoff(ONE_TO_EIGHT)
                .child(hive.child("a"))
                .child(hive.child("b")));
        Pid pid = sup.pid().orElseThrow();
        Hive.crash(sup, "a");
        Hive.crash(Hive.pid(sup, "b"));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", "+b", "!a", "!b");
    }

    @Test
    void theJitterTakesOffUpToItsPart() {
        Backoff jittered = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8), 2, 0.25, Duration.ofMinutes(1));
        for (int failures = 1; failures <= 10; failures++) {
            long full = Math.min(8, 1L << (failures - 1)) * 1_000_000_000L;
            Set<Duration> seen = new HashSet<>();
            for (long seed = 0; seed < 1000; seed++) {
                Duration delay = jittered.delay(failures, seed);
                assertThat(delay.toNanos()).isBetween(full - full / 4, full);
                assertThat(jittered.delay(failures, seed)).isEqualTo(delay);
                seen.add(delay);
            }
            assertThat(seen).hasSizeGreaterThan(990);
        }
    }

    @Test
    void theWaitStaysAtTheMaximumHoweverOftenAChildFails() {
        Backoff none = new Backoff(Duration.ofNanos(1), ServerRef.FOREVER, 1e300, 0, ServerRef.FOREVER);
        assertThat(none.delay(1, 0)).isEqualTo(Duration.ofNanos(1));
        assertThat(none.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        assertThat(ONE_TO_EIGHT.delay(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Backoff.exponential(Duration.ofSeconds(1), ServerRef.FOREVER).delay(1, 0))
                .isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
    }

    @Test
    void impossibleValuesAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ZERO, second, 2, 0, second))
                .withMessage("initial backoff must be longer than zero, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, Duration.ofMillis(1), 2, 0, second))
                .withMessage("maximum backoff PT0.001S must not be shorter than the initial PT1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, second, 0.9, 0, second))
                .withMessage("backoff factor must be 1 or more, but was 0.9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, second, Double.NaN, 0, second))
                .withMessageContaining("factor");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, second, 1, 1.1, second))
                .withMessage("backoff jitter must be from 0 to 1, but was 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(second, second, 1, 0, Duration.ofSeconds(-1)))
                .withMessage("backoff reset must be longer than zero, but was PT-1S");
    }
}
