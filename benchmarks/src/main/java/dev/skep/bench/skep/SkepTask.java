package dev.skep.bench.skep;

import dev.skep.Body;
import dev.skep.Node;
import dev.skep.bench.measure.Task;

/// Timed work on a node of its own, done in a fresh plain process for each run.
abstract class SkepTask implements Task.Timed {
    final Node node = Node.start("bench");
    final int operations;

    SkepTask(int operations) {
        this.operations = operations;
    }

    /// The task whose run is `body`.
    static SkepTask of(int operations, Body<Object> body) {
        return new SkepTask(operations) {
            @Override
            public void run() {
                inProcess(body);
            }
        };
    }

    void inProcess(Body<Object> body) {
        Processes.run(node, body);
    }

    @Override
    public void close() {
        node.close();
    }
}
