package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Restarts that fail and fail, of supervisors that do not give up: time stands still, but their limits are high.
@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorRestartLoopTest {
    private static final int MANY = Integer.MAX_VALUE;

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
    @Covers("hanging_restart_loop")
    void aSupervisorAnswersAndShutsDownWhileItTriesToRestart() {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(MANY, Duration.ofSeconds(10)).children(crew.children("a")));
        crew.breakDown("a");
        crew.end(sup, "a", Crew.ABNORMAL);

        assertThat(sup.startChild(crew.child("a"))).isEqualTo(Result.err(new ChildError.AlreadyPresent("a")));
        assertThat(sup.restartChild("a")).isEqualTo(Result.err(new ChildError.Restarting("a")));
        assertThat(sup.deleteChild("a")).isEqualTo(Result.err(new ChildError.Restarting("a")));
        assertThat(Crew.states(sup)).containsExactly("a restarting");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 1));

        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(Crew.states(sup)).containsExactly("a stopped");
        crew.repair("a");
        assertThat(sup.restartChild("a").isOk()).isTrue();

        crew.breakDown("a");
        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("hanging_restart_loop_rest_for_one")
    void aRestForOneSupervisorKeepsTheOthersAsTheyAreWhileItTriesToRestart() {
        SupervisorRef sup = crew.start(
                Supervisor.restForOne().intensity(MANY, Duration.ofSeconds(10)).children(crew.children("a", "b", "c")));
        Pid a = Crew.pid(sup, "a");
        crew.breakDown("b");
        crew.end(sup, "b", Crew.ABNORMAL);

        assertThat(sup.startChild(crew.child("b"))).isEqualTo(Result.err(new ChildError.AlreadyPresent("b")));
        assertThat(sup.restartChild("b")).isEqualTo(Result.err(new ChildError.Restarting("b")));
        assertThat(sup.deleteChild("b")).isEqualTo(Result.err(new ChildError.Restarting("b")));
        assertThat(Crew.states(sup)).containsExactly("a running", "b restarting", "c stopped");
        assertThat(Crew.pid(sup, "a")).isEqualTo(a);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(3, 1, 0, 3));

        assertThat(sup.terminateChild("b").isOk()).isTrue();
        assertThat(Crew.states(sup)).containsExactly("a running", "b stopped", "c stopped");
        crew.repair("b");
        assertThat(sup.restartChild("b").isOk()).isTrue();

        crew.breakDown("b");
        crew.end(sup, "b", Crew.ABNORMAL);
        assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
    }

    private SimpleSupervisorRef<String, ServerRef<WorkerRpc>> simple() {
        return crew.start(Supervisor.simpleOneForOne(crew::server).intensity(MANY, Duration.ofSeconds(10)));
    }

    private static Pid start(SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup, String id) {
        return sup.startChild(id).orElseThrow().pid().orElseThrow();
    }

    @Test
    @Covers("hanging_restart_loop_simple")
    void aSimpleSupervisorAnswersAndShutsDownWhileItTriesToRestart() {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = simple();
        SupervisorRef byId = new SupervisorRef(sup.server());
        Pid a = start(sup, "a");
        crew.breakDown("a");
        crew.end(a, Crew.ABNORMAL);

        Result<Object, ChildError> refused = Result.err(new ChildError.SimpleOneForOne("a"));
        assertThat(byId.restartChild("a")).isEqualTo(refused);
        assertThat(byId.deleteChild("a")).isEqualTo(refused);
        assertThat(Crew.states(sup.whichChildren())).containsExactly("child restarting");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 1));

        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(sup.whichChildren()).isEmpty();
        crew.repair("a");
        Pid next = start(sup, "a");

        crew.breakDown("a");
        crew.end(next, Crew.ABNORMAL);
        assertThat(crew.shutDown(sup.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("count_restarting_children")
    void childrenThatAreRestartedAreCountedButNotAsActive(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = simple();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 0));
        List<String> ids = List.of("a", "b", "c");
        List<Pid> first = ids.stream().map(id -> start(sup, id)).toList();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 3, 0, 3));

        first.forEach(child -> crew.end(child, Crew.ABNORMAL));
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 3, 0, 3));

        List<Pid> second = sup.whichChildren().reversed().stream()
                .map(child -> child.pid().orElseThrow())
                .toList();
        assertThat(second).hasSize(3).doesNotContainAnyElementsOf(first);
        crew.breakDown("a");
        crew.breakDown("b");
        crew.end(second.get(0), Crew.ABNORMAL);
        crew.end(second.get(1), Crew.ABNORMAL);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 3));

        crew.repair("a");
        crew.repair("b");
        skep.settle();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 3, 0, 3));
        assertThat(sup.terminateChild(second.get(2))).isTrue();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 2, 0, 2));
    }

    @Test
    @Covers("simple_one_for_one")
    void aSimpleSupervisorRestartsTheChildAloneUntilThereAreTooMany(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup =
                crew.start(Supervisor.simpleOneForOne(crew::server).intensity(2, Duration.ofHours(1)));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");

        crew.end(a, Crew.ABNORMAL);
        assertThat(sup.whichChildren())
                .hasSize(2)
                .anySatisfy(child -> assertThat(child.pid()).contains(b))
                .noneSatisfy(child -> assertThat(child.pid()).contains(a));
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 2, 0, 2));
        assertThat(crew.takeJournal())
                .as("it is started with what it was started with")
                .containsExactly("+a", "+b", "!a", "+a");

        crew.end(b, Crew.ABNORMAL);
        crew.end(sup.whichChildren().getFirst().pid().orElseThrow(), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("simple_one_for_one_escalation")
    void aSimpleSupervisorGivesUpWhenAChildCannotBeRestarted(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup =
                crew.start(Supervisor.simpleOneForOne(crew::server).intensity(4, Duration.ofHours(1)));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        crew.breakDown("a");

        crew.end(a, Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(b)).isEqualTo(ExitReason.shutdown());
    }

    /// What a child is referred to by, where it is more than a server.
    private record Labelled(ServerRef<WorkerRpc> server, String label) {}

    @Test
    @Covers("simple_one_for_one_extra")
    void aStartMayTellMoreThanAPid(Testkit skep) {
        SimpleSupervisorRef<String, Labelled> sup = crew.start(Supervisor.simpleOneForOne(
                        (String id) -> crew.server(id).map(server -> new Labelled(server, "extra of " + id)))
                .intensity(2, Duration.ofHours(1)));
        Pid pid = sup.pid().orElseThrow();

        Labelled a = sup.startChild("a").orElseThrow();
        Labelled b = sup.startChild("b").orElseThrow();
        assertThat(a.label()).isEqualTo("extra of a");
        assertThat(b.label()).isEqualTo("extra of b");

        crew.end(a.server().pid().orElseThrow(), Crew.ABNORMAL);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 2, 0, 2));
        crew.end(b.server().pid().orElseThrow(), Crew.ABNORMAL);
        crew.end(sup.whichChildren().getFirst().pid().orElseThrow(), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }
}
