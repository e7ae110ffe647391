package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.coverage.Waits;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.task.Task;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How a task is started, what it is, and what becomes of it when nobody asks. Other tests: [TaskAwaitTest],
/// [TaskShutdownTest], [TaskStreamTest].
@SkepTest(virtualTime = true)
@CasesOf("task")
@Waits(
        cases = {
            "ignore/1: exits on :noconnection",
            "await/2: exits on :noconnection",
            "await/2: exits on :noconnection from named monitor",
            "await_many/2: exits immediately on :noconnection",
            "await_many/2: exits immediately on :noconnection from named monitor",
            "yield/2: exits on :noconnection",
            "yield_many/2: exits on :noconnection",
            "shutdown/2: exits on noconnection :DOWN in message queue",
            "shutdown/2 with :brutal_kill: exits on noconnection :DOWN in message queue"
        },
        because = "distribution over several nodes")
class TaskTest {
    /// Says that it runs, and waits for `go`.
    private static String waitAndSay(Receiver<Object> self, Probe probe) {
        probe.pid().send("ready");
        self.receive(Object.class, "go"::equals);
        return "done";
    }

    private static List<Pid> links(Pid pid) {
        return pid.info().orElseThrow().links();
    }

    @Test
    @Covers({"can be supervised directly", "generates child_spec/1"})
    void isAChildThatIsTemporaryUnlessChanged(Testkit skep, Node node, Probe probe) {
        ChildSpec child = Task.child("task", self -> waitAndSay(self, probe));
        assertThat(child.id()).isEqualTo("task");
        assertThat(child.restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(child.restart(Restart.PERMANENT).restart()).isEqualTo(Restart.PERMANENT);

        skep.start(Supervisor.oneForOne().child(child));

        probe.expectNext("ready");
    }

    @Test
    @Covers({"async/1", "async/3"})
    void isAProcessThatIsLinkedToItsOwnerAndHasAValue(Testkit skep, Probe probe) throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = Task.async(owner, (Receiver<Object> self) -> waitAndSay(self, probe));
            Pid pid = task.pid().orElseThrow();
            assertThat(links(owner.pid())).contains(pid);
            assertThat(pid.info().orElseThrow().initialCall()).contains(TaskTest.class.getName());
            probe.expectNext("ready");

            pid.send("go");

            assertThat(task.await()).isEqualTo("done");
            assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.normal());
            return null;
        });
    }

    @Test
    @Covers("async/1")
    void mayTellItsOwnerByAMessage(Testkit skep) throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = Task.async(owner, () -> "done");
            task.sendOutcome();

            assertThat(task.outcomeIn(owner.receive())).contains(Result.ok("done"));
            return null;
        });
    }

    @Test
    @Covers("async with $callers")
    void knowsOnWhoseBehalfItRuns(Testkit skep) throws Exception {
        AsProcess.run(skep, grandparent -> {
            Task<Boolean> task = Task.async(grandparent, (Receiver<Object> parent) -> {
                assertThat(parent.pid().callers()).containsExactly(grandparent.pid());
                return Task.async(parent, (Receiver<Object> child) -> {
                            assertThat(child.pid().callers()).containsExactly(parent.pid(), grandparent.pid());
                            return true;
                        })
                        .await();
            });
            assertThat(task.await()).isTrue();
            return null;
        });
    }

    @Test
    @Covers({"start/1", "start/3"})
    void mayBeStartedForWhatItDoesAlone(Testkit skep, Node node, Probe probe) throws Exception {
        AsProcess.run(skep, self -> {
            Pid pid = Task.start(node, (Receiver<Object> task) -> probe.pid().send(waitAndSay(task, probe)));
            assertThat(links(self.pid())).doesNotContain(pid);
            probe.expectNext("ready");
            assertThat(pid.info().orElseThrow().initialCall()).contains(TaskTest.class.getName());
            pid.send("go");
            return null;
        });
        probe.expectNext("done");
    }

    @Test
    @Covers({"start_link/1", "start_link/3"})
    void mayBeLinkedForWhatItDoesAlone(Testkit skep, Probe probe) throws Exception {
        AsProcess.run(skep, self -> {
            Pid pid =
                    Task.startLink(self, (Receiver<Object> task) -> probe.pid().send(waitAndSay(task, probe)));
            assertThat(links(self.pid())).contains(pid);
            probe.expectNext("ready");
            assertThat(pid.info().orElseThrow().initialCall()).contains(TaskTest.class.getName());
            pid.send("go");
            skep.awaitEnd(pid);
            return null;
        });
        probe.expectNext("done");
    }

    @Test
    @Covers("start_link with $callers")
    void knowsOnWhoseBehalfItRunsAlone(Testkit skep, Probe probe) throws Exception {
        AsProcess.run(skep, grandparent -> {
            Task.startLink(grandparent, (Receiver<Object> parent) -> {
                probe.pid().send(parent.pid().callers());
                Task.startLink(parent, (Receiver<Object> child) -> {
                    probe.pid().send(child.pid().callers().equals(List.of(parent.pid(), grandparent.pid())));
                    probe.pid().send("end");
                });
            });
            probe.expectNext(List.of(grandparent.pid()));
            probe.expectNext(true);
            probe.expectNext("end");
            return null;
        });
    }

    @Test
    @Covers("completed/1")
    void mayHaveItsValueFromTheBeginning() {
        Task<String> task = Task.completed("done");

        assertThat(task.pid()).isEmpty();
        assertThat(task.await()).isEqualTo("done");
    }

    // ---- Ignoring ------------------------------------------------------------------------------------------------

    @Test
    @Covers("ignore/1: can ignore completed tasks")
    void aValueThatWasThereFromTheBeginningCanBeIgnored() {
        assertThat(Task.completed("done").ignore()).contains(Result.ok("done"));
    }

    @Test
    @Differs(
            cases = {"ignore/1: discards on time replies", "ignore/1: discards on-time failures"},
            entry = "A task can be awaited once")
    void ignoringWhatIsThereGivesItAndItStays(Testkit skep) throws Exception {
        AsProcess.run(skep, owner -> {
            owner.trapExit(true);
            Task<String> good = Task.async(owner, () -> "ok");
            skep.awaitEnd(good.pid().orElseThrow());
            assertThat(good.ignore()).contains(Result.ok("ok"));
            assertThat(good.await(Duration.ZERO)).isEqualTo("ok");

            skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("oops")));
            Task<String> bad = Task.async(owner, () -> {
                throw new ProcessExit(ExitReason.because("oops"));
            });
            skep.awaitEnd(bad.pid().orElseThrow());
            assertThat(bad.ignore()).contains(Result.err(ExitReason.because("oops")));
            return null;
        });
    }

    @Test
    @Differs(
            cases = {"ignore/1: discards late replies", "ignore/1: discards late failures"},
            entry = "A task can be awaited once")
    void whatIsIgnoredHurtsNobodyAndCannotBeAskedAgain(Testkit skep, Probe probe) throws Exception {
        skep.allowCrashes(crash -> crash.reason().equals(ExitReason.because("oops")));
        AsProcess.run(skep, owner -> {
            Task<String> good = Task.async(owner, (Receiver<Object> self) -> waitAndSay(self, probe));
            Task<String> bad = Task.async(owner, (Receiver<Object> self) -> {
                waitAndSay(self, probe);
                throw new ProcessExit(ExitReason.because("oops"));
            });
            for (Task<String> task : List.of(good, bad)) {
                assertThat(task.ignore()).isEmpty();
                task.pid().orElseThrow().send("go");
                skep.awaitEnd(task.pid().orElseThrow());
                assertThatThrownBy(() -> task.await(Duration.ZERO))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("it is ignored");
            }
            assertThat(owner.receive(Duration.ZERO)).isEmpty();
            return null;
        });
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    @Test
    @Covers("default :logger reporter: logs a terminated task")
    void aCrashIsReportedWithTheTasksCodeAndCallers(Testkit skep, Node node) throws Exception {
        Pid starter = AsProcess.run(skep, self -> {
            Pid pid = Task.start(node, (Receiver<Object> _) -> {
                throw new IllegalStateException("oops");
            });
            skep.awaitEnd(pid);
            return self.pid();
        });

        CrashReport report = skep.awaitCrash(IllegalStateException.class);
        assertThat(report.info().initialCall()).contains(TaskTest.class.getName());
        assertThat(report.info().callers()).isEqualTo(List.of(starter));
        assertThat(report.text()).contains("oops", TaskTest.class.getName(), starter.toString());
        assertThat(report.lastMessage()).isEqualTo(Optional.empty());
    }

    @Test
    @Covers("default :logger reporter: logs a terminated task with a process label")
    void aCrashIsReportedWithTheTasksLabel(Testkit skep, Node node) {
        Task.start(node, (Receiver<Object> self) -> {
            self.label("the label of the task");
            throw new IllegalStateException("oops");
        });

        assertThat(skep.awaitCrash(IllegalStateException.class).text()).contains("the label of the task");
    }
}
