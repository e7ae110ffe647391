package dev.skep.sys;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.RealThreads;
import dev.skep.Report;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A node for a test, which knows how its processes ended, and how many threads run any.
final class World implements NodeListener, AutoCloseable {
    /// How long it waits for what must not come.
    static final Duration SHORT = Duration.ofMillis(30);

    /// The node's time, which stands still until the test lets it pass.
    final ManualClock clock = ManualClock.attentive();

    final Node node;
    final AtomicInteger threads = new AtomicInteger();
    final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    private final Map<Pid, CompletableFuture<ExitReason>> ends = new ConcurrentHashMap<>();

    World() {
        node = Node.builder("lab")
                .clock(clock)
                .scheduler(new Counting())
                .sendable(CountDownLatch.class)
                .listener(this)
                .start();
    }

    @Override
    public void close() {
        node.stop(Await.LIMIT);
    }

    private final class Counting implements RealThreads {
        @Override
        public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
            Thread.ofVirtual().uncaughtExceptionHandler(task).start(() -> {
                threads.incrementAndGet();
                try {
                    task.run();
                } finally {
                    threads.decrementAndGet();
                }
            });
        }
    }

    ServerRef<Accounts.Rpc> start(Accounts.Account account) {
        return node.start(GenServer.spec(() -> account));
    }

    ExitReason endOf(Pid pid) {
        try {
            return ends.computeIfAbsent(pid, _ -> new CompletableFuture<>())
                    .get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(pid + " did not end", e);
        }
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the latch was not released within " + Await.LIMIT);
        }
    }

    @Override
    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
        ends.computeIfAbsent(pid, _ -> new CompletableFuture<>()).complete(reason);
    }

    @Override
    public void reported(Report report) {
        reports.add(report);
    }
}
