package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.Supervisor;
import dev.skep.task.Task;
import dev.skep.task.TaskException;
import dev.skep.task.TaskRpc;
import dev.skep.task.TaskSupervisor;
import dev.skep.task.TaskSupervisorRef;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tasks under a supervisor. Its streams are in [TaskSupervisorStreamTest].
@SkepTest(virtualTime = true)
@CasesOf("task/supervisor")
@Differs(cases = "start with spawn_opt", entry = "Options of a process (`spawn_opt`) at a start")
class TaskSupervisorTest {
    private static final Name<TaskRpc> NAME = Name.of("tasks");

    private Testkit skep;
    private Probe probe;
    private TaskSupervisorRef supervisor;

    @BeforeEach
    void startSupervisor(Testkit testkit, Probe witness) {
        skep = testkit;
        probe = witness;
        testkit.allowCrashes();
        supervisor = testkit.start(TaskSupervisor.create());
    }

    private String waitAndSay(Receiver<Object> self) {
        probe.pid().send("ready");
        self.receive(Object.class, "go"::equals);
        return "done";
    }

    private static List<Pid> links(Pid pid) {
        return pid.info().orElseThrow().links();
    }

    private void endSupervisor() {
        skep.stop(supervisor.pid().orElseThrow());
    }

    // ---- The supervisor ------------------------------------------------------------------------------------------

    @Test
    @Covers({
        "can be supervised directly",
        "multiple supervisors can be supervised and identified with simple child spec"
    })
    void isAChildThatIsIdentifiedByItsName() {
        Name<UniqueRegistry<String, Void, TaskRpc>> registryName = Name.of("registry");
        UniqueRegistry<String, Void, TaskRpc> registry = skep.start(Registry.unique(registryName));
        Name<TaskRpc> key = registry.name("via_name");

        var top = skep.start(Supervisor.oneForOne()
                .child(ChildSpec.of(TaskSupervisor.create().named(NAME)))
                .child(ChildSpec.of(TaskSupervisor.create().named(key))));

        assertThat(top.countChildren().supervisors()).isEqualTo(2);
        assertThat(TaskSupervisorRef.of(skep.node(), NAME).children()).isEmpty();
        assertThat(TaskSupervisorRef.of(skep.node(), key).children()).isEmpty();
        assertThat(top.startChild(ChildSpec.of(TaskSupervisor.create().named(NAME)))
                        .isOk())
                .isFalse();
    }

    @Test
    @Covers("counts and returns children")
    void tellsItsChildren() {
        assertThat(supervisor.children()).isEmpty();
        Pid child = supervisor.startChild((Receiver<Object> self) -> waitAndSay(self));
        assertThat(supervisor.children()).containsExactly(child);
    }

    // ---- Tasks ---------------------------------------------------------------------------------------------------

