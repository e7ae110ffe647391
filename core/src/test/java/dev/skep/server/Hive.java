package dev.skep.server;

import dev.skep.Await;
import dev.skep.Body;
import dev.skep.CrashReport;
import dev.skep.ManualClock;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Report;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fresh node for each test, closed after it, with what tests do to one.
final class Hive implements BeforeEachCallback, AfterEachCallback {
    private final Queue<CrashReport> crashes = new ConcurrentLinkedQueue<>();
    private ManualClock clock;
    private Node node;

    /// What runs in a process.
    interface InProcess<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        crashes.clear();
        clock = ManualClock.attentive();
        node = Node.builder("hive")
                .killGrace(Duration.ofMillis(200))
                .clock(clock)
                .listener(new NodeListener() {
                    @Override
                    public void reported(Report report) {
                        if (report instanceof CrashReport crash) {
                            crashes.add(crash);
                        }
                    }
                })
                .start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        node.close();
    }

    Node node() {
        return node;
    }

    /// The node's time, which stands still until the test lets it pass.
    ManualClock clock() {
        return clock;
    }

    /// The crash reports so far.
    List<CrashReport> crashes() {
        return List.copyOf(crashes);
    }

    /// Runs code in a plain process, and waits for what it returns and for the process to end.
    <T> T inProcess(InProcess<T> code) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Pid process = node.spawn(body(code, result));
        try {
            return Await.get(result);
        } finally {
            process.join(Await.LIMIT);
        }
    }

    /// Runs code in a plain process.
    <T> CompletableFuture<T> later(InProcess<T> code) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var _ = node.spawn(body(code, result));
        return result;
    }

    private static <T> Body<Object> body(InProcess<T> code, CompletableFuture<T> result) {
        return self -> {
            try {
                result.complete(code.run(self));
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        };
    }
}
