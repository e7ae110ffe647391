package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntensityTest {

    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef allowing(int restarts) {
        return hive.start(Supervisor.oneForOne()
                .intensity(restarts, PERIOD)
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c")));
    }

    private void assertGivesUp(SupervisorRef sup, String child) {
        Pid pid = sup.pid().orElseThrow();
        hive.takeJournal();
        hive.clearReports();
        Hive.crash(Hive.pid(sup, child));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports())
                .containsExactly(
                        "CHILD_TERMINATED " + child + " crash", "SHUTDOWN " + child + " reached_max_restart_intensity");
    }

    @Test
    void asManyRestartsAsTheIntensitySaysAreAllowedAndOneMoreIsNot() {
        SupervisorRef sup = allowing(2);
        Hive.crash(sup, "a");
        Hive.crash(sup, "b");
        assertGivesUp(sup, "b");
        assertThat(hive.journal()).containsExactly("!b", "-c", "-a");
    }

    @Test
    void withoutAnyRestartAllowedTheFirstFailureEndsTheSupervisor() {
        assertGivesUp(allowing(0), "c");
        assertThat(hive.journal()).containsExactly("!c", "-b", "-a");
    }

    @Test
    void oneInFiveSecondsIsTheDefault() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Hive.crash(sup, "a");
        clock.advance(PERIOD.plusNanos(1));
        Hive.crash(sup, "a");
        assertGivesUp(sup, "a");
    }

    @Test
    void aRestartCountsForExactlyThePeriod() {
        SupervisorRef sup = allowing(1);
        Hive.crash(sup, "a");
        clock.advance(PERIOD);
        assertGivesUp(sup, "a");
    }

    @Test
    void aRestartIsForgottenAfterThePeriod() {
        SupervisorRef sup = allowing(1);
        for (int i = 0; i < 10; i++) {
            Hive.crash(sup, "a");
            clock.advance(PERIOD.plusNanos(1));
        }
        assertThat(Hive.info(sup, "a").restarts()).isEqualTo(10);
    }

    @Test
    void thePeriodSlides() {
        SupervisorRef sup = allowing(2);
        Hive.crash(sup, "a"); // at 0
        clock.advance(Duration.ofSeconds(3));
        Hive.crash(sup, "a"); // at 3
        clock.advance(Duration.ofSeconds(3));
        Hive.crash(sup, "a"); // at 6: that at 0 is forgotten
        clock.advance(Duration.ofSeconds(1));
        assertGivesUp(sup, "a"); // at 7: those at 3 and 6 are not
    }

    @Test
    void aPeriodMayLastForEver() {
        SupervisorRef sup = hive.start(
                Supervisor.oneForOne().intensity(1, ServerRef.FOREVER).child(hive.child("a")));
        Hive.crash(sup, "a");
        clock.advance(Duration.ofMinutes(10));
        assertGivesUp(sup, "a");
    }

    @Test
    void aGroupRestartCountsOnce() {
        SupervisorRef sup = hive.start(Supervisor.oneForAll()
                .intensity(1, PERIOD)
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c")));
        Hive.crash(sup, "a");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
        assertGivesUp(sup, "b");
    }

    @Test
    void endsThatRestartNobodyDoNotCount() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .intensity(0, PERIOD)
                .child(hive.child("done").restart(Restart.TRANSIENT))
                .child(hive.child("once").restart(Restart.TEMPORARY))
                .child(hive.child("a")));
        Hive.end(Hive.pid(sup, "done"), ExitReason.normal());
        Hive.crash(Hive.pid(sup, "once"));
        sup.terminateChild("a");
        sup.restartChild("a");
        assertThat(Hive.states(sup)).containsExactly("done stopped", "a running");
    }

    @Test
    void tooManyRestartsEscalateThroughThreeLevels() {
        Name<Hive.Ask> leaf = Name.of("leaf");
        Supervisor low = Supervisor.oneForOne()
                .child(hive.child("low sibling"))
                .child(ChildSpec.server(leaf, () -> hive.new Probe("leaf")));
        Supervisor middle =
                Supervisor.oneForOne().child(hive.child("middle sibling")).child(ChildSpec.supervisor("low", low));
        SupervisorRef top = hive.start(
                Supervisor.oneForOne().child(hive.child("top sibling")).child(ChildSpec.supervisor("middle", middle)));
        Pid topPid = top.pid().orElseThrow();

        // Each level allows one restart: low gives up at every second crash, middle at every fourth, top at the eighth.
        for (int crash = 1; crash < 8; crash++) {
            hive.takeJournal();
            Hive.crash(hive.node.whereis(leaf).orElseThrow());
            hive.awaitNote("+leaf");
            switch (crash) {
                case 4 ->
                    assertThat(hive.journal())
                            .containsExactly(
                                    "!leaf",
                                    "-low sibling",
                                    "-middle sibling",
                                    "+middle sibling",
                                    "+low sibling",
                                    "+leaf");
                case 2, 6 ->
                    assertThat(hive.journal()).containsExactly("!leaf", "-low sibling", "+low sibling", "+leaf");
                default -> assertThat(hive.journal()).containsExactly("!leaf", "+leaf");
            }
        }
        hive.takeJournal();
        Hive.crash(hive.node.whereis(leaf).orElseThrow());
        assertThat(hive.heardEndOf(topPid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("!leaf", "-low sibling", "-middle sibling", "-top sibling");
        assertThat(hive.node.processes()).isEmpty();
    }
}
