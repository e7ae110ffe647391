package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// When processes are checked, and that nobody fails for want of time or threads.
@Tag("carriers")
class HealthScheduleTest extends HealthCheckFixture {
    // ---- Time and threads that are missing -----------------------------------------------------------------------

    @Test
    void timeInWhichTheClockStoodStillCountsForNobody() {
        Gate gate = new Gate();
        Pid pid = stalled(gate);
        HealthWatch watch = lab.node.checkHealth(pid, CHECK.failures(1));
        toTheFirstCheck();
        clock.jump(Duration.ofHours(1));
        assertThat(failures()).isEmpty();
        gate.released.countDown();
        awaitRest(pid);
        clock.advance(Duration.ofSeconds(1));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
    }

    /// Holds back what is chosen. The time of its clock may pass only while nobody has anything to do.
    private static final class Withholding implements RealThreads {
        private final WatchedThreads threads;
        private final List<Runnable> held = new ArrayList<>();
        private volatile boolean everything;
        private volatile boolean broken;
        private volatile Pid one;

        Withholding(ManualClock time) {
            threads = time.threads;
        }

        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            if (broken) {
                throw new OutOfMemoryError("unable to create a thread");
            }
            if (everything || (task instanceof Worker worker && worker.process == one)) {
                held.add(() -> threads.start(task));
            } else {
                threads.start(task);
            }
        }

        @Override
        public void park() {
            threads.park();
        }

        void release() {
            broken = false;
            everything = false;
            one = null;
            held.forEach(Runnable::run);
            held.clear(); // a worker that is started twice would run its process on two threads
        }
    }

    private void withWithheldThreads(BiConsumer<Lab, Withholding> test, ManualClock time) {
        Withholding scheduler = new Withholding(time);
        try (Lab other = new Lab(settings -> settings.clock(time).scheduler(scheduler))) {
            try {
                test.accept(other, scheduler);
            } finally {
                scheduler.release(); // a node whose processes get no thread does not stop
            }
        }
    }

    @Test
    void aProcessThatIsReadyButNeverRunsFails() {
        ManualClock time = new ManualClock();
        withWithheldThreads(
                (other, scheduler) -> {
                    Pid pid = other.start(_ -> new Obedient());
                    awaitRest(pid);
                    scheduler.one = pid;
                    tell(pid, () -> {});
                    HealthWatch watch = other.node.checkHealth(pid, CHECK);
                    time.advance(INTERVAL.plus(SLACK)); // another thread is started, and runs
                    Await.until(() -> {
                        time.advance(Duration.ofMillis(100));
                        return watch.health().verdict() == Health.Verdict.FAILING;
                    });
                    assertThat(watch.health().last().orElseThrow().problem())
                            .hasValueSatisfying(problem -> assertThat(problem).startsWith("ready but not run for "));
                },
                time);
    }

    @Test
    void whenNothingRunsAtAllNobodyFails() {
        ManualClock time = new ManualClock();
        withWithheldThreads(
                (other, scheduler) -> {
                    Pid pid = other.start(_ -> new Obedient());
                    awaitRest(pid);
                    scheduler.everything = true;
                    tell(pid, () -> {});
                    HealthWatch watch = other.node.checkHealth(pid, CHECK.failures(1));
                    time.advance(Duration.ofMinutes(10));
                    assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
                    assertThat(scheduler.held)
                            .as("its own thread, and one that shows that nothing runs")
                            .hasSize(2);
                    scheduler.release();
                    awaitRest(pid);
                    time.advance(INTERVAL);
                    assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.HEALTHY);
                },
                time);
    }

    /// A scheduler that fails when a probe is to be started.
    @Test
    void aCheckThatCannotBeMadeIsMadeAgain() {
        ManualClock time = new ManualClock();
        withWithheldThreads(
                (other, scheduler) -> {
                    Pid pid = other.start(_ -> new Obedient());
                    awaitRest(pid);
                    scheduler.broken = true;
                    HealthWatch watch = other.node.checkHealth(pid, CHECK.probe(_ -> Result.ok(1)));
                    time.advance(Duration.ofMinutes(1));
                    assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
                    scheduler.broken = false;
                    Await.until(() -> time.pass(
                            Duration.ofMillis(100), () -> watch.health().verdict() == Health.Verdict.HEALTHY));
                },
                time);
    }

    // ---- Many, and the end ---------------------------------------------------------------------------------------

    @Test
    void checksAreSpreadOverTheInterval() {
        Map<Long, Integer> perQuarter = new HashMap<>();
        List<HealthWatch> watches = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            Pid pid = lab.start(_ -> new Obedient());
            awaitRest(pid);
            watches.add(lab.node.checkHealth(pid, CHECK));
        }
        toTheFirstCheck();
        for (HealthWatch watch : watches) {
            Duration ago = watch.health().last().orElseThrow().ago();
            perQuarter.merge(ago.minus(SLACK).toMillis() / 2500, 1, Integer::sum);
        }
        assertThat(perQuarter.values()).allSatisfy(count -> assertThat(count).isBetween(224, 288));
    }

    @Test
    void checksEndWithTheProcessOrWhenTheyAreStopped() {
        Pid ended = lab.start(_ -> new Obedient());
        Gate gate = new Gate();
        Pid stalled = stalled(gate);
        HealthWatch stopped = lab.node.checkHealth(stalled, CHECK.failures(1));
        lab.node.checkHealth(ended, CHECK);
        clock.advance(SLACK);
        assertThat(lab.node.healthChecks.size()).isEqualTo(2);
        ended.exit(ExitReason.kill());
        lab.endOf(ended);
        toTheFirstCheck();
        assertThat(lab.node.healthChecks.size()).isEqualTo(1);
        stopped.stop();
        stopped.stop();
        clock.advance(Duration.ofMinutes(5));
        assertThat(lab.node.healthChecks.size()).isZero();
        assertThat(failures()).isEmpty();
        gate.released.countDown();
        HealthWatch ofTheDead = lab.node.checkHealth(ended, CHECK);
        clock.advance(Duration.ofMinutes(5));
        assertThat(ofTheDead.health().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
        assertThat(lab.node.healthChecks.size()).isZero();
    }

    @Test
    void roundsComeAndGoWithoutLosingAnybody() {
        List<HealthWatch> live = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            Pid pid = lab.start(_ -> new Obedient());
            awaitRest(pid);
            live.add(lab.node.checkHealth(pid, CHECK));
            if (live.size() > 5) {
                live.remove((7 * round) % live.size()).stop();
            }
            clock.advance(Duration.ofMillis(777));
        }
        assertThat(lab.node.healthChecks.size()).isEqualTo(live.size());
        clock.advance(INTERVAL.plus(SLACK));
        assertThat(live)
                .allSatisfy(
                        watch -> assertThat(watch.health().last().orElseThrow().ago())
                                .isLessThanOrEqualTo(INTERVAL.plus(SLACK)));
        live.forEach(HealthWatch::stop);
        clock.advance(SLACK);
        assertThat(lab.node.healthChecks.size()).isZero();
    }

    @Test
    void anEndlessIntervalIsNoTrouble() {
        Pid pid = lab.start(_ -> new Obedient());
        HealthWatch watch = lab.node.checkHealth(pid, HealthCheck.every(ServerRef.FOREVER));
        clock.advance(Duration.ofDays(1000));
        assertThat(watch.health().verdict()).isEqualTo(Health.Verdict.UNCHECKED);
    }
}
