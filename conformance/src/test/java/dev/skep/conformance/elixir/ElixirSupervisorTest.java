package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Switchboard;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildStart;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor")
class ElixirSupervisorTest {
    private static final Name<StackRpc> STACK = Name.of("dyn_stack");
    private static final Name<SupervisorRpc> SUP = Name.of("my_sup");

    private final Switchboard via = new Switchboard();

    private static ChildSpec stack() {
        return ChildSpec.server(STACK, () -> new Stack("hello"));
    }

    // ---- Specifications ------------------------------------------------------------------------------------------

    @Test
    @Covers("generates child_spec/1")
    void aSupervisorMakesAChildOfThatType() {
        for (ChildSpec child : List.of(
                ChildSpec.of("sup", Supervisor.oneForOne().child(stack())),
                ChildSpec.of("sup", Supervisor.atStart(Supervisor::oneForOne)))) {
            assertThat(child.id()).isEqualTo("sup");
            assertThat(child.type()).isEqualTo(ChildType.SUPERVISOR);
            assertThat(child.shutdown()).isEqualTo(Shutdown.INFINITY);
            assertThat(child.restart()).isEqualTo(Restart.PERMANENT);
            assertThat(child.restart(Restart.TEMPORARY).type()).isEqualTo(ChildType.SUPERVISOR);
        }
    }

    @Test
    @Covers("child_spec/2")
    void aChildIsChangedByCopies() {
        ChildSpec task = ChildSpec.process("task", _ -> {}).restart(Restart.TEMPORARY);

        ChildSpec changed = task.restart(Restart.PERMANENT).shutdown(ServerRef.FOREVER);

        assertThat(changed.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(changed.shutdown()).isEqualTo(Shutdown.INFINITY);
        assertThat(changed.start()).isSameAs(task.start());
        assertThat(task.restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(task.shutdown()).isEqualTo(new Shutdown.Within(Duration.ofSeconds(5)));
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of("task", (ChildStart) null))
                .withMessageContaining("start of child task");
    }

    @Test
    @Covers({"init/2", "init/2 with old and new child specs"})
    void aDescriptionHasAStrategyLimitsAndChildrenOfAnyKind(Testkit skep) {
        ChildSpec byFunction = ChildSpec.of("function", parent -> parent.startLink(GenServer.spec(() -> new Stack())));
        ChildSpec bySpec = ChildSpec.server("spec", () -> new Stack());
        SupervisorRef sup = skep.start(
                Supervisor.oneForAll().intensity(1, Duration.ofSeconds(2)).children(List.of(byFunction, bySpec)));
        Pid pid = sup.pid().orElseThrow();
        Pid spec = Crew.pid(sup, "spec");
        skep.allowCrashes();

        Crew.pid(sup, "function").exit(ExitReason.kill());
        skep.settle();
        assertThat(skep.awaitEnd(spec)).as("one for all").isEqualTo(ExitReason.shutdown());
        skep.clock().advance(Duration.ofSeconds(2).plusNanos(1));
        Crew.pid(sup, "spec").exit(ExitReason.kill());
        skep.settle();
        assertThat(Crew.states(sup))
                .as("the first restart is forgotten")
                .containsExactly("function running", "spec running");
        Crew.pid(sup, "spec").exit(ExitReason.kill());
        assertThat(skep.awaitEnd(pid)).as("two in two seconds").isEqualTo(ExitReason.shutdown());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForAll().intensity(-1, Duration.ofSeconds(2)));
    }

    // ---- Starts --------------------------------------------------------------------------------------------------

    @Test
    @Covers({"start_link/3 with local", "start_link/3 with global", "start_link/2 with via"})
    void aSupervisorIsAskedByItsName(Testkit skep) {
        for (Name<SupervisorRpc> name : List.of(SUP, Name.<SupervisorRpc, String>via(via, "via_sup"))) {
            skep.start(Supervisor.oneForOne().named(name));

            assertThat(SupervisorRef.of(skep.node(), name).whichChildren()).isEmpty();
        }
    }

