package dev.skep.bench.skep;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;
import java.util.ArrayList;
import java.util.List;

/// Servers that have nothing to do: each with a parent that it is linked to, a state object, and no name.
final class IdleServers {
    private IdleServers() {}

    /// What one of them occupies. The list of references to them is not theirs, and is not counted. They end with the
    /// JVM, since for all of them to end at once takes more memory than to be idle, and is not what is measured.
    static final class Counted implements Task.Filling {
        private final Node node = Node.start("bench");
        private final int operations;

        Counted(int operations) {
            this.operations = operations;
        }

        @Override
        public void fill() {
            Holder.of(node, operations, () -> GenServer.spec(Counter::new), _ -> {});
        }
    }

    /// One cast and one call to each.
    static final class Touched extends SkepTask {
        private final List<ServerRef<Counter.Rpc>> servers = new ArrayList<>();
        private final Pid holder;

        Touched(int operations) {
            super(operations);
            holder = Holder.of(node, operations, () -> GenServer.spec(Counter::new), servers::add);
        }

        @Override
        public void run() {
            inProcess(_ -> {
                for (ServerRef<Counter.Rpc> server : servers) {
                    server.cast(new Counter.Add(1));
                    server.call(new Counter.Total());
                }
            });
        }

        @Override
        public void close() {
            holder.exit(ExitReason.shutdown());
            super.close();
        }
    }
}
