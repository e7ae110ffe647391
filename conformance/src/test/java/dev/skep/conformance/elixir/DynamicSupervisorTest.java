package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Body;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.agent.Agent;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.DynamicSupervisor;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRpc;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A supervisor of children that come and go: how it is described and started, and how its children are started and
/// ended. Restarts are in [DynamicRestartTest].
@SkepTest(virtualTime = true)
@CasesOf("dynamic_supervisor")
@Differs(cases = "start_link/3: with spawn_opt", entry = "Options of a process (`spawn_opt`) at a start")
class DynamicSupervisorTest {
    private static final Name<SupervisorRpc> NAME = Name.of("dynamic");

    private Testkit skep;
    private Probe probe;

    @BeforeEach
    void allow(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        testkit.allowCrashes();
    }

    private DynamicSupervisorRef<ChildSpec> start() {
        return skep.start(DynamicSupervisor.create());
    }

    private static ChildSpec agent() {
        return ChildSpec.of("agent", Agent.spec(() -> 0));
    }

    /// Waits to be shut down.
    private static ChildSpec sleepy() {
        return ChildSpec.process("sleepy", (Body<Object>) Receiver::receive);
    }

    private Pid run(DynamicSupervisorRef<ChildSpec> supervisor, ChildSpec child) {
        return supervisor.startChild(child).orElseThrow().orElseThrow();
    }

    private static ChildCount workers(int number) {
        return new ChildCount(number, number, 0, number);
    }

    // ---- The supervisor ------------------------------------------------------------------------------------------

    @Test
    @Covers({
        "can be supervised directly",
        "multiple supervisors can be supervised and identified with simple child spec"
    })
    void isAChildUnderAnyKindOfName() {
        Name<UniqueRegistry<String, Void, SupervisorRpc>> registryName = Name.of("registry");
        Name<SupervisorRpc> key = skep.start(Registry.unique(registryName)).name("via_name");
        DynamicSupervisor<ChildSpec> spec = DynamicSupervisor.create();

        var top = skep.start(Supervisor.oneForOne()
                .child(ChildSpec.of("simple", spec.named(NAME)))
                .child(ChildSpec.of("via", spec.named(key))));

        assertThat(top.countChildren().supervisors()).isEqualTo(2);
        assertThat(DynamicSupervisorRef.of(skep.node(), NAME).whichChildren()).isEmpty();
        assertThat(DynamicSupervisorRef.of(skep.node(), key).whichChildren()).isEmpty();
        Pid nameless =
                top.startChild(ChildSpec.of("nameless", spec)).orElseThrow().orElseThrow();
        assertThat(top.startChild(ChildSpec.of("nameless", spec)))
                .isEqualTo(Result.err(new ChildError.AlreadyStarted(nameless)));
    }

    @Test
    @Covers("use/2: generates child_spec/1")
    void asAChildItIsASupervisorWithAllTheTimeItNeeds() {
        ChildSpec child = ChildSpec.of("dynamic", DynamicSupervisor.create());
        assertThat(child.type()).isEqualTo(ChildType.SUPERVISOR);
        assertThat(child.shutdown()).isEqualTo(Shutdown.INFINITY);
        assertThat(child.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(child.restart(Restart.TEMPORARY).restart()).isEqualTo(Restart.TEMPORARY);
    }

    @Test
    @Covers("init/1: set default options")
    void allowsThreeRestartsInFiveSecondsAndAnyNumberOfChildrenByDefault() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        for (int i = 0; i < 1000; i++) {
            run(supervisor, sleepy());
        }
        assertThat(supervisor.countChildren()).isEqualTo(workers(1000));
        Pid pid = supervisor.pid().orElseThrow();
        probe.monitor(pid);

        for (int i = 0; i < 3; i++) {
            skep.awaitEnd(crashed(supervisor));
            assertThat(supervisor.countChildren()).isEqualTo(workers(1000));
        }
        crashed(supervisor);

        assertThat(probe.awaitDown(pid)).isEqualTo(ExitReason.shutdown());
    }

