package dev.skep.bench.skep;

import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.server.ServerSpec;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A process that many servers are linked to, as to a parent: when it ends, they do.
final class Holder {
    private Holder() {}

    /// Starts the holder and its servers, and waits until they run.
    static <P> Pid of(Node node, int count, Supplier<ServerSpec<P>> spec, Consumer<ServerRef<P>> started) {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Pid holder = node.spawn(self -> {
            try {
                for (int i = 0; i < count; i++) {
                    started.accept(self.startLink(spec.get()).orElseThrow());
                }
                ready.complete(true);
            } catch (Throwable failure) {
                ready.completeExceptionally(failure);
                throw failure;
            }
            self.receive();
        });
        ready.join();
        return holder;
    }
}
