package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.task.OnTimeout;
import dev.skep.task.Task;
import dev.skep.task.TaskException;
import dev.skep.task.TaskStream;
import dev.skep.task.Yielded;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Waiting for one task, and for many.
@SkepTest(virtualTime = true)
@CasesOf("task")
class TaskAwaitTest {
    private static final Duration NOW = Duration.ZERO;
    private static final ExitReason UNKNOWN = ExitReason.because("unknown");

    private Testkit skep;

    @BeforeEach
    void allow(Testkit testkit) {
        skep = testkit;
        testkit.allowCrashes();
    }

    private void owner(AsProcess.Work<Object> work) throws Exception {
        AsProcess.run(skep, work);
    }

    /// Is done when it is told so.
    private static <T> Task<T> waiting(Receiver<?> owner, T value) {
        return Task.async(owner, (Receiver<Object> self) -> {
            self.receive(Object.class, "go"::equals);
            return value;
        });
    }

    private void finish(Task<?> task) {
        task.pid().orElseThrow().send("go");
        skep.awaitEnd(task.pid().orElseThrow());
    }

    private static Task<String> exiting(Receiver<?> owner, ExitReason reason) {
        return Task.async(owner, failing(new ProcessExit(reason)));
    }

    private static Callable<String> failing(Throwable failure) {
        return () -> {
            switch (failure) {
                case Error error -> throw error;
                case Exception exception -> throw exception;
                default -> throw new AssertionError(failure);
            }
        };
    }

