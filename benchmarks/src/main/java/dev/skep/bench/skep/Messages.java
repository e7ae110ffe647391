package dev.skep.bench.skep;

import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import dev.skep.bench.measure.Task;
import dev.skep.server.GenServer;

/// Casts and calls to counting servers.
final class Messages {
    private static final int MANY = 100;

    private final Node node = Node.start("bench");
    private final ServerRef<Counter.Rpc> server = node.start(GenServer.spec(Counter::new));
    private final int operations;

    Messages(int operations) {
        this.operations = operations;
    }

    Task castOneToOne() {
        return new InProcess(self -> {
            casts(operations);
            sync();
        });
    }

    Task fanIn() {
        return new InProcess(self -> {
            Processes.inParallel(self, MANY, _ -> casts(operations / MANY));
            sync();
        });
    }

    Task callOne() {
        return new InProcess(self -> calls(server, operations));
    }

    Task callHundredToOne() {
        return new InProcess(self -> Processes.inParallel(self, MANY, _ -> calls(server, operations / MANY)));
    }

    Task callHundredToHundred() {
        return new InProcess(self -> Processes.inParallel(self, MANY, client -> {
            ServerRef<Counter.Rpc> own =
                    client.start(GenServer.spec(Counter::new)).orElseThrow();
            calls(own, operations / MANY);
            own.stop();
        }));
    }

    Task callFromThread() {
        return new Task.Timed() {
            @Override
            public void run() {
                calls(server, operations);
            }

            @Override
            public void close() {
                node.close();
            }
        };
    }

    private void casts(int count) {
        for (int i = 0; i < count; i++) {
            server.cast(new Counter.Add(1));
        }
    }

    private void sync() {
        server.call(new Counter.Total(), ServerRef.FOREVER);
    }

    private static void calls(ServerRef<Counter.Rpc> server, int count) {
        for (int i = 0; i < count; i++) {
            server.call(new Counter.Increase(1));
        }
    }

    private interface Client {
        void run(Receiver<Object> self);
    }

    private final class InProcess implements Task.Timed {
        private final Client client;

        InProcess(Client client) {
            this.client = client;
        }

        @Override
        public void run() {
            Processes.run(node, client::run);
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
