package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_supervisor/test_restart")
class SupervisorOneForAllTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    @Test
    @Covers("test_one_for_all_restart")
    void oneForAllRestartsNamedChildrenUnderTheirNames(Testkit skep) {
        Name<WorkerRpc> flappy = Name.of("flappy_service");
        Name<WorkerRpc> stable = Name.of("stable_service");
        SupervisorRef sup = crew.start(Supervisor.oneForAll()
                .intensity(3, Duration.ofSeconds(5))
                .child(ChildSpec.of("flappy", crew.server("flappy").named(flappy)))
                .child(ChildSpec.of("stable", crew.server("stable").named(stable))));
        Pid flappyBefore = Crew.pid(sup, "flappy");
        Pid stableBefore = Crew.pid(sup, "stable");

        crew.end(sup, "flappy", Crew.ABNORMAL);

        assertThat(skep.awaitEnd(stableBefore)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.node().whereis(flappy))
                .contains(Crew.pid(sup, "flappy"))
                .isNotEqualTo(Optional.of(flappyBefore));
        assertThat(skep.node().whereis(stable))
                .contains(Crew.pid(sup, "stable"))
                .isNotEqualTo(Optional.of(stableBefore));
    }
}
