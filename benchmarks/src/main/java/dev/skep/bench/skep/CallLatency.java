package dev.skep.bench.skep;

import dev.skep.Node;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// How long calls take at half of the load that the server can bear. The peak is measured first, as in `call-100-1`.
/// Then each of 100 clients makes its share of half of it every five milliseconds, and times each call. A client that
/// is late does not wait before its next share, so the load stays what it is.
final class CallLatency implements Task.Sampled {
    private static final int CLIENTS = 100;
    private static final long PERIOD = 5_000_000;

    private final Node node = Node.start("bench");
    private final ServerRef<Counter.Rpc> server = node.start(GenServer.spec(Counter::new));
    private final int operations;

    CallLatency(int operations) {
        this.operations = operations;
    }

    @Override
    public long[] sample() {
        int each = Math.max(1, operations / CLIENTS);
        long begin = System.nanoTime();
        Processes.run(
                node,
                self -> Processes.inParallel(self, CLIENTS, _ -> {
                    for (int i = 0; i < each; i++) {
                        server.call(new Counter.Increase(1));
                    }
                }));
        double nanosPerCall = (double) (System.nanoTime() - begin) / (each * CLIENTS);
        int share = Math.max(1, (int) (PERIOD / nanosPerCall / 2 / CLIENTS));

        long[] nanos = new long[each * CLIENTS];
        AtomicInteger clients = new AtomicInteger();
        Processes.run(
                node,
                self -> Processes.inParallel(self, CLIENTS, _ -> {
                    int client = clients.getAndIncrement();
                    // Clients begin at different times within the period.
                    long due = System.nanoTime() + client * PERIOD / CLIENTS;
                    for (int i = 0; i < each; i++) {
                        if (i % share == 0) {
                            long wait = due - System.nanoTime();
                            if (wait > 0) {
                                Thread.sleep(Duration.ofNanos(wait));
                            }
                            due += PERIOD;
                        }
                        long start = System.nanoTime();
                        server.call(new Counter.Increase(1));
                        nanos[client * each + i] = System.nanoTime() - start;
                    }
                }));
        return nanos;
    }

    @Override
    public void close() {
        node.close();
    }
}
