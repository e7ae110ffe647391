package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CodeChange;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.SimpleSupervisor;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Sys;
import dev.skep.sys.Upgrade;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorUpgradeTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private static void upgrade(SupervisorRef sup, Supervisor description) {
        Upgrade.plan().supervisor(sup, description).run();
    }

    @Test
    @Covers({"code_change", "code_change_map"})
    void otherLimitsHoldFromTheUpgradeOn(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(0, Duration.ofSeconds(1)).child(crew.child("a")));
        Pid pid = sup.pid().orElseThrow();

        upgrade(sup, Supervisor.oneForOne().intensity(1, Duration.ofHours(1)).child(crew.child("a")));

        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).as("one restart is allowed by now").containsExactly("a running");
        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers({"code_change", "code_change_map"})
    void newChildrenAreNotStartedAndOldOnesStay() {
        Supervisor none = Supervisor.oneForOne().intensity(1, Duration.ofHours(1));
        SupervisorRef sup = crew.start(none);

        upgrade(sup, none.child(crew.child("a").shutdown(Duration.ofSeconds(2))).child(crew.child("b")));
        assertThat(Crew.states(sup)).containsExactly("a stopped", "b stopped");
        assertThat(sup.restartChild("a").isOk()).isTrue();
        assertThat(sup.restartChild("b").isOk()).isTrue();
        assertThat(shutdownOf(sup, "a")).isEqualTo(new Shutdown.Within(Duration.ofSeconds(2)));

        upgrade(sup, none.child(crew.child("a").shutdown(Duration.ofSeconds(1))).child(crew.child("c")));
        assertThat(Crew.states(sup)).containsExactly("a running", "c stopped", "b running");
        assertThat(shutdownOf(sup, "a")).isEqualTo(new Shutdown.Within(Duration.ofSeconds(1)));
    }

    private static Shutdown shutdownOf(SupervisorRef sup, String id) {
        return sup.childSpec(id).orElseThrow(AssertionError::new).shutdown();
    }

    @Test
    @Covers({"code_change", "code_change_map"})
    void aChangeToSomethingElseIsRefusedAndNothingIsChanged() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(crew.child("a")));
        Pid a = Crew.pid(sup, "a");
        Sys sys = Sys.of(sup.server());
        sys.suspend();

        assertThatThrownBy(() -> sys.changeCode(CodeChange.to("no supervisor")))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("a supervisor can go on with another Supervisor only");
        assertThatThrownBy(() -> sys.changeCode(CodeChange.to(Supervisor.oneForOne(), (state, _) -> state)))
                .rootCause()
                .hasMessageContaining("a supervisor keeps its children");

        sys.resume();
        assertThat(Crew.pid(sup, "a")).isEqualTo(a);
        assertThat(Crew.states(sup)).containsExactly("a running");
    }

    @Test
    @Covers({"code_change_simple", "code_change_simple_map"})
    void aSimpleSupervisorGoesOnWithAnotherSpecification(Testkit skep) {
        SimpleSupervisor<String, ServerRef<WorkerRpc>> brutal =
                Supervisor.simpleOneForOne((String id) -> crew.server(id)).brutalKill();
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(brutal);
        Pid a = sup.startChild("a").orElseThrow().pid().orElseThrow();

        Upgrade.plan().supervisor(sup, brutal.shutdown(Duration.ofSeconds(1))).run();

        assertThat(sup.childSpec(a))
                .hasValueSatisfying(
                        spec -> assertThat(spec.shutdown()).isEqualTo(new Shutdown.Within(Duration.ofSeconds(1))));
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(skep.awaitEnd(a)).as("it was told, not killed").isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers({"code_change_simple", "code_change_simple_map"})
    void aSimpleSupervisorCannotGetAListOfChildren() {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(Supervisor.simpleOneForOne(crew::server));
        ChildSpec child = crew.child("a");
        Sys sys = Sys.of(sup.server());
        sys.suspend();

        assertThatThrownBy(() ->
                        sys.changeCode(CodeChange.to(Supervisor.oneForOne().child(child))))
                .rootCause()
                .hasMessageContaining("a simple supervisor can go on with another SimpleSupervisor only");

        sys.resume();
        assertThat(sup.countChildren().specs()).isEqualTo(1);
    }
}
