package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_supervisor/test_restart_strategies")
class SupervisorStrategiesTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private SupervisorRef start(Supervisor strategy, String... ids) {
        SupervisorRef sup =
                crew.start(strategy.intensity(5, Duration.ofSeconds(5)).children(crew.children(ids)));
        crew.takeJournal();
        return sup;
    }

    @Test
    @Covers({"test_one_for_one_restart", "test_mixed_crash_patterns"})
    void oneForOneRestartsOnlyTheChildThatCrashed() {
        SupervisorRef sup = start(Supervisor.oneForOne(), "a", "b");

        crew.end(sup, "a", Crew.ABNORMAL);

        assertThat(crew.takeJournal()).containsExactly("!a", "+a");
        assertThat(Crew.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    @Covers("test_one_for_all_restart")
    void oneForAllRestartsAllChildren() {
        SupervisorRef sup = start(Supervisor.oneForAll(), "f1", "f2");

        crew.end(sup, "f1", Crew.ABNORMAL);

        assertThat(crew.takeJournal()).containsExactly("!f1", "-f2", "+f1", "+f2");
    }

    @Test
    @Covers("test_rest_for_one_restart")
    void restForOneRestartsTheChildAndThoseAfterIt() {
        SupervisorRef sup = start(Supervisor.restForOne(), "first", "mid", "last");

        crew.end(sup, "mid", Crew.ABNORMAL);

        assertThat(crew.takeJournal()).containsExactly("!mid", "-last", "+mid", "+last");
    }

    @Test
    @Covers("test_permanent_children_always_restart")
    void aPermanentChildIsRestartedWhateverEndedIt() {
        SupervisorRef sup = start(Supervisor.oneForOne(), "p");

        for (ExitReason reason :
                List.of(Crew.ABNORMAL, ExitReason.normal(), ExitReason.shutdown(), ExitReason.kill())) {
            Pid before = Crew.pid(sup, "p");
            crew.end(sup, "p", reason);
            assertThat(Crew.pid(sup, "p")).isNotEqualTo(before);
        }
    }
}
