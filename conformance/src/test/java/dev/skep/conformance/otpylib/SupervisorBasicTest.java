package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_supervisor/test_basic")
class SupervisorBasicTest {
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
    @Covers({"test_supervisor_start", "test_logic"})
    void aSupervisorRunsItsChildren() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().children(crew.children("worker1", "worker2")));

        assertThat(sup.pid().orElseThrow().isAlive()).isTrue();
        for (String id : List.of("worker1", "worker2")) {
            ServerRef<WorkerRpc> worker = ServerRef.of(Crew.pid(sup, id));
            assertThat(worker.call(new WorkerRpc.Who())).isEqualTo(id);
        }
    }

    @Test
    @Covers("test_supervisor_start_link")
    void aLinkedSupervisorEndsWithItsParentAndItsChildrenWithIt(Testkit skep, Probe probe) {
        Pid parent = skep.spawn((Receiver<Object> self) -> {
            SupervisorRef sup = self.startLink(Supervisor.oneForOne().children(crew.children("child")))
                    .orElseThrow();
            probe.pid().send(sup.pid().orElseThrow());
            self.receive();
        });
        Pid sup = probe.expect(Pid.class);
        assertThat(parent.info().orElseThrow().links()).contains(sup);
        Pid child = Crew.pid(Crew.ref(sup), "child");

        parent.exit(ExitReason.shutdown());

        assertThat(skep.awaitEnd(parent)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(child)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("test_get_child_status")
    void aSupervisorTellsHowAChildIs(Testkit skep) {
        Name<WorkerRpc> name = Name.of("test_worker");
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(ChildSpec.of("worker", crew.server("worker").named(name))));

        assertThat(Crew.info(sup, "worker")).satisfies(child -> {
            assertThat(child.state()).isEqualTo(ChildInfo.State.RUNNING);
            assertThat(child.pid()).isPresent().isEqualTo(skep.node().whereis(name));
            assertThat(child.restarts()).isZero();
        });
        crew.end(sup, "worker", Crew.ABNORMAL);
        assertThat(Crew.info(sup, "worker").restarts()).isEqualTo(1);
    }

    @Test
    @Covers("test_list_children")
    void aSupervisorListsItsChildren() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().children(crew.children("worker1", "worker2", "worker3")));

        assertThat(Crew.states(sup)).containsExactly("worker1 running", "worker2 running", "worker3 running");
    }

    @Test
    @Covers("test_children_start_in_order")
    void childrenStartInTheirOrder() {
        crew.start(Supervisor.oneForOne().children(crew.children("first", "second", "third")));

        assertThat(crew.takeJournal()).containsExactly("+first", "+second", "+third");
    }

    @Test
    @Covers("test_supervisor_with_options")
    void aSupervisorHasLimitsOfItsOwn(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(5, Duration.ofSeconds(10)).children(crew.children("worker")));
        Pid pid = sup.pid().orElseThrow();

        for (int i = 0; i < 5; i++) {
            crew.end(sup, "worker", Crew.ABNORMAL);
        }
        assertThat(Crew.states(sup)).containsExactly("worker running");
        crew.end(Crew.pid(sup, "worker"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }
}
