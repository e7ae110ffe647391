package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.task.Task;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Ending a task: by a shutdown, and by a kill.
@SkepTest(virtualTime = true)
@CasesOf("task")
class TaskShutdownTest {
    private Testkit skep;

    @BeforeEach
    void allow(Testkit testkit) {
        skep = testkit;
        testkit.allowCrashes();
    }

    /// What the end of a task says that has ended with a reason before.
    private Optional<Result<String, ExitReason>> after(
            ExitReason reason, Function<Task<String>, Optional<Result<String, ExitReason>>> end) throws Exception {
        return AsProcess.run(skep, owner -> {
            owner.trapExit(true);
            Task<String> task = Task.async(owner, (Receiver<Object> self) -> {
                if (reason.equals(ExitReason.killed())) {
                    self.receive();
                }
                throw new ProcessExit(reason);
            });
            if (reason.equals(ExitReason.killed())) {
                task.pid().orElseThrow().exit(ExitReason.kill());
            }
            assertThat(skep.awaitEnd(task.pid().orElseThrow())).isEqualTo(reason);
            return end.apply(task);
        });
    }

    private static Optional<Result<String, ExitReason>> exit(ExitReason reason) {
        return Optional.of(Result.err(reason));
    }

    @Test
    @Covers({
        "shutdown/2: returns {:ok, result} when reply and normal :DOWN in message queue",
        "shutdown/2: returns {:ok, result} when reply and abnormal :DOWN in message queue",
        "shutdown/2: returns {:ok, result} when reply and shut down :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns {:ok, result} when reply and normal :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns {:ok, result} when reply and abnormal :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns {:ok, result} when reply and shut down :DOWN in message queue"
    })
    void aValueThatIsThereIsTheOutcomeHoweverTheTaskIsEnded() throws Exception {
        List<Function<Task<String>, Optional<Result<String, ExitReason>>>> ends = List.of(Task::shutdown, Task::kill);
        AsProcess.run(skep, owner -> {
            for (var end : ends) {
                Task<String> task = Task.async(owner, () -> "result");
                skep.awaitEnd(task.pid().orElseThrow());
                assertThat(end.apply(task)).contains(Result.ok("result"));
            }
            assertThat(owner.receive(Duration.ZERO)).isEmpty();
            return null;
        });
    }

    @Test
    @Covers({
        "shutdown/2: returns exit on abnormal :DOWN in message queue",
        "shutdown/2: returns exit on normal :DOWN in message queue",
        "shutdown/2: returns exit on killed :DOWN in message queue",
        "shutdown/2: returns nil on shutdown :DOWN in message queue"
    })
    void aShutdownSaysWhyTheTaskHasEndedUnlessByAShutdown() throws Exception {
        ExitReason abnormal = ExitReason.because("abnormal");
        assertThat(after(abnormal, Task::shutdown)).isEqualTo(exit(abnormal));
        assertThat(after(ExitReason.normal(), Task::shutdown)).isEqualTo(exit(ExitReason.normal()));
        assertThat(after(ExitReason.killed(), Task::shutdown)).isEqualTo(exit(ExitReason.killed()));
        assertThat(after(ExitReason.shutdown(), Task::shutdown)).isEmpty();
    }

    @Test
    @Covers({
        "shutdown/2 with :brutal_kill: returns exit on abnormal :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns exit on normal :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns exit on shutdown :DOWN in message queue",
        "shutdown/2 with :brutal_kill: returns nil on killed :DOWN in message queue"
    })
    void aKillSaysWhyTheTaskHasEndedUnlessByAKill() throws Exception {
        ExitReason abnormal = ExitReason.because("abnormal");
        assertThat(after(abnormal, Task::kill)).isEqualTo(exit(abnormal));
        assertThat(after(ExitReason.normal(), Task::kill)).isEqualTo(exit(ExitReason.normal()));
        assertThat(after(ExitReason.shutdown(), Task::kill)).isEqualTo(exit(ExitReason.shutdown()));
        assertThat(after(ExitReason.killed(), Task::kill)).isEmpty();
    }

    @Test
    @Covers("shutdown/2: returns nil on shutting down task")
    void aTaskThatRunsIsShutDown() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<Object> task = Task.async(owner, (Receiver<Object> self) -> self.receive());
            assertThat(task.shutdown()).isEmpty();
            assertThat(skep.awaitEnd(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            return null;
        });
    }

    private static Task<Object> stubborn(Receiver<?> owner) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        Task<Object> task = Task.async(owner, (Receiver<Object> self) -> {
            self.trapExit(true);
            ready.countDown();
            return self.receive(Object.class, "never"::equals);
        });
        ready.await();
        return task;
    }

    @Test
    @Covers("shutdown/2: returns nil on killing task")
    void aTaskThatTrapsExitsIsKilled() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<Object> task = stubborn(owner);
            assertThat(task.kill()).isEmpty();
            assertThat(skep.awaitEnd(task.pid().orElseThrow())).isEqualTo(ExitReason.killed());
            assertThat(owner.receive(Duration.ZERO)).isEmpty();
            return null;
        });
    }

    @Test
    @SkepTest // a limit has to pass
    @Covers("shutdown/2 with :brutal_kill: returns exit on killing task after shutdown timeout")
    void aTaskThatDoesNotShutDownInTimeIsKilled() throws Exception {
        AsProcess.run(skep, owner -> {
            assertThat(stubborn(owner).shutdown(Duration.ofMillis(1))).contains(Result.err(ExitReason.killed()));
            return null;
        });
    }

    @Test
    @Differs(
            cases = {
                "shutdown/2: returns {:exit, :noproc} if task handled",
                "shutdown/2 with :brutal_kill: returns {:exit, :noproc} if task handled"
            },
            entry = "`shutdown` after a yield that gave the value returns `{exit, noproc}`")
    @Differs(cases = "shutdown/2: ignores if task PID is nil", entry = "`shutdown` of a task without a process raises")
    void aValueThatWasTakenIsGivenAgain() throws Exception {
        AsProcess.run(skep, owner -> {
            Task<String> task = Task.async(owner, () -> "value");
            assertThat(task.yield()).contains(Result.ok("value"));
            assertThat(task.shutdown()).contains(Result.ok("value"));
            assertThat(task.kill()).contains(Result.ok("value"));
            assertThat(Task.completed("there").shutdown()).contains(Result.ok("there"));
            return null;
        });
    }
}
