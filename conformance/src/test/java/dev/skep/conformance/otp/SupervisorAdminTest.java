package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorAdminTest {
    private static final Name<SupervisorRpc> NOBODY = Name.of("nobody");

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private static Result<Object, ChildError> refused(ChildError error) {
        return Result.err(error);
    }

    private SimpleSupervisorRef<String, ServerRef<WorkerRpc>> simple(Restart restart) {
        return crew.start(Supervisor.simpleOneForOne(crew::server).restart(restart));
    }

    private static Pid start(SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup, String id) {
        return sup.startChild(id).orElseThrow().pid().orElseThrow();
    }

    // ---- Children by id ------------------------------------------------------------------------------------------

    @Test
    @Covers("child_adm")
    void childrenAreStartedEndedRestartedAndDeleted(Testkit skep) {
        ChildSpec spec = crew.child("a");
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(spec));
        Pid a = Crew.pid(sup, "a");
        assertThat(sup.startChild(spec)).isEqualTo(refused(new ChildError.AlreadyStarted(a)));

        assertThat(sup.terminateChild("stranger")).isEqualTo(refused(new ChildError.NotFound("stranger")));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(skep.awaitEnd(a)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.states(sup)).containsExactly("a stopped");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 1));
        assertThat(sup.terminateChild("a").isOk()).as("ending it again").isTrue();
        assertThat(sup.startChild(spec)).isEqualTo(refused(new ChildError.AlreadyPresent("a")));

        assertThat(sup.restartChild("a")).isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "a"))));
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 1));
        assertThat(sup.restartChild("a")).isEqualTo(refused(new ChildError.Running("a")));
        assertThat(sup.restartChild("stranger")).isEqualTo(refused(new ChildError.NotFound("stranger")));

        assertThat(sup.deleteChild("a")).isEqualTo(refused(new ChildError.Running("a")));
        assertThat(sup.deleteChild("stranger")).isEqualTo(refused(new ChildError.NotFound("stranger")));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(sup.deleteChild("a").isOk()).isTrue();
        assertThat(sup.restartChild("a")).isEqualTo(refused(new ChildError.NotFound("a")));
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(0, 0, 0, 0));

        assertThat(sup.startChild(spec)).isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "a"))));
        SimpleSupervisorRef<String, WorkerRpc> byPid = new SimpleSupervisorRef<>(sup.server());
        assertThat(byPid.terminateChild(Crew.pid(sup, "a"))).as("only by id").isFalse();
        assertThat(Crew.states(sup)).containsExactly("a running");
    }

    @Test
    @Covers("child_adm")
    void askingASupervisorThatIsNotThereFails(Testkit skep) {
        SupervisorRef nobody = SupervisorRef.of(skep.node(), NOBODY);

        for (Runnable request : List.<Runnable>of(
                () -> nobody.startChild(crew.child("a")),
                () -> nobody.terminateChild("a"),
                () -> nobody.deleteChild("a"),
                nobody::whichChildren,
                nobody::countChildren)) {
            assertThatExceptionOfType(CallException.NoProcess.class)
                    .isThrownBy(request::run)
                    .withMessageContaining("nobody");
        }
    }

    @Test
    @Differs(cases = "extra_return", entry = "`{ok, Pid, Info}`")
    void aChildWithAnIdIsKnownByItsPidWhateverItsStartTells() {
        ChildSpec spec =
                ChildSpec.of("a", parent -> parent.startLink(crew.server("a").map(server -> "extra")));
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(spec));
        Pid first = Crew.pid(sup, "a");

        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(sup.restartChild("a")).isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "a"))));
        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).containsExactly("a running");
        assertThat(Crew.pid(sup, "a")).isNotEqualTo(first);
    }

    @Test
    @Differs(cases = "get_callback_module", entry = "get_callback_module")
    void whatASupervisorRunsIsSeenInItsStatus() {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = simple(Restart.TEMPORARY);

        assertThat(Sys.of(sup.server()).status().info().initialCall())
                .isEqualTo("dev.skep.supervisor.SimpleSupervisor");
    }

    // ---- Children by pid -----------------------------------------------------------------------------------------

    @Test
    @Covers("child_adm_simple")
    void childrenOfASimpleSupervisorAreKnownByTheirPids(Probe stranger) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = simple(Restart.PERMANENT);
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 0));

        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        assertThat(sup.whichChildren())
                .extracting(child -> child.pid().orElseThrow())
                .containsExactly(b, a);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 2, 0, 2));

        SupervisorRef byId = new SupervisorRef(sup.server());
        assertThat(byId.terminateChild("child")).isEqualTo(refused(new ChildError.SimpleOneForOne("child")));
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(a.isAlive()).isFalse();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 1));
        assertThat(sup.terminateChild(a)).as("it has ended already").isTrue();
        assertThat(sup.terminateChild(stranger.pid())).as("no child").isFalse();
        assertThat(stranger.pid().isAlive()).isTrue();

        assertThat(byId.restartChild("child")).isEqualTo(refused(new ChildError.SimpleOneForOne("child")));
        assertThat(byId.deleteChild("child")).isEqualTo(refused(new ChildError.SimpleOneForOne("child")));
    }

    @Test
    @Covers({"count_children", "count_children_supervisor"})
    void childrenAreCounted() {
        for (ChildType type : ChildType.values()) {
            SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(Supervisor.simpleOneForOne(crew::server)
                    .restart(Restart.TEMPORARY)
                    .type(type));
            for (int round = 1; round <= 2; round++) {
                for (int i = 0; i < 1000; i++) {
                    start(sup, "a");
                }
                int all = 1000 * round;
                assertThat(sup.countChildren()).isEqualTo(countOf(type, all));
                assertThat(sup.whichChildren())
                        .hasSize(all)
                        .allSatisfy(child -> assertThat(child.type()).isEqualTo(type));
            }
            List<Pid> children = new ArrayList<>();
            sup.whichChildren().forEach(child -> children.add(child.pid().orElseThrow()));
            assertThat(children).doesNotHaveDuplicates();
            children.forEach(child -> crew.end(child, ExitReason.kill()));

            assertThat(sup.countChildren()).isEqualTo(countOf(type, 0));
        }
    }

    private static ChildCount countOf(ChildType type, int all) {
        return type == ChildType.SUPERVISOR ? new ChildCount(1, all, all, 0) : new ChildCount(1, all, 0, all);
    }

    // ---- Many children -------------------------------------------------------------------------------------------

    @Test
    @Covers({"scale_start_stop_many_children", "simple_one_for_one_scale_many_temporary_children"})
    void manyChildrenAreStartedAndEndedOneByOneInAnyOrder() {
        int many = 5_000; // a step that looked at every child would make it 25 million of them
        SupervisorRef sup = crew.start(Supervisor.oneForOne());
        SimpleSupervisorRef<Integer, Pid> simple = crew.start(Supervisor.simpleOneForOne((Integer _) ->
                        crew.server("b").map(server -> server.pid().orElseThrow()))
                .restart(Restart.TEMPORARY));
        List<Pid> children = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            assertThat(sup.startChild(ChildSpec.of("a" + i, crew.server("a"))).isOk())
                    .isTrue();
            children.add(simple.startChild(i).orElseThrow());
        }

        for (int i = 0; i < many; i++) { // the first half from the end, the other from the beginning
            int next = i < many / 2 ? many - 1 - i : i - many / 2;
            assertThat(sup.terminateChild("a" + next).isOk()).isTrue();
            assertThat(simple.terminateChild(children.get(next))).isTrue();
        }

        assertThat(sup.countChildren()).isEqualTo(new ChildCount(many, 0, 0, many));
        assertThat(simple.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 0));
    }

    // ---- What is kept of temporary children ----------------------------------------------------------------------

    /// Something that a child is started with.
    private static final class Large {
        String name() {
            return "a";
        }
    }

    private static void assertCollected(Testkit skep, WeakReference<Large> large) {
        skep.await("what the child was started with is garbage", () -> {
            System.gc();
            return large.refersTo(null);
        });
    }

    @Test
    @Covers("do_not_save_start_parameters_for_temporary_children")
    void whatATemporaryChildWasStartedWithIsNotKept(Testkit skep) {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = crew.start(strategy);
            WeakReference<Large> temporary = startWithLarge(sup, "temporary", Restart.TEMPORARY);
            WeakReference<Large> permanent = startWithLarge(sup, "permanent", Restart.PERMANENT);

            assertCollected(skep, temporary);

            assertThat(permanent.refersTo(null))
                    .as("it is started with it again")
                    .isFalse();
            assertThat(Crew.states(sup)).containsExactly("temporary running", "permanent running");
        }
    }

    private WeakReference<Large> startWithLarge(SupervisorRef sup, String id, Restart restart) {
        Large large = new Large();
        ChildSpec child = ChildSpec.of(id, parent -> parent.startLink(crew.server(large.name())));
        assertThat(sup.startChild(child.restart(restart)).isOk()).isTrue();
        return new WeakReference<>(large);
    }

    @Test
    @Covers({"do_not_save_start_parameters_for_temporary_children", "simple_one_for_one_corruption"})
    void aSimpleSupervisorKeepsNothingOfTemporaryChildrenEvenAfterOneHasEnded(Testkit skep) {
        SimpleSupervisorRef<Large, ServerRef<WorkerRpc>> sup = crew.start(
                Supervisor.simpleOneForOne((Large _) -> crew.server("a")).restart(Restart.TEMPORARY));
        crew.end(sup.startChild(new Large()).orElseThrow().pid().orElseThrow(), Crew.ABNORMAL);

        WeakReference<Large> large = startWithLarge(sup);

        assertCollected(skep, large);
        assertThat(sup.countChildren().active()).isEqualTo(1);
    }

    private static WeakReference<Large> startWithLarge(SimpleSupervisorRef<Large, ServerRef<WorkerRpc>> sup) {
        Large large = new Large();
        assertThat(sup.startChild(large)).isInstanceOf(Started.Running.class);
        return new WeakReference<>(large);
    }

    @Test
    @Covers("do_not_save_child_specs_for_temporary_children")
    void theSpecificationOfATemporaryChildIsForgottenWhateverEndsIt() {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
            for (ExitReason reason : List.of(ExitReason.kill(), ExitReason.normal(), Crew.ABNORMAL)) {
                SupervisorRef sup = crew.start(strategy.intensity(2, Duration.ofHours(1)));
                assertThat(knownAfter(sup, Restart.PERMANENT, reason)).isEqualTo(Optional.of(ChildInfo.State.RUNNING));
                assertThat(knownAfter(sup, Restart.TRANSIENT, reason))
                        .isEqualTo(Optional.of(reason.isOrderly() ? ChildInfo.State.STOPPED : ChildInfo.State.RUNNING));
                assertThat(knownAfter(sup, Restart.TEMPORARY, reason)).isEmpty();
            }
            SupervisorRef sup = crew.start(strategy);
            for (Restart restart : Restart.values()) {
                assertThat(sup.startChild(crew.child(restart.name()).restart(restart))
                                .isOk())
                        .isTrue();
                assertThat(sup.terminateChild(restart.name()).isOk()).isTrue();
            }
            assertThat(Crew.states(sup)).containsExactly("PERMANENT stopped", "TRANSIENT stopped");
        }
    }

    private Optional<ChildInfo.State> knownAfter(SupervisorRef sup, Restart restart, ExitReason reason) {
        String id = restart.name();
        assertThat(sup.startChild(crew.child(id).restart(restart)).isOk()).isTrue();
        crew.end(sup, id, reason);
        return sup.whichChildren().stream()
                .filter(child -> child.id().equals(id))
                .map(ChildInfo::state)
                .findAny();
    }

    // ---- Names ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("simple_global_supervisor")
    void namedSupervisorsAndServersAreRestartedUnderTheirNames(Testkit skep) {
        Name<SupervisorRpc> middle = Name.of("middle");
        Name<WorkerRpc> server = Name.of("server");
        Supervisor lower = Supervisor.oneForAll()
                .intensity(3, Duration.ofHours(1))
                .named(middle)
                .child(ChildSpec.of("child", crew.server("child").named(server)));
        SupervisorRef top = crew.start(
                Supervisor.oneForAll().intensity(3, Duration.ofHours(1)).child(ChildSpec.supervisor("middle", lower)));

        Pid middleBefore = skep.awaitRegistered(middle);
        Pid serverBefore = skep.awaitRegistered(server);
        middleBefore.exit(ExitReason.kill());
        Pid middleNow = skep.awaitSuccessor(middle, middleBefore);
        Pid serverNow = skep.awaitSuccessor(server, serverBefore);
        assertThat(skep.awaitEnd(serverBefore)).isEqualTo(ExitReason.killed());

        for (ExitReason reason : List.of(ExitReason.kill(), ExitReason.normal())) {
            crew.end(serverNow, reason);
            serverNow = skep.awaitSuccessor(server, serverNow);
        }
        SupervisorRef byName = SupervisorRef.of(skep.node(), middle);
        assertThat(byName.terminateChild("child").isOk()).isTrue();
        assertThat(skep.node().whereis(server)).isEmpty();
        assertThat(byName.restartChild("child").isOk()).isTrue();
        assertThat(skep.node().whereis(server)).isPresent();
        assertThat(skep.node().whereis(middle)).contains(middleNow);

        crew.shutDown(top);
        assertThat(skep.node().whereis(middle)).isEmpty();
        assertThat(skep.node().whereis(server)).isEmpty();
    }
}
