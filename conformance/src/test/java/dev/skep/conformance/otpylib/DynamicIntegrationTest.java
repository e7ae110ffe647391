package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Name;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_dynamic_supervisor/test_integration")
class DynamicIntegrationTest {
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
    @Covers("test_nested_supervisors")
    void aChildIsAddedToTheSupervisorThatIsAskedAlone() {
        SupervisorRef parent = crew.start(Supervisor.oneForOne());
        SupervisorRef child = crew.start(Supervisor.oneForOne());

        assertThat(child.startChild(crew.child("nested_task")).isOk()).isTrue();

        assertThat(Crew.states(child)).containsExactly("nested_task running");
        assertThat(parent.whichChildren()).isEmpty();
        assertThat(parent.startChild(ChildSpec.of("sup", Supervisor.oneForOne()))
                        .isOk())
                .isTrue();
        SupervisorRef below = Crew.ref(Crew.pid(parent, "sup"));
        assertThat(below.startChild(crew.child("deep_task")).isOk()).isTrue();
        assertThat(Crew.states(parent)).containsExactly("sup running");
        assertThat(Crew.states(below)).containsExactly("deep_task running");
    }

    @Test
    @Covers("test_supervisor_with_mailbox_name")
    void childrenAreAddedThroughTheSupervisorsName(Testkit skep) {
        Name<SupervisorRpc> name = Name.of("named_supervisor");
        SupervisorRef sup = crew.start(Supervisor.oneForOne().named(name));

        assertThat(SupervisorRef.of(skep.node(), name)
                        .startChild(crew.child("mailbox_child"))
                        .isOk())
                .isTrue();

        assertThat(Crew.states(sup)).containsExactly("mailbox_child running");
    }
}
