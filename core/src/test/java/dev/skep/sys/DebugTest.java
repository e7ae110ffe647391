package dev.skep.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.DebugFunction;
import dev.skep.ExitReason;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.SystemEvent;
import dev.skep.sys.Accounts.Account;
import dev.skep.sys.Accounts.Balance;
import dev.skep.sys.Accounts.Rpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Traces, logs, statistics and debug functions.
class DebugTest {
    private final World world = new World();
    private final Account account = new Account(false);
    private final ServerRef<Rpc> server = world.start(account);
    private final Pid pid = server.pid().orElseThrow();
    private final Sys sys = Sys.of(server).timeout(Await.LIMIT);
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        world.close();
    }

    private String line(String text) {
        return "*DBG* " + pid + " " + text;
    }

    /// All that has been written: the process has handled everything that this thread has sent.
    private List<String> taken() {
        sys.state();
        List<String> all = List.copyOf(lines);
        lines.clear();
        return all;
    }

    // ---- Trace ---------------------------------------------------------------------------------------------------

    @Test
    void aTraceShowsEachCallAndItsAnswer() {
        assertThat(sys.startTrace(lines::add)).isTrue();
        server.call(new Rpc.Pay(44));
        assertThat(taken())
                .containsExactly(
                        line("got call Pay[amount=44] from a thread"),
                        line("sent 44 to a thread, new state balance 44"));
    }

    @Test
    void aTraceShowsWhichProcessCalls() throws Exception {
        sys.startTrace(lines::add);
        CompletableFuture<Pid> called = new CompletableFuture<>();
        world.node.spawn((Receiver<Object> self) -> {
            server.call(new Rpc.Pay(1));
            called.complete(self.pid());
        });
        Pid caller = called.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(taken())
                .containsExactly(
                        line("got call Pay[amount=1] from " + caller),
                        line("sent 1 to " + caller + ", new state balance 1"));
    }

    @Test
    void aTraceShowsCastsMessagesContinuesAndTheEnd() throws Exception {
        sys.startTrace(lines::add);
        server.cast(new Rpc.Give(2));
        pid.send("hello");
        server.cast(new Rpc.GoOn("further"));
        server.stop();
        assertThat(List.copyOf(lines))
                .containsExactly(
                        line("got cast Give[amount=2]"),
                        line("is done, new state balance 2"),
                        line("got hello"),
                        line("is done, new state balance 2"),
                        line("got cast GoOn[argument=further]"),
                        line("continues with further"),
                        line("is done, new state balance 2"),
                        line("terminates: normal"));
    }

    @Test
    void anAnswerThatIsGivenAfterTheEndIsTracedAfterIt() {
        sys.startTrace(lines::add);
        server.call(new Rpc.Close());
        world.endOf(pid); // the caller has its answer before that is traced
        assertThat(List.copyOf(lines))
                .containsExactly(
                        line("got call Close[] from a thread"),
                        line("is done, new state balance 0"),
                        line("terminates: normal"),
                        line("sent closed to a thread, new state balance 0"));
    }

    @Test
    void aLateAnswerIsNoEventOfItsOwn() {
        sys.startTrace(lines::add);
        PendingCall<String> later = server.request(new Rpc.Later());
        server.cast(new Rpc.Now());
        assertThat(later.get(Await.LIMIT)).isEqualTo("now");
        assertThat(taken())
                .containsExactly(
                        line("got call Later[] from a thread"),
                        line("is done, new state balance 0"),
                        line("got cast Now[]"),
                        line("is done, new state balance 0"));
    }

    @Test
    void systemMessagesAreNotTraced() {
        sys.startTrace(lines::add);
        sys.suspend();
        sys.status();
        sys.resume();
        assertThat(taken()).isEmpty();
    }

    @Test
    void aTraceEnds() {
        sys.startTrace(lines::add);
        assertThat(sys.startTrace(_ -> lines.add("second"))).isFalse();
        assertThat(sys.stopTrace()).isTrue();
        assertThat(sys.stopTrace()).isFalse();
        server.call(new Rpc.Pay(1));
        assertThat(taken()).isEmpty();
    }

    // ---- Log -----------------------------------------------------------------------------------------------------

    @Test
    void aLogKeepsTheLatestEvents() {
        sys.startLog(3);
        for (int i = 1; i <= 5; i++) {
            server.cast(new Rpc.Give(i));
        }
        assertThat(sys.log())
                .containsExactly(
                        new LogEntry(pid, new SystemEvent.Handled(), Optional.of("balance 10")),
                        new LogEntry(pid, new SystemEvent.Told(new Rpc.Give(5)), Optional.empty()),
                        new LogEntry(pid, new SystemEvent.Handled(), Optional.of("balance 15")));
        assertThat(sys.log().getLast().text()).isEqualTo(line("is done, new state balance 15"));
    }

    @Test
    void aLogOfAnotherSizeKeepsWhatItHas() {
        sys.startLog(2);
        server.cast(new Rpc.Give(1));
        server.cast(new Rpc.Give(2));
        sys.startLog(3);
        assertThat(sys.log()).hasSize(2);
        server.cast(new Rpc.Give(3));
        assertThat(sys.log()).hasSize(3);
        sys.startLog(1);
        assertThat(sys.log()).extracting(LogEntry::state).containsExactly(Optional.of("balance 6"));
    }

    @Test
    void aLogThatHasEndedIsEmpty() {
        sys.startLog(2);
        server.call(new Rpc.Pay(1));
        assertThat(sys.stopLog()).isTrue();
        assertThat(sys.log()).isEmpty();
        assertThat(sys.stopLog()).isFalse();
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> sys.startLog(0))
                .withMessageContaining("0");
    }

    // ---- Log to a file -------------------------------------------------------------------------------------------

    @Test
    void aFileGetsALineForEachEvent() throws Exception {
        Path file = folder.resolve("events");
        sys.startLogToFile(file);
        server.call(new Rpc.Pay(44));
        assertThat(sys.stopLogToFile()).isTrue();
        server.call(new Rpc.Pay(1));
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        line("got call Pay[amount=44] from a thread"),
                        line("sent 44 to a thread, new state balance 44"));
        assertThat(sys.stopLogToFile()).isFalse();
    }

    @Test
    void anotherFileReplacesTheFirst() throws Exception {
        sys.startLogToFile(folder.resolve("first"));
        sys.startLogToFile(folder.resolve("second"));
        server.call(new Rpc.Pay(1));
        sys.noDebug();
        assertThat(folder.resolve("first")).isEmptyFile();
        assertThat(Files.readAllLines(folder.resolve("second"))).hasSize(2);
    }

    @Test
    void aFileThatCannotBeOpenedIsAFailure() {
        assertThatExceptionOfType(SysException.class)
                .isThrownBy(() -> sys.startLogToFile(folder.resolve("none/events")))
                .withMessageContaining("none");
        assertThat(sys.status().debug()).isEmpty();
    }

    // ---- Statistics ----------------------------------------------------------------------------------------------

    @Test
    void statisticsCountMessagesInAndOut() {
        Instant before = Instant.now();
        assertThat(sys.startStatistics()).isTrue();
        server.call(new Rpc.Pay(44));
        server.cast(new Rpc.Give(1));
        pid.send("hello");
        assertThat(sys.startStatistics()).isFalse();
        Statistics statistics = sys.statistics().orElseThrow();
        assertThat(statistics.messagesIn()).isEqualTo(3);
        assertThat(statistics.messagesOut()).isEqualTo(1);
        assertThat(statistics.handled()).isEqualTo(5); // and the two requests
        assertThat(statistics.startTime()).isAfterOrEqualTo(before);
        assertThat(statistics.currentTime()).isAfterOrEqualTo(statistics.startTime());
        assertThat(sys.stopStatistics()).isTrue();
        assertThat(sys.statistics()).isEmpty();
        assertThat(sys.stopStatistics()).isFalse();
    }

    // ---- Debug functions -----------------------------------------------------------------------------------------

    /// Notes the amounts of payments, and the state before them.
    private DebugFunction<String> spy() {
        return (state, event, process) -> {
            if (event instanceof SystemEvent.Called(Rpc.Pay(long amount), var _)) {
                Balance balance = (Balance) process.state().orElseThrow();
                lines.add(amount + " " + balance.total() + " "
                        + process.stateText().orElseThrow());
            }
            return Optional.of(state);
        };
    }

    @Test
    void aDebugFunctionHearsOfEventsUntilItIsRemoved() {
        assertThat(sys.install("spy", "state", spy())).isTrue();
        server.call(new Rpc.Pay(1));
        sys.noDebug();
        server.call(new Rpc.Pay(2));
        assertThat(sys.install("spy", "state", spy())).isTrue();
        assertThat(sys.install("spy", "state", spy())).isFalse();
        server.call(new Rpc.Pay(3));
        assertThat(sys.remove("spy")).isTrue();
        assertThat(sys.remove("spy")).isFalse();
        server.call(new Rpc.Pay(4));
        assertThat(taken()).containsExactly("1 0 balance 0", "3 3 balance 3");
    }

    @Test
    void severalDebugFunctionsHearInTheOrderOfTheirInstallation() {
        sys.install("b", "", (state, _, _) -> {
            lines.add("b");
            return Optional.of(state);
        });
        sys.install("a", "", (state, _, _) -> {
            lines.add("a");
            return Optional.of(state);
        });
        server.cast(new Rpc.Give(1));
        assertThat(taken()).containsExactly("b", "a", "b", "a");
        assertThat(sys.status().debug()).containsExactly("b", "a");
    }

    @Test
    void aDebugFunctionFoldsUntilItIsDone() {
        sys.install("three", 1, (count, _, _) -> {
            lines.add("event " + count);
            return count == 3 ? Optional.empty() : Optional.of(count + 1);
        });
        server.call(new Rpc.Pay(1));
        server.call(new Rpc.Pay(1));
        assertThat(taken()).containsExactly("event 1", "event 2", "event 3");
        assertThat(sys.status().debug()).isEmpty();
    }

    @Test
    void aDebugFunctionThatThrowsIsRemovedAndHurtsNobody() {
        sys.install("broken", "", (_, _, _) -> {
            lines.add("broken");
            throw new IllegalStateException("on purpose, by a debug function");
        });
        sys.install("error", "", (_, _, _) -> {
            throw new StackOverflowError();
        });
        sys.install("null", "", (_, _, _) -> null);
        sys.install("spy", "", spy());
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(1);
        assertThat(server.call(new Rpc.Pay(1))).isEqualTo(2);
        assertThat(taken()).containsExactly("broken", "1 0 balance 0", "1 1 balance 1");
        assertThat(sys.status().debug()).containsExactly("spy");
    }

    @Test
    void theStateOfADebugFunctionIsClosedWhenItEnds() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        AutoCloseable resource = closed::incrementAndGet;
        sys.install("removed", resource, (state, _, _) -> Optional.of(state));
        sys.remove("removed");
        assertThat(closed).hasValue(1);
        sys.install("done", resource, (_, _, _) -> Optional.empty());
        server.call(new Rpc.Pay(1));
        assertThat(sys.status().debug()).isEmpty();
        assertThat(closed).hasValue(2);
        sys.install(
                "failing close",
                (AutoCloseable) () -> {
                    closed.incrementAndGet();
                    throw new IllegalStateException("on purpose, by a close");
                },
                (state, _, _) -> Optional.of(state));
        sys.install("last", resource, (state, _, _) -> Optional.of(state));
        server.stop();
        assertThat(closed).hasValue(4);
    }

    @Test
    void aDebugFunctionThatBlocksIsInterruptedByAnExitSignal() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        sys.install("slow", "", (state, _, _) -> {
            if (reached.getCount() > 0) {
                reached.countDown();
                new CountDownLatch(1).await();
            }
            return Optional.of(state);
        });
        PendingCall<Long> call = server.request(new Rpc.Pay(1));
        World.await(reached);
        pid.exit(ExitReason.because("enough"));
        assertThat(world.endOf(pid)).isEqualTo(ExitReason.because("enough"));
        assertThat(account.seen).containsExactly("terminate enough");
        assertThatExceptionOfType(CallException.ServerExited.class).isThrownBy(() -> call.get(Await.LIMIT));
    }

    @Test
    void aCrashOfTheServerIsTracedAsItsEnd() {
        sys.startTrace(lines::add);
        server.cast(new Rpc.Crash());
        assertThat(world.endOf(pid)).isInstanceOf(ExitReason.Crashed.class);
        assertThat(List.copyOf(lines))
                .hasSize(2)
                .contains(line("got cast Crash[]"))
                .last()
                .asString()
                .startsWith(line("terminates: "))
                .contains("crash");
    }

    @Test
    void whatIsInstalledSurvivesASuspension() {
        sys.startLog(10);
        sys.suspend();
        server.cast(new Rpc.Give(1));
        sys.resume();
        assertThat(sys.log()).hasSize(2);
    }
}
