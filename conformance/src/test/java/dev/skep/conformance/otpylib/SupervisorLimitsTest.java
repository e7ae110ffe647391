package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_supervisor/test_restart_limits")
class SupervisorLimitsTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private SupervisorRef start(Supervisor supervisor, int restarts, Duration period, String... ids) {
        return crew.start(supervisor.intensity(restarts, period).children(crew.children(ids)));
    }

    @Test
    @Covers("test_restart_intensity_limit")
    void aSupervisorGivesUpAfterTooManyRestarts(Testkit skep) {
        SupervisorRef sup = start(Supervisor.oneForOne(), 2, Duration.ofSeconds(5), "flappy");
        Pid pid = sup.pid().orElseThrow();

        crew.end(sup, "flappy", Crew.ABNORMAL);
        crew.end(sup, "flappy", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).containsExactly("flappy running");
        crew.end(Crew.pid(sup, "flappy"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers({"test_restart_window_sliding", "test_restart_limit_reset_after_window"})
    void onlyTheRestartsOfThePeriodCount(Testkit skep, VirtualClock clock) {
        SupervisorRef sup = start(Supervisor.oneForOne(), 3, Duration.ofSeconds(1), "flappy");
        Pid pid = sup.pid().orElseThrow();

        for (int i = 0; i < 20; i++) { // three in each second, forever
            crew.end(sup, "flappy", Crew.ABNORMAL);
            clock.advance(Duration.ofMillis(334));
        }
        assertThat(Crew.states(sup)).containsExactly("flappy running");

        clock.advance(Duration.ofSeconds(2));
        for (int i = 0; i < 3; i++) {
            crew.end(sup, "flappy", Crew.ABNORMAL);
        }
        assertThat(Crew.states(sup)).as("all earlier ones are forgotten").containsExactly("flappy running");
        crew.end(Crew.pid(sup, "flappy"), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers({"test_restart_count_per_child", "test_multiple_children_intensity"})
    void theRestartsOfAllChildrenCountTogether(Testkit skep) {
        SupervisorRef sup = start(Supervisor.oneForOne(), 3, Duration.ofSeconds(5), "a", "b", "c");
        Pid pid = sup.pid().orElseThrow();

        crew.end(sup, "a", Crew.ABNORMAL);
        crew.end(sup, "b", Crew.ABNORMAL);
        crew.end(sup, "c", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).containsExactly("a running", "b running", "c running");
        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("test_restart_limit_with_one_for_all")
    void aRestartOfAllChildrenCountsOnce(Testkit skep) {
        SupervisorRef sup = start(Supervisor.oneForAll(), 2, Duration.ofSeconds(5), "f1", "f2");
        Pid pid = sup.pid().orElseThrow();

        crew.end(sup, "f1", Crew.ABNORMAL);
        crew.end(sup, "f2", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).containsExactly("f1 running", "f2 running");
        crew.end(Crew.pid(sup, "f1"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    /// As in OTP, a permanent child that returns is restarted, which counts; what does not is an end after which there
    /// is no restart, and a `normal` from elsewhere, which ends nobody.
    @Test
    @Covers("test_no_restart_limit_for_normal_exit")
    void normalEndsWithoutARestartDoNotCount(Testkit skep) {
        SupervisorRef sup = start(Supervisor.oneForOne(), 1, Duration.ofSeconds(5), "permanent");
        Pid permanent = Crew.pid(sup, "permanent");
        for (int i = 0; i < 5; i++) {
            permanent.exit(ExitReason.normal());
            assertThat(sup.startChild(crew.child("transient").restart(Restart.TRANSIENT))
                            .isOk())
                    .isTrue();
            crew.end(sup, "transient", ExitReason.normal());
            assertThat(sup.deleteChild("transient").isOk()).isTrue();
        }

        skep.settle();
        assertThat(Crew.states(sup)).containsExactly("permanent running");
        assertThat(Crew.pid(sup, "permanent")).isEqualTo(permanent);
    }
}
