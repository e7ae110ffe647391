package dev.skep.bench.vertx;

import dev.skep.bench.measure.Task;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A run is what some clients do, each in a verticle of its own; it is over when all of them are done.
final class VertxTask implements Task.Timed {
    /// What a client does in a run, on its own event loop.
    interface Work {
        /// @return when it is done
        Future<?> begin();
    }

    /// What makes the clients of a task, and what they talk to.
    interface Setup {
        Work client(Vertx vertx, int number) throws Exception;
    }

    /// A verticle that does nothing by itself.
    private static final class Client extends VerticleBase {
        Context home() {
            return context;
        }
    }

    private record Place(Context context, Work work) {}

    private final Vertx vertx = Vertx.vertx();
    private final List<Place> clients = new ArrayList<>();

    private VertxTask() {}

    static VertxTask of(int clients, Setup setup) throws Exception {
        VertxTask task = new VertxTask();
        for (int i = 0; i < clients; i++) {
            Client client = new Client();
            deploy(task.vertx, client);
            task.clients.add(new Place(client.home(), setup.client(task.vertx, i)));
        }
        return task;
    }

    static void deploy(Vertx vertx, Deployable verticle) throws Exception {
        await(vertx.deployVerticle(verticle));
    }

    private static void await(Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get();
    }

    @Override
    public void run() throws Exception {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Place client : clients) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            client.context.runOnContext(_ -> client.work.begin().onComplete(end -> {
                if (end.succeeded()) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(end.cause());
                }
            }));
        }
        for (CompletableFuture<Void> done : all) {
            done.get();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