    @Test
    @Covers({"async/1: spawns tasks under the supervisor", "async/3"})
    void aTaskIsAChildThatIsLinkedToItsOwner() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = supervisor.async(owner, (Receiver<Object> self) -> waitAndSay(self));
            Pid pid = task.pid().orElseThrow();
            assertThat(supervisor.children()).containsExactly(pid);
            assertThat(links(owner.pid())).contains(pid);
            isRunThrough(task);
            return null;
        });
    }

    @Test
    @Covers({"async_nolink/1: spawns a task under the supervisor without linking to the caller", "async_nolink/3"})
    void aTaskMayBeAChildThatIsNotLinkedToItsOwner() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = supervisor.asyncNolink((Receiver<Object> self) -> waitAndSay(self));
            Pid pid = task.pid().orElseThrow();
            assertThat(supervisor.children()).containsExactly(pid);
            assertThat(links(owner.pid())).doesNotContain(pid);
            isRunThrough(task);
            return null;
        });
    }

    private void isRunThrough(Task<String> task) {
        Pid pid = task.pid().orElseThrow();
        probe.expectNext("ready");
        assertThat(pid.info().orElseThrow().initialCall()).contains(TaskSupervisorTest.class.getName());
        pid.send("go");
        assertThat(task.await()).isEqualTo("done");
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
    }

    @Test
    @Covers({
        "async/1: with custom shutdown",
        "async_nolink/1: with custom shutdown",
        "start_child/1 with custom shutdown"
    })
    void aChildMayBeKilledInsteadOfShutDown() throws Exception {
        TaskSupervisorRef brutal = supervisor.withShutdown(new Shutdown.BrutalKill());
        Bee owner = new Bee(skep);
        owner.run(self -> self.trapExit(true));
        List<Pid> children = List.of(
                owner.run(self -> brutal.async(self, (Receiver<Object> task) -> waitAndSay(task)))
                        .pid()
                        .orElseThrow(),
                owner.run(_ -> brutal.asyncNolink((Receiver<Object> task) -> waitAndSay(task)))
                        .pid()
                        .orElseThrow(),
                brutal.startChild((Receiver<Object> task) -> waitAndSay(task)));

        endSupervisor();

        assertThat(children)
                .allSatisfy(child -> assertThat(skep.awaitEnd(child)).isEqualTo(ExitReason.killed()));
    }

    @Test
    @Covers({"async/1: raises when :max_children is reached", "async_nolink/1: raises when :max_children is reached"})
    void noMoreTasksAreStartedThanAllowed() throws Exception {
        TaskSupervisorRef small = skep.start(TaskSupervisor.create().maxChildren(1));
        AsProcess.run(skep, owner -> {
            small.asyncNolink((Receiver<Object> self) -> waitAndSay(self));
            assertThatThrownBy(() -> small.async(owner, () -> "ok"))
                    .isInstanceOf(TaskException.TooManyChildren.class)
                    .hasMessageContaining("runs 1 tasks");
            assertThatThrownBy(() -> small.asyncNolink(() -> "ok")).isInstanceOf(TaskException.TooManyChildren.class);
            return null;
        });
    }

    @Test
    @Covers("async/1: with $callers")
    void aTaskKnowsItsCallersAndItsSupervisor() throws Exception {
        Pid above = supervisor.pid().orElseThrow();
        AsProcess.run(
                skep,
                grandparent -> supervisor
                        .async(grandparent, (Receiver<Object> parent) -> {
                            assertThat(parent.pid().callers()).isEqualTo(List.of(grandparent.pid()));
                            assertThat(ancestor(parent)).isEqualTo(above);
                            return supervisor
                                    .async(parent, (Receiver<Object> child) -> {
                                        assertThat(child.pid().callers())
                                                .isEqualTo(List.of(parent.pid(), grandparent.pid()));
                                        assertThat(ancestor(child)).isEqualTo(above);
                                        return true;
                                    })
                                    .await();
                        })
                        .await());
    }

    private static Pid ancestor(Receiver<?> task) {
        return task.pid().info().orElseThrow().ancestors().getFirst();
    }

    // ---- Children that nobody waits for --------------------------------------------------------------------------

    @Test
    @Covers({"start_child/1", "start_child/3"})
    void aChildMayBeStartedForWhatItDoesAlone() throws Exception {
        AsProcess.run(skep, self -> {
            Pid pid =
                    supervisor.startChild((Receiver<Object> task) -> probe.pid().send(waitAndSay(task)));
            assertThat(supervisor.children()).containsExactly(pid);
            assertThat(links(self.pid())).doesNotContain(pid);
            probe.expectNext("ready");
            assertThat(pid.info().orElseThrow().initialCall()).contains(TaskSupervisorTest.class.getName());
            pid.send("go");
            return null;
        });
        probe.expectNext("done");
    }

    @Test
    @Covers("start_child/1 with custom restart")
    void aChildMayBeRestarted() {
        Pid first = supervisor.withRestart(Restart.PERMANENT).startChild((Receiver<Object> task) -> waitAndSay(task));
        probe.expectNext("ready");

        first.exit(ExitReason.shutdown());

        assertThat(skep.awaitEnd(first)).isEqualTo(ExitReason.shutdown());
        probe.expectNext("ready");
        assertThat(supervisor.children()).hasSize(1).doesNotContain(first);
    }

    @Test
    @Covers("start_child/1 with $callers")
    void aChildKnowsItsCallersAndItsSupervisor() throws Exception {
        Pid above = supervisor.pid().orElseThrow();
        AsProcess.run(skep, grandparent -> {
            supervisor.startChild((Receiver<Object> parent) -> {
                probe.pid()
                        .send(parent.pid().callers().equals(List.of(grandparent.pid()))
                                && ancestor(parent).equals(above));
                supervisor.startChild((Receiver<Object> child) -> probe.pid()
                        .send(child.pid().callers().equals(List.of(parent.pid(), grandparent.pid()))
                                && ancestor(child).equals(above)));
            });
            return null;
        });
        probe.expectNext(true);
        probe.expectNext(true);
    }

    @Test
    @Covers("terminate_child/2")
    void aChildMayBeTerminated() {
        Pid pid = supervisor.startChild((Receiver<Object> task) -> waitAndSay(task));
        assertThat(supervisor.children()).containsExactly(pid);

        assertThat(supervisor.terminateChild(pid)).isTrue();

        assertThat(supervisor.children()).isEmpty();
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(supervisor.terminateChild(pid)).isFalse();
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------

    @Test
    @Covers("await/1: demonitors and unalias on timeout")
    void anAwaitThatTimesOutLeavesNothingBehind() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = supervisor.async(owner, (Receiver<Object> self) -> waitAndSay(self));
            assertThatThrownBy(() -> task.await(Duration.ZERO)).isInstanceOf(TaskException.TimedOut.class);
            task.pid().orElseThrow().send("go");
            skep.awaitEnd(task.pid().orElseThrow());
            assertThat(owner.receive(Duration.ZERO)).isEmpty();
            return null;
        });
    }

    @Test
    @Covers({"await/1: exits on task throw", "await/1: exits on task error", "await/1: exits on task exit"})
    void whatEndsTheTaskIsTheFailure() throws Exception {
        AsProcess.run(skep, owner -> {
            owner.trapExit(true);
            Function<Callable<String>, Task<String>> async = code -> supervisor.async(owner, code);
            fails(
                    async.apply(() -> {
                        throw new java.io.IOException("thrown");
                    }),
                    "IOException: thrown");
            fails(
                    async.apply(() -> {
                        throw new IllegalStateException("oops");
                    }),
                    "IllegalStateException: oops");
            fails(
                    async.apply(() -> {
                        throw new ProcessExit(ExitReason.because("unknown"));
                    }),
                    "unknown");
            return null;
        });
    }

    private static void fails(Task<String> task, String why) {
        assertThatThrownBy(task::await)
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        exited -> assertThat(exited.reason().toString()).contains(why));
    }
}
