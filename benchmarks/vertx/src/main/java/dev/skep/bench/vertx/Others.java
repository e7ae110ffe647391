package dev.skep.bench.vertx;

import dev.skep.bench.measure.Task;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/// Verticles that come and go, and timers.
final class Others {
    private static final long LONG = 60_000;

    private Others() {}

    static Task deployUndeploy(int operations) throws Exception {
        return VertxTask.of(1, (vertx, _) -> () -> {
            Promise<Object> done = Promise.promise();
            deploy(vertx, operations, done);
            return done.future();
        });
    }

    private static void deploy(Vertx vertx, int left, Promise<Object> done) {
        vertx.deployVerticle(new Messages.Counter("short"))
                .compose(vertx::undeploy)
                .onComplete(end -> {
                    if (end.failed()) {
                        done.fail(end.cause());
                    } else if (left > 1) {
                        deploy(vertx, left - 1, done);
                    } else {
                        done.complete();
                    }
                });
    }

    static Task timerStartCancel(int operations) throws Exception {
        return VertxTask.of(1, (vertx, _) -> () -> {
            for (int i = 0; i < operations; i++) {
                vertx.cancelTimer(vertx.setTimer(LONG, _ -> {}));
            }
            return Future.succeededFuture();
        });
    }

    static Task timersPending(int operations) throws Exception {
        return VertxTask.of(1, (vertx, _) -> {
            long[] pending = new long[operations];
            return () -> {
                for (int i = 0; i < operations; i++) {
                    pending[i] = vertx.setTimer(LONG, _ -> {});
                }
                for (long timer : pending) {
                    vertx.cancelTimer(timer);
                }
                return Future.succeededFuture();
            };
        });
    }
}
