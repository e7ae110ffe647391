package dev.skep.bench.skep;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.bench.measure.Task;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.Optional;

/// From the kill of a registered, supervised server until its successor is registered.
final class Restarting implements Task.Sampled {
    private static final Name<Counter.Rpc> SERVER = Name.of("server");

    private final Node node = Node.start("bench");
    private final int operations;

    Restarting(int operations) {
        this.operations = operations;
        node.start(Supervisor.oneForOne()
                .intensity(1_000_000_000, Duration.ofSeconds(1))
                .child(ChildSpec.server(SERVER, Counter::new)));
    }

    @Override
    public long[] sample() {
        long[] nanos = new long[operations];
        Processes.run(node, _ -> {
            for (int i = 0; i < operations; i++) {
                Pid killed = node.whereis(SERVER).orElseThrow();
                long begin = System.nanoTime();
                killed.exit(ExitReason.kill());
                while (!successor(killed)) {
                    Thread.yield();
                }
                nanos[i] = System.nanoTime() - begin;
            }
        });
        return nanos;
    }

    private boolean successor(Pid killed) {
        Optional<Pid> now = node.whereis(SERVER);
        return now.isPresent() && now.get() != killed;
    }

    @Override
    public void close() {
        node.close();
    }
}
