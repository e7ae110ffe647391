package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_dynamic_supervisor/test_child_management")
class DynamicChildrenTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
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
}
