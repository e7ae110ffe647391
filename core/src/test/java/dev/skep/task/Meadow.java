package dev.skep.task;

import dev.skep.Await;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeBuilder;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Report;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/// A node for a test of tasks, with everything that was seen on it. Waits with a limit that is only reached
/// when a test fails.
final class Meadow implements NodeListener, AutoCloseable {
    /// The node's time, unless the test gives it another clock: it stands still until the test lets it pass.
    final ManualClock clock = ManualClock.attentive();

    final Node node;
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Map<Pid, CompletableFuture<ExitReason>> ends = new ConcurrentHashMap<>();

    Meadow() {
        this(settings -> settings);
    }

    Meadow(UnaryOperator<NodeBuilder> settings) {
        node = settings.apply(Node.builder("meadow").clock(clock).listener(this))
                .start();
    }

    @Override
    public void close() {
        node.stop(Await.LIMIT);
    }

    // ---- Processes -----------------------------------------------------------------------------------------------

    /// What a process does for a test.
    interface Job<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    /// The same, without an outcome.
    interface Steps {
        void run(Receiver<Object> self) throws Exception;
    }

    /// Does something in a new process.
    ///
    /// @return its outcome; what it throws is thrown here
    <T> T in(Job<T> job) {
        return Await.get(later(job));
    }

    void inProcess(Steps steps) {
        in(self -> {
            steps.run(self);
            return true;
        });
    }

    <T> CompletableFuture<T> later(Job<T> job) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Pid pid = node.spawn((Receiver<Object> self) -> {
            try {
                outcome.complete(job.run(self));
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        assert pid != null;
        return outcome;
    }

    // ---- What tasks do in tests ------------------------------------------------------------------------------------

    static final ExitReason OOPS = ExitReason.because("oops");

    /// Ends the process with [#OOPS].
    @SuppressWarnings({"TypeParameterUnusedInFormals", "DoNotCallSuggester"}) // it does not return
    static <T> T oops() {
        throw new ProcessExit(OOPS);
    }

    /// Never ends by itself.
    @SuppressWarnings("TypeParameterUnusedInFormals") // as above
    static <T> T sleep() throws InterruptedException {
        new CountDownLatch(1).await();
        throw new AssertionError("nobody releases it");
    }

    /// Never ends by itself, and not by a `shutdown` either.
    static <T> Work<T> stubborn(CountDownLatch begun) {
        return self -> {
            self.trapExit(true);
            begun.countDown();
            while (true) {
                self.receive();
            }
        };
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------

    ExitReason endOf(Pid pid) {
        return Await.get(ends.computeIfAbsent(pid, _ -> new CompletableFuture<>()));
    }

    /// Lets virtual time pass until something is there.
    static <T> T passTimeFor(ManualClock clock, Future<T> future) {
        Await.until(() -> clock.pass(Duration.ofMillis(100), future::isDone));
        return Await.get(future);
    }

    // ---- What was seen -------------------------------------------------------------------------------------------

    @Override
    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
        ends.computeIfAbsent(pid, _ -> new CompletableFuture<>()).complete(reason);
    }

    @Override
    public void reported(Report report) {
        reports.add(report);
    }

    List<CrashReport> crashes() {
        return reports(CrashReport.class);
    }

    <R extends Report> List<R> reports(Class<R> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
