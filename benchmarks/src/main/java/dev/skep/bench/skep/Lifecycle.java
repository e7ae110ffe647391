package dev.skep.bench.skep;

import dev.skep.ExitReason;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;

/// Servers that are started and ended.
final class Lifecycle {
    private Lifecycle() {}

    static Task serverStartStop(int operations) {
        return SkepTask.of(operations, self -> {
            for (int i = 0; i < operations; i++) {
                self.start(GenServer.spec(Counter::new)).orElseThrow().stop();
            }
        });
    }

    static Task supervisorStartStop(int operations) {
        return SkepTask.of(operations, self -> {
            SimpleSupervisorRef<Integer, ServerRef<Counter.Rpc>> supervisor = self.start(
                            Supervisor.simpleOneForOne((Integer _) -> GenServer.spec(Counter::new)))
                    .orElseThrow();
            for (int i = 0; i < operations; i++) {
                supervisor.startChild(i).orElseThrow();
            }
            supervisor.server().stop(ExitReason.shutdown(), ServerRef.FOREVER);
        });
    }
}
