package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.FailedToStartChild;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_dynamic_supervisor/test_restart")
class DynamicRestartTest {
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
    @Covers({"test_automatic_restart_permanent", "test_automatic_restart_on_crash"})
    void aChildThatFailsAndFailsIsTriedUntilTheLimit(Testkit skep) {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll())) {
            for (int restarts : new int[] {1, 3, 5}) {
                SupervisorRef sup = crew.start(strategy.intensity(restarts, Duration.ofSeconds(5)));
                Pid pid = sup.pid().orElseThrow();
                Pid failing = add(sup, crew.child("failing"));
                crew.breakDown("failing");
                crew.takeJournal();

                crew.end(failing, Crew.ABNORMAL);

                assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
                assertThat(crew.takeJournal()).filteredOn("xfailing"::equals).hasSize(restarts);
                crew.repair("failing");
            }
        }
    }

    /// In otpylib a child that cannot be started is tried again; here, as in OTP, it fails the start of its supervisor.
    @Test
    @Covers("test_automatic_restart_permanent")
    void aChildThatCannotBeStartedAtFirstIsNotTriedAgain(Testkit skep) {
        crew.breakDown("failing");

        Started<SupervisorRef> started = skep.node()
                .tryStart(Supervisor.oneForOne()
                        .intensity(3, Duration.ofSeconds(5))
                        .children(crew.children("failing")));

        FailedToStartChild why = new FailedToStartChild("failing", ExitReason.because("no failing"));
        assertThat(started)
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.shutdown(why)));
        assertThat(crew.takeJournal()).containsExactly("xfailing");
    }

    @Test
    @Covers("test_no_restart_for_normal_exit")
    void aTransientChildThatHasDoneItsWorkIsNotRestarted() {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll())) {
            SupervisorRef sup = crew.start(strategy.intensity(3, Duration.ofSeconds(5)));
            add(sup, crew.child("service").restart(Restart.TRANSIENT));
            crew.takeJournal();

            crew.end(sup, "service", ExitReason.normal());

            assertThat(crew.takeJournal()).containsExactly("!service");
            assertThat(Crew.states(sup)).containsExactly("service stopped");
        }
    }

    /// Adds a child at run time, under an id.
    private Pid add(SupervisorRef sup, ChildSpec child) {
        assertThat(sup.startChild(child).isOk()).isTrue();
        return Crew.pid(sup, child.id());
    }

    @Test
    @Covers("test_start_multiple_children")
    void childrenAreAddedOneAfterTheOther() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());

        for (int i = 0; i < 3; i++) {
            add(sup, crew.child("worker-" + i).restart(Restart.TRANSIENT));
        }

        assertThat(crew.takeJournal()).containsExactly("+worker-0", "+worker-1", "+worker-2");
        assertThat(Crew.states(sup)).containsExactly("worker-0 running", "worker-1 running", "worker-2 running");
    }

    @Test
    @Covers("test_terminate_specific_child")
    void oneChildIsEndedAndForgotten(Testkit skep) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());
        Pid other = add(sup, crew.child("other"));
        Pid target = add(sup, crew.child("target"));

        assertThat(sup.terminateChild("target").isOk()).isTrue();
        assertThat(sup.deleteChild("target").isOk())
                .as("until then it could be restarted")
                .isTrue();

        assertThat(skep.awaitEnd(target)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.states(sup)).containsExactly("other running");
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    @Covers("test_replace_child_with_same_id")
    void aSecondChildOfTheSameIdIsRefused() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());
        Pid first = add(sup, crew.child("worker"));

        assertThat(sup.startChild(crew.child("worker").restart(Restart.TRANSIENT)))
                .isEqualTo(Result.err(new ChildError.AlreadyStarted(first)));

        assertThat(crew.takeJournal()).as("it was not started").containsExactly("+worker");
        assertThat(Crew.pid(sup, "worker")).isEqualTo(first);
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
