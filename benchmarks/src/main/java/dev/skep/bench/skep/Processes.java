package dev.skep.bench.skep;

import dev.skep.Body;
import dev.skep.Down;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Receiver;
import java.util.concurrent.CompletableFuture;

/// How the workloads run code in processes.
final class Processes {
    private Processes() {}

    /// Runs code in a fresh plain process and waits until it is done.
    static void run(Node node, Body<Object> body) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        node.spawn(self -> {
            try {
                body.run(self);
                done.complete(true);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
                throw failure;
            }
        });
        done.join();
    }

    /// Runs code in so many processes at once and waits until all have ended.
    static void inParallel(Receiver<Object> self, int count, Body<Object> body) {
        for (int i = 0; i < count; i++) {
            self.spawnMonitor(body);
        }
        for (int i = 0; i < count; i++) {
            Down down = self.receive(Down.class);
            if (!down.reason().equals(ExitReason.normal())) {
                throw new IllegalStateException("a process of the workload ended: " + down);
            }
        }
    }
}