    private static Pid crashed(DynamicSupervisorRef<ChildSpec> supervisor) {
        Pid child = supervisor.whichChildren().getFirst().pid().orElseThrow();
        child.exit(ExitReason.because("crash"));
        return child;
    }

    @Test
    @Covers("start_link/3: with non-ok init")
    void whatCannotBeIsRefusedAtOnce() {
        DynamicSupervisor<ChildSpec> spec = DynamicSupervisor.create();

        assertThatThrownBy(() -> spec.intensity(-1, Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> spec.intensity(3, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> spec.maxChildren(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> DynamicSupervisor.of(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    @Covers({
        "start_link/3: with registered process",
        "start_link/3: sets initial call to the same as a regular supervisor"
    })
    void isAProcessWithANameAndALink() throws Exception {
        AsProcess.run(skep, self -> {
            Pid pid = self.startLink(DynamicSupervisor.create().named(NAME))
                    .orElseThrow()
                    .pid()
                    .orElseThrow();
            assertThat(self.pid().info().orElseThrow().links()).contains(pid);
            assertThat(self.node().whereis(NAME)).contains(pid);
            assertThat(pid.info().orElseThrow().initialCall()).isEqualTo(DynamicSupervisor.class.getName());
            self.node().ref(NAME).stop();
            assertThat(pid.isAlive()).isFalse();
            return null;
        });
    }

    // ---- Code change ---------------------------------------------------------------------------------------------

    private static void change(DynamicSupervisorRef<ChildSpec> supervisor, Object implementation) {
        Sys sys = Sys.of(supervisor.pid().orElseThrow());
        sys.suspend();
        try {
            sys.changeCode(CodeChange.to(implementation));
        } finally {
            sys.resume();
        }
    }

    @Test
    @Covers("code_change/3: with ok init")
    void anotherDescriptionHoldsFromTheNextStartOn() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        run(supervisor, sleepy());

        change(supervisor, DynamicSupervisor.create().maxChildren(1));

        assertThat(supervisor.countChildren()).isEqualTo(workers(1));
        assertThat(supervisor.startChild(sleepy())).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
    }

    @Test
    @Covers("code_change/3: with non-ok init")
    void whatIsNoDescriptionOfSuchASupervisorChangesNothing() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        run(supervisor, sleepy());

        assertThatThrownBy(() -> change(supervisor, Supervisor.oneForOne()))
                .hasMessageContaining("another DynamicSupervisor only");
        assertThatThrownBy(() -> change(supervisor, "unknown")).hasMessageContaining("another DynamicSupervisor only");

        run(supervisor, sleepy());
        assertThat(supervisor.countChildren()).isEqualTo(workers(2));
    }

    // ---- Starting children ---------------------------------------------------------------------------------------

    @Test
    @Covers({
        "start_child/2: supports old child spec",
        "start_child/2: supports new child spec",
        "start_child/2: supports new child spec as tuple"
    })
    void childrenOfAnyKindAreStarted() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();

        Pid process = run(supervisor, sleepy().restart(Restart.TEMPORARY));
        Pid server = run(supervisor, agent());
        Pid function = run(supervisor, ChildSpec.of("function", self -> self.startLink(Agent.spec(() -> 1))));

        assertThat(supervisor.whichChildren().stream().map(child -> child.pid().orElseThrow()))
                .containsExactlyInAnyOrder(process, server, function);
    }

    @Test
    @Covers("start_child/2: supports extra arguments")
    void whatIsCommonToAllChildrenIsAddedByTheSupervisor() {
        DynamicSupervisorRef<String> supervisor = skep.start(DynamicSupervisor.of((String name) -> ChildSpec.process(
                        name, (Receiver<Object> self) -> probe.pid().send("from " + name))
                .restart(Restart.TEMPORARY)));

        supervisor.startChild("child");

        probe.expectNext("from child");
    }

    @Test
    @Covers({"start_child/2: with invalid child spec", "start_child/2: with invalid valid shutdown"})
    void aSpecificationThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> sleepy().shutdown(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
        assertThatThrownBy(() -> ChildSpec.of(" ", Agent.spec(() -> 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChildSpec.of("none", (StartSpec<?>) null)).isInstanceOf(NullPointerException.class);
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        assertThat(supervisor.startChild(sleepy().restart(Restart.TRANSIENT).significant()))
                .isInstanceOfSatisfying(
                        Result.Err.class, err -> assertThat(err.error()).isInstanceOf(ChildError.InvalidSpec.class));
        assertThat(supervisor.countChildren()).isEqualTo(workers(0));
    }

    @Test
    @Covers("start_child/2: with valid shutdown")
    void anyShutdownTimeIsFine() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        run(supervisor, sleepy().shutdown(Duration.ZERO));
        run(supervisor, sleepy().shutdown(Duration.ofDays(1)));
        run(supervisor, sleepy().shutdown(ServerRef.FOREVER));
        run(supervisor, sleepy().brutalKill());
        assertThat(supervisor.countChildren()).isEqualTo(workers(4));
    }

    private static ChildError failure(DynamicSupervisorRef<ChildSpec> supervisor, ChildSpec child) {
        return supervisor.startChild(child).fold(pid -> null, error -> error);
    }

    @Test
    @Covers({"start_child/2: with different returns", "start_child/2: with throw/error/exit"})
    void startFunctionsMayReturnAndThrowWhatTheyLike() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        RuntimeException oops = new IllegalStateException("oops");

        run(supervisor, ChildSpec.of("ok", self -> self.startLink(Agent.spec(() -> 0))));
        assertThat(supervisor.startChild(ChildSpec.of("ignored", _ -> new Started.Ignored<>())))
                .isEqualTo(Result.ok(Optional.empty()));
        assertThat(failure(
                        supervisor,
                        ChildSpec.of("error", _ -> new Started.Failed<>("it", ExitReason.because("found")))))
                .isEqualTo(new ChildError.StartFailed("error", ExitReason.because("found")));
        assertThat(failure(supervisor, ChildSpec.of("unknown", _ -> null)).toString())
                .contains("unknown", "returned null");
        assertThat(failure(supervisor, ChildSpec.of("throws", _ -> {
                    throw oops;
                })))
                .isEqualTo(new ChildError.StartFailed("throws", ExitReason.crashed(oops)));
        assertThat(failure(supervisor, ChildSpec.of("exits", _ -> {
                    throw new ProcessExit(ExitReason.because("oops"));
                })))
                .isEqualTo(new ChildError.StartFailed("exits", ExitReason.because("oops")));
        assertThat(supervisor.countChildren()).isEqualTo(workers(1));
    }

    @Test
    @Covers("start_child/2: with max_children")
    void noMoreChildrenAreStartedThanAllowed() {
        DynamicSupervisorRef<ChildSpec> supervisor =
                skep.start(DynamicSupervisor.create().maxChildren(0));

        assertThat(supervisor.startChild(sleepy())).isEqualTo(Result.err(new ChildError.MaxChildren(0)));
    }

    // ---- The end of the supervisor -------------------------------------------------------------------------------

    /// Traps exits, and ends with a reason of its own, or not at all.
    private ChildSpec trapping(Optional<ExitReason> reason) {
        return ChildSpec.process("trapping", (Receiver<Object> self) -> {
            self.trapExit(true);
            probe.pid().send("ready");
            self.receive(Exit.class, _ -> reason.isPresent());
            throw new ProcessExit(reason.orElseThrow());
        });
    }

    private void endsWith(ExitReason reason, ChildSpec... specs) {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        for (ChildSpec spec : specs) {
            Pid child = run(supervisor, spec);
            if (spec.id().equals("trapping")) {
                probe.expectNext("ready");
            }
            probe.monitor(child);
        }
        var children = supervisor.whichChildren();

        skep.stop(supervisor.pid().orElseThrow());

        children.forEach(
                child -> assertThat(probe.awaitDown(child.pid().orElseThrow())).isEqualTo(reason));
    }

    @Test
    @Covers("terminate/2: terminates children with brutal kill")
    void childrenMayBeKilled() {
        endsWith(ExitReason.killed(), sleepy().brutalKill(), sleepy().brutalKill(), sleepy().brutalKill());
    }

    @Test
    @Covers({
        "terminate/2: terminates children with infinity shutdown",
        "terminate/2: terminates children with integer shutdown"
    })
    void childrenAreShutDown() {
        ChildSpec unlimited = sleepy().shutdown(ServerRef.FOREVER);
        endsWith(ExitReason.shutdown(), unlimited, unlimited, unlimited);
        ChildSpec limited = sleepy().shutdown(Duration.ofSeconds(60));
        endsWith(ExitReason.shutdown(), limited, limited, limited);
    }

    @Test
    @Covers({
        "terminate/2: terminates children with infinity shutdown and abnormal reason",
        "terminate/2: terminates children with integer shutdown and abnormal reason",
        "terminate/2: terminates children with permanent restart and normal reason"
    })
    void childrenMayEndWithAReasonOfTheirOwn() {
        ExitReason oops = ExitReason.shutdown("oops");
        ChildSpec unlimited = trapping(Optional.of(oops)).shutdown(ServerRef.FOREVER);
        endsWith(oops, unlimited, unlimited, unlimited);
        ChildSpec limited = trapping(Optional.of(oops)).shutdown(Duration.ofSeconds(60));
        endsWith(oops, limited, limited, limited);
        ChildSpec normal = trapping(Optional.of(ExitReason.normal()))
                .restart(Restart.PERMANENT)
                .shutdown(ServerRef.FOREVER);
        endsWith(ExitReason.normal(), normal, normal, normal);
    }

    @Test
    @SkepTest // a limit has to pass
    @Covers({
        "terminate/2: terminates children with expired integer shutdown",
        "terminate/2: terminates with mixed children"
    })
    void eachChildHasItsOwnTime() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        Pid quick = run(supervisor, sleepy().shutdown(ServerRef.FOREVER));
        Pid late = run(supervisor, trapping(Optional.empty()).shutdown(Duration.ofMillis(1)));
        Pid killed = run(supervisor, sleepy().brutalKill());
        probe.expectNext("ready");

        skep.stop(supervisor.pid().orElseThrow());

        assertThat(skep.awaitEnd(quick)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(late)).isEqualTo(ExitReason.killed());
        assertThat(skep.awaitEnd(killed)).isEqualTo(ExitReason.killed());
    }

    // ---- Ending one child ----------------------------------------------------------------------------------------

    @Test
    @Covers({
        "terminate_child/2: terminates child with brutal kill",
        "terminate_child/2: terminates child with integer shutdown"
    })
    void aChildIsEndedAsItsSpecificationSaysAndForgotten() {
        DynamicSupervisorRef<ChildSpec> supervisor = start();
        endsOne(supervisor, sleepy().brutalKill(), ExitReason.killed());
        endsOne(supervisor, sleepy().shutdown(Duration.ofSeconds(60)), ExitReason.shutdown());
    }

    private void endsOne(DynamicSupervisorRef<ChildSpec> supervisor, ChildSpec spec, ExitReason reason) {
        Pid child = run(supervisor, spec);
        assertThat(supervisor.terminateChild(child)).isTrue();
        assertThat(skep.awaitEnd(child)).isEqualTo(reason);
        assertThat(supervisor.terminateChild(child)).isFalse();
        assertThat(supervisor.countChildren()).isEqualTo(workers(0));
    }
}
