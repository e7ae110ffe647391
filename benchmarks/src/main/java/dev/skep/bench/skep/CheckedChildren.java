package dev.skep.bench.skep;

import dev.skep.HealthCheck;
import dev.skep.HealthWatch;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Children that have nothing to do but to be well. Their checks are begun and ended as a supervisor does it, so
/// that the same children can be measured with and without. They end with the JVM, as [IdleServers] do.
final class CheckedChildren implements Task.Ongoing {
    private static final HealthCheck CHECK = HealthCheck.every(Duration.ofSeconds(1));

    private final Node node = Node.start("bench");
    private final List<Pid> children = new ArrayList<>();
    private final List<HealthWatch> watches = new ArrayList<>();

    CheckedChildren(int operations) {
        SimpleSupervisorRef<Integer, ServerRef<Counter.Rpc>> supervisor =
                node.start(Supervisor.simpleOneForOne((Integer _) -> GenServer.spec(Counter::new)));
        for (int i = 0; i < operations; i++) {
            children.add(supervisor.startChild(i).orElseThrow().pid().orElseThrow());
        }
    }

    @Override
    public void set(boolean on) {
        watches.forEach(HealthWatch::stop);
        watches.clear();
        if (on) {
            children.forEach(child -> watches.add(node.checkHealth(child, CHECK)));
        }
    }

    @Override
    public void close() {
        set(false);
    }
}