    private static void fails(Task<String> task, String why) {
        assertThatThrownBy(task::await)
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        exited -> assertThat(exited.reason().toString()).contains(why));
    }

    // ---- One -----------------------------------------------------------------------------------------------------

    @Test
    @Covers({"await/2: exits on timeout", "await/2: demonitors and unalias on timeout"})
    void anAwaitThatTimesOutLeavesNothingBehind() throws Exception {
        owner(owner -> {
            Task<String> task = waiting(owner, "done");
            assertThatThrownBy(() -> task.await(NOW)).isInstanceOf(TaskException.TimedOut.class);

            finish(task);

            assertThat(owner.receive(NOW)).isEmpty();
            return null;
        });
    }

    @Test
    @Covers("await/2: exits on normal exit")
    void aNormalEndWithoutAValueIsAFailure() throws Exception {
        owner(owner -> {
            fails(exiting(owner, ExitReason.normal()), "normal");
            return null;
        });
    }

    @Test
    @Covers({
        "await/2: exits on task throw",
        "await/2: exits on task error",
        "await/2: exits on task exit",
        "await/2: exits on task undef function error",
        "await/2: exits on task undef module error"
    })
    void whatEndsTheTaskIsTheFailure() throws Exception {
        owner(owner -> {
            owner.trapExit(true);
            fails(Task.async(owner, failing(new java.io.IOException("thrown"))), "IOException: thrown");
            fails(Task.async(owner, failing(new IllegalStateException("oops"))), "IllegalStateException: oops");
            fails(Task.async(owner, failing(new NoSuchMethodError("undef"))), "NoSuchMethodError: undef");
            fails(Task.async(owner, failing(new NoClassDefFoundError("undef"))), "NoClassDefFoundError: undef");
            fails(exiting(owner, UNKNOWN), "unknown");
            return null;
        });
    }

    @Test
    @Covers({
        "await/2: raises when invoked from a non-owner process",
        "await_many/2: raises when invoked from a non-owner process",
        "yield/2: raises when invoked from a non-owner process",
        "yield_many/2: raises when invoked from a non-owner process",
        "shutdown/2: raises when invoked from a non-owner process"
    })
    void onlyTheOwnerMayAsk() throws Exception {
        Task<String> task = AsProcess.run(skep, owner -> Task.async(owner, () -> "x"));

        owner(other -> {
            List<Runnable> questions = List.of(
                    () -> task.await(NOW),
                    () -> Task.awaitMany(List.of(Task.completed("mine"), task), NOW),
                    () -> task.yield(NOW),
                    () -> Task.yieldMany(List.of(task), NOW, OnTimeout.KEEP),
                    task::shutdown,
                    task::kill);
            assertThat(questions)
                    .allSatisfy(question -> assertThatThrownBy(question::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("belongs to"));
            return null;
        });
    }

    // ---- Many ----------------------------------------------------------------------------------------------------

    @Test
    @Covers({
        "await_many/2: returns list of replies",
        "await_many/2: returns replies in input order ignoring response order",
        "await_many/2: returns an empty list immediately"
    })
    void valuesComeInTheOrderOfTheTasks() throws Exception {
        owner(owner -> {
            assertThat(Task.awaitMany(List.<Task<Integer>>of())).isEmpty();
            List<Task<Integer>> tasks = List.of(waiting(owner, 1), waiting(owner, 3), waiting(owner, 9));
            finish(tasks.get(1));
            finish(tasks.get(2));
            finish(tasks.get(0));
            assertThat(Task.awaitMany(tasks)).containsExactly(1, 3, 9);
            return null;
        });
    }

    @Test
    @Covers({
        "await_many/2: ignores messages from other processes",
        "await_many/2: ignores additional messages after reply"
    })
    void otherMessagesStay() throws Exception {
        owner(owner -> {
            owner.pid().send("one");
            List<Task<String>> tasks = List.of(Task.async(owner, () -> {
                owner.pid().send("additional");
                return "a";
            }));
            owner.pid().send("two");

            assertThat(Task.awaitMany(tasks)).containsExactly("a");

            assertThat(List.of(owner.receive(), owner.receive(), owner.receive()))
                    .containsExactlyInAnyOrder("one", "two", "additional");
            return null;
        });
    }

    @Test
    @Covers("await_many/2: exits on timeout")
    void whatIsNotDoneInTimeIsGivenUp() throws Exception {
        owner(owner -> {
            Task<String> task = waiting(owner, "late");
            assertThatThrownBy(() -> Task.awaitMany(List.of(task), NOW)).isInstanceOf(TaskException.TimedOut.class);
            assertThat(skep.awaitEnd(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            return null;
        });
    }

    @Test
    @Covers({
        "await_many/2: exits with same reason when task exits",
        "await_many/2: exits immediately when any task exits",
        "await_many/2: exits immediately when any task crashes",
        "await_many/2: exits immediately when any task throws",
        "await_many/2: exits immediately on any task error"
    })
    void theFirstFailureEndsTheWaitForAll() throws Exception {
        owner(owner -> {
            firstFails(owner, exiting(owner, ExitReason.normal()), "normal");
            owner.trapExit(true);
            firstFails(owner, exiting(owner, UNKNOWN), "unknown");
            firstFails(owner, Task.async(owner, failing(new java.io.IOException("thrown"))), "thrown");
            firstFails(owner, Task.async(owner, failing(new IllegalStateException("oops"))), "oops");
            return null;
        });
    }

    private void firstFails(Receiver<?> owner, Task<String> failing, String why) {
        Task<String> endless = waiting(owner, "never");

        assertThatThrownBy(() -> Task.awaitMany(List.of(endless, failing), ServerRef.FOREVER))
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        exited -> assertThat(exited.reason().toString()).contains(why));

        assertThat(skep.awaitEnd(endless.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
    }

    // ---- Yielding ------------------------------------------------------------------------------------------------

    @Test
    @Covers({
        "yield/2: returns {:ok, result} when reply and :DOWN in message queue",
        "yield/2: returns nil on timeout",
        "yield/2: return exit on normal exit"
    })
    void aYieldGivesTheOutcomeOrNothingAndMayBeRepeated() throws Exception {
        owner(owner -> {
            Task<String> task = waiting(owner, "result");
            assertThat(task.yield(NOW)).isEmpty();
            finish(task);
            assertThat(task.yield(NOW)).contains(Result.ok("result"));
            assertThat(exiting(owner, ExitReason.normal()).yield()).contains(Result.err(ExitReason.normal()));
            assertThat(owner.receive(NOW)).isEmpty();
            return null;
        });
    }

    private static <T> List<Optional<Result<T, ExitReason>>> outcomes(List<Yielded<T>> yielded) {
        return yielded.stream().map(Yielded::outcome).toList();
    }

    @Test
    @Covers({
        "yield_many/2: returns {:ok, result} when reply and :DOWN in message queue",
        "yield_many/2: returns nil on timeout by default",
        "yield_many/2: return exit on normal exit",
        "yield_many/2: returns results from multiple tasks",
        "yield_many/2: returns results on infinity timeout"
    })
    void manyYieldInTheirOrder() throws Exception {
        owner(owner -> {
            Task<String> done = waiting(owner, "result");
            finish(done);
            Task<String> late = waiting(owner, "late");
            Task<String> gone = exiting(owner, ExitReason.normal());
            skep.awaitEnd(gone.pid().orElseThrow());
            List<Task<String>> tasks = List.of(done, late, gone);
            Optional<Result<String, ExitReason>> normal = Optional.of(Result.err(ExitReason.normal()));

            assertThat(outcomes(Task.yieldMany(tasks, NOW, OnTimeout.KEEP)))
                    .containsExactly(Optional.of(Result.ok("result")), Optional.empty(), normal);
            late.pid().orElseThrow().send("go");
            assertThat(outcomes(Task.yieldMany(tasks, ServerRef.FOREVER, OnTimeout.KEEP)))
                    .containsExactly(Optional.of(Result.ok("result")), Optional.of(Result.ok("late")), normal);
            return null;
        });
    }

    @Test
    @Covers({"yield_many/2: ignores on timeout when configured", "yield_many/2: shuts down on timeout when configured"})
    void whatIsLateMayBeIgnoredOrKilled() throws Exception {
        owner(owner -> {
            Task<String> ignored = waiting(owner, "a");
            assertThat(outcomes(Task.yieldMany(List.of(ignored), NOW, OnTimeout.IGNORE)))
                    .containsExactly(Optional.empty());
            finish(ignored);
            assertThat(skep.awaitEnd(ignored.pid().orElseThrow())).isEqualTo(ExitReason.normal());

            Task<String> killed = waiting(owner, "b");
            assertThat(outcomes(Task.yieldMany(List.of(killed), NOW, OnTimeout.KILL)))
                    .containsExactly(Optional.empty());
            assertThat(skep.awaitEnd(killed.pid().orElseThrow())).isEqualTo(ExitReason.killed());
            return null;
        });
    }

    @Test
    @Differs(
            cases = {
                "yield_many/2: returns once all tasks have replied below limit",
                "yield_many/2: returns results from multiple tasks with limit",
                "yield_many/2: returns results from multiple tasks with limit and on timeout"
            },
            entry = "`TaskStream.unordered` gives the results that are ready first")
    void aStreamGivesTheFirstSoManyResultsAndEndsTheOtherTasks() {
        Bee owner = new Bee(skep);
        List<Pid> links = owner.pid().info().orElseThrow().links();
        List<Result<Integer, ExitReason>> first = owner.run(self -> {
            try (Stream<Result<Integer, ExitReason>> results = TaskStream.over(
                            List.of(1, 2, 3), (Receiver<Object> task, Integer n) -> {
                                if (n == 1) {
                                    task.receive();
                                }
                                return n;
                            })
                    .maxConcurrency(3)
                    .unordered()
                    .async(self)) {
                return results.limit(2).toList();
            }
        });

        assertThat(first).containsExactlyInAnyOrder(Result.ok(2), Result.ok(3));
        skep.settle();
        assertThat(owner.pid().info().orElseThrow().links())
                .as("the other task has ended")
                .isEqualTo(links);
    }
}