    @Test
    @Covers({"start_link/2", "start_link/2 with old and new specs"})
    void aChildThatStopsIsRestartedUnderItsName(Testkit skep) {
        SupervisorRef sup = skep.start(Supervisor.oneForOne()
                .child(stack())
                .child(ChildSpec.of("other", parent -> parent.startLink(GenServer.spec(() -> new Stack("hello"))))));
        ServerRef<StackRpc> stack = skep.node().ref(STACK);
        Pid first = stack.pid().orElseThrow();
        assertThat(stack.call(new StackRpc.Pop())).isEqualTo("hello");

        assertThat(stack.call(new StackRpc.Stop())).isEqualTo("ok");
        skep.awaitSuccessor(STACK, first);

        assertThat(stack.call(new StackRpc.Pop())).as("a new one").isEqualTo("hello");
        assertThat(Crew.states(sup)).containsExactly("dyn_stack running", "other running");
        skep.stop(sup.pid().orElseThrow());
        assertThat(skep.node().whereis(STACK)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Name.of(""));
    }

    @Test
    @Covers("start_link/3")
    void aSupervisorIsDescribedWhenItStarts(Testkit skep) {
        SupervisorRef sup =
                skep.start(Supervisor.atStart(SUP, () -> Supervisor.oneForOne().child(stack())));

        assertThat(skep.node().ref(STACK).call(new StackRpc.Pop())).isEqualTo("hello");
        assertThat(skep.node().whereis(SUP)).isEqualTo(sup.pid());
        skep.stop(sup.pid().orElseThrow());
        assertThat(skep.node().whereis(STACK)).isEmpty();
    }

    // ---- Children at run time ------------------------------------------------------------------------------------

    @Test
    @Covers({
        "start_child/2: supports old child spec",
        "start_child/2: supports new child spec as tuple",
        "start_child/2: supports new child spec",
        "start_child/2: with valid child spec"
    })
    void childrenOfAnyKindAreAdded(Testkit skep) {
        SupervisorRef sup = skep.start(Supervisor.oneForOne());

        assertThat(sup.startChild(ChildSpec.of("function", parent -> {
                            Pid pid = parent.spawnLink((Receiver<Object> self) -> self.receive());
                            return new Started.Running<>(pid, pid);
                        })
                        .restart(Restart.TEMPORARY)))
                .isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "function"))));
        assertThat(sup.startChild(ChildSpec.process("process", (Receiver<Object> self) -> self.receive())))
                .isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "process"))));
        assertThat(sup.startChild(stack())).isEqualTo(Result.ok(Optional.of(Crew.pid(sup, "dyn_stack"))));
        assertThat(Crew.states(sup)).containsExactly("function running", "process running", "dyn_stack running");
    }

    @Test
    @Covers("start_child/2: with invalid child spec")
    void aBadChildIsRefusedWithTheReason(Testkit skep) {
        SupervisorRef sup = skep.start(Supervisor.oneForOne());

        assertThatNullPointerException().isThrownBy(() -> ChildSpec.of(null, GenServer.spec(() -> new Stack())));
        assertThatIllegalArgumentException().isThrownBy(() -> ChildSpec.server("", () -> new Stack()));
        assertThat(Crew.errorOf(
                        sup.startChild(stack().restart(Restart.TRANSIENT).significant())))
                .isInstanceOfSatisfying(
                        ChildError.InvalidSpec.class,
                        invalid -> assertThat(invalid.problem()).contains("child dyn_stack is significant"));
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    @Covers("child life cycle")
    void aChildLivesThroughItsLifeCycle(Testkit skep) {
        SupervisorRef sup = skep.start(Supervisor.oneForOne());
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(0, 0, 0, 0));

        assertThat(sup.startChild(stack()).isOk()).isTrue();
        assertThat(skep.node().ref(STACK).call(new StackRpc.Pop())).isEqualTo("hello");
        assertThat(sup.whichChildren()).singleElement().satisfies(child -> {
            assertThat(child.id()).isEqualTo("dyn_stack");
            assertThat(child.pid()).isEqualTo(skep.node().whereis(STACK));
            assertThat(child.type()).isEqualTo(ChildType.WORKER);
        });
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 1));
        assertThat(sup.deleteChild("dyn_stack")).isEqualTo(Result.err(new ChildError.Running("dyn_stack")));

        assertThat(sup.terminateChild("dyn_stack").isOk()).isTrue();
        assertThat(sup.restartChild("dyn_stack").isOk()).isTrue();
        assertThat(skep.node().ref(STACK).call(new StackRpc.Pop())).isEqualTo("hello");
        assertThat(sup.terminateChild("dyn_stack").isOk()).isTrue();
        assertThat(sup.deleteChild("dyn_stack").isOk()).isTrue();
        assertThat(sup.whichChildren()).isEmpty();
    }
}
