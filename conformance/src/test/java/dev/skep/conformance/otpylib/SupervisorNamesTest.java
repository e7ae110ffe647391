package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_supervisor/test_named_processes")
class SupervisorNamesTest {
    private static final Name<WorkerRpc> FIRST = Name.of("first");
    private static final Name<WorkerRpc> SECOND = Name.of("second");
    private static final Name<SupervisorRpc> SUP = Name.of("sup");

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private ChildSpec named(String id, Name<WorkerRpc> name) {
        return ChildSpec.of(id, crew.server(id).named(name));
    }

    @Test
    @Covers("test_named_children")
    void childrenAreFoundByTheirNames(Testkit skep) {
        SupervisorRef sup =
                crew.start(Supervisor.oneForOne().child(named("child1", FIRST)).child(named("child2", SECOND)));

        assertThat(skep.node().whereis(FIRST)).contains(Crew.pid(sup, "child1"));
        assertThat(skep.node().whereis(SECOND)).contains(Crew.pid(sup, "child2"));
    }

    @Test
    @Covers({"test_named_child_restart", "test_name_cleanup_on_child_exit", "test_name_reuse_after_restart"})
    void aNameGoesFromOneIncarnationToTheNext(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(10, Duration.ofSeconds(5)).child(named("flappy", FIRST)));
        ServerRef<WorkerRpc> byName = skep.node().ref(FIRST);

        for (int i = 0; i < 3; i++) {
            Pid before = Crew.pid(sup, "flappy");
            crew.end(sup, "flappy", Crew.ABNORMAL);

            assertThat(before.isAlive()).isFalse();
            assertThat(skep.node().whereis(FIRST)).contains(Crew.pid(sup, "flappy"));
            assertThat(byName.call(new WorkerRpc.Who())).isEqualTo("flappy");
        }
        assertThat(sup.terminateChild("flappy").isOk()).isTrue();
        assertThat(skep.node().whereis(FIRST)).as("nobody has it").isEmpty();
    }

    @Test
    @Covers("test_named_supervisor_hierarchy")
    void supervisorsAndTheirChildrenAreFoundByTheirNames(Testkit skep) {
        Supervisor inner = Supervisor.oneForOne().named(SUP).child(named("worker", FIRST));
        SupervisorRef outer = crew.start(Supervisor.oneForOne().child(ChildSpec.of("inner", inner)));

        assertThat(skep.node().whereis(SUP)).contains(Crew.pid(outer, "inner"));
        SupervisorRef byName = SupervisorRef.of(skep.node(), SUP);
        assertThat(skep.node().whereis(FIRST)).contains(Crew.pid(byName, "worker"));
    }

    @Test
    @Covers("test_supervisor_name_conflict")
    void aNameIsForOneSupervisor(Testkit skep) {
        SupervisorRef first = crew.start(Supervisor.oneForOne().named(SUP));
        crew.takeJournal();

        Started<SupervisorRef> second =
                skep.node().tryStart(Supervisor.oneForOne().named(SUP).children(crew.children("child")));

        assertThat(second).isEqualTo(new Started.AlreadyStarted<>(first.pid().orElseThrow()));
        assertThat(crew.takeJournal()).as("it has started nothing").isEmpty();
    }
}
