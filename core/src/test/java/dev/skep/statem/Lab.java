package dev.skep.statem;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.skep.Await;
import dev.skep.CrashReport;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Report;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A fresh node for each test, in which time passes only when the test says so, and what tests do to a machine
/// there.
final class Lab implements BeforeEachCallback, AfterEachCallback {
    private final Queue<CrashReport> crashes = new ConcurrentLinkedQueue<>();
    private final ManualClock clock = new ManualClock();
    private final Map<Pid, CompletableFuture<ExitReason>> ends = new ConcurrentHashMap<>();
    private Node node;

    @Override
    public void beforeEach(ExtensionContext context) {
        node = Node.builder("lab")
                .clock(clock)
                .listener(new NodeListener() {
                    @Override
                    public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
                        end(pid).complete(reason);
                    }

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

    /// Lets time pass; what is due by then rings, a tick late at most.
    void pass(Duration time) {
        clock.advance(time.plusMillis(2));
    }

    /// The crash reports so far.
    List<CrashReport> crashes() {
        return List.copyOf(crashes);
    }

    ServerRef<Rpc> start(Machine machine) {
        return node.start(machine.spec());
    }

    static void tell(ServerRef<Rpc> machine, String... what) {
        for (String each : what) {
            machine.cast(new Rpc.Tell(each));
        }
    }

    static String ask(ServerRef<Rpc> machine, String what) {
        return machine.call(new Rpc.Ask(what), ServerRef.FOREVER);
    }

    /// Blocks until the machine has handled everything that was sent before, in a state that leaves calls alone.
    static void sync(ServerRef<Rpc> machine) {
        ask(machine, "sync");
    }

    /// Blocks until the machine has ended, which it may have done already.
    ExitReason end(ServerRef<Rpc> machine) throws Exception {
        return end(machine.pid().orElseThrow()).get(Await.LIMIT.toMillis(), MILLISECONDS);
    }

    private CompletableFuture<ExitReason> end(Pid pid) {
        return ends.computeIfAbsent(pid, _ -> new CompletableFuture<>());
    }

    /// Holds a machine until it is opened.
    static final class Gate {
        private final CountDownLatch open = new CountDownLatch(1);

        void pass() throws InterruptedException {
            if (!open.await(Await.LIMIT.toMillis(), MILLISECONDS)) {
                throw new AssertionError("nobody opened the gate");
            }
        }

        void open() {
            open.countDown();
        }
    }
}
