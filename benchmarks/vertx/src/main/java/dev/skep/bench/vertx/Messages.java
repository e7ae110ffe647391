package dev.skep.bench.vertx;

import dev.skep.bench.measure.Task;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.ExecutionException;

/// Sends and requests. Messages are numbers, which the event bus hands over as they are.
final class Messages {
    private static final String COUNTER = "counter";
    private static final int MEMBERS = 10_000;

    private Messages() {}

    /// Adds up what it is sent, and tells the sum to who asks.
    static final class Counter extends VerticleBase {
        private final String address;
        private long total;

        Counter(String address) {
            this.address = address;
        }

        @Override
        public Future<?> start() {
            return vertx.eventBus()
                    .<Integer>localConsumer(address, message -> {
                        total += message.body();
                        if (message.replyAddress() != null) {
                            message.reply(total);
                        }
                    })
                    .completion();
        }
    }

    /// So many clients send; each is done when a request after its last message has been answered.
    static Task sends(int clients, int operations) throws Exception {
        return VertxTask.of(clients, (vertx, number) -> {
            if (number == 0) {
                VertxTask.deploy(vertx, new Counter(COUNTER));
            }
            EventBus bus = vertx.eventBus();
            return () -> {
                for (int i = 0; i < operations / clients; i++) {
                    bus.send(COUNTER, 1);
                }
                return bus.request(COUNTER, 0);
            };
        });
    }

    static Task requests(int clients, int operations) throws Exception {
        return VertxTask.of(clients, (vertx, number) -> {
            if (number == 0) {
                VertxTask.deploy(vertx, new Counter(COUNTER));
            }
            return () -> ask(vertx.eventBus(), COUNTER, operations / clients);
        });
    }

    /// So many clients each deploy a server, ask it, and undeploy it.
    static Task requestsToOwn(int clients, int operations) throws Exception {
        return VertxTask.of(clients, (vertx, number) -> {
            String address = COUNTER + number;
            return () -> vertx.deployVerticle(new Counter(address))
                    .compose(id ->
                            ask(vertx.eventBus(), address, operations / clients).compose(_ -> vertx.undeploy(id)));
        });
    }

    /// Asks so many times, the next time when the answer has come.
    private static Future<?> ask(EventBus bus, String address, int times) {
        Promise<Object> done = Promise.promise();
        ask(bus, address, times, done);
        return done.future();
    }

    private static void ask(EventBus bus, String address, int left, Promise<Object> done) {
        bus.request(address, 1).onComplete(answer -> {
            if (answer.failed()) {
                done.fail(answer.cause());
            } else if (left > 1) {
                ask(bus, address, left - 1, done);
            } else {
                done.complete();
            }
        });
    }

    static Task requestsFromThread(int operations) throws Exception {
        Vertx vertx = Vertx.vertx();
        VertxTask.deploy(vertx, new Counter(COUNTER));
        return new Task.Timed() {
            @Override
            public void run() throws InterruptedException, ExecutionException {
                for (int i = 0; i < operations; i++) {
                    vertx.eventBus()
                            .request(COUNTER, 1)
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get();
                }
            }

            @Override
            public void close() {
                vertx.close().toCompletionStage().toCompletableFuture().join();
            }
        };
    }

    // ---- A token that goes round: two members are a ping-pong ----------------------------------------------------

    private static final class Relay extends VerticleBase {
        private final String address;
        private final String follower;

        Relay(String address, String follower) {
            this.address = address;
            this.follower = follower;
        }

        @Override
        public Future<?> start() {
            EventBus bus = vertx.eventBus();
            return bus.<Integer>localConsumer(address, message -> {
                        int left = message.body();
                        if (left == 0) {
                            bus.send("round", 0);
                        } else {
                            bus.send(follower, left - 1);
                        }
                    })
                    .completion();
        }
    }

    static Task around(int members, int hops) throws Exception {
        return VertxTask.of(1, (vertx, _) -> {
            for (int i = 0; i < members; i++) {
                VertxTask.deploy(vertx, new Relay("member" + i, "member" + (i + 1) % members));
            }
            Ends ends = new Ends("round", 1);
            VertxTask.deploy(vertx, ends);
            return () -> {
                Future<?> end = ends.next();
                vertx.eventBus().send("member0", hops);
                return end;
            };
        });
    }

    /// Waits for so many messages.
    private static final class Ends extends VerticleBase {
        private final String address;
        private final int count;
        private volatile Promise<Object> next = Promise.promise();
        private int seen;

        Ends(String address, int count) {
            this.address = address;
            this.count = count;
        }

        @Override
        public Future<?> start() {
            return vertx.eventBus()
                    .<Integer>localConsumer(address, _ -> {
                        seen++;
                        if (seen == count) {
                            seen = 0;
                            next.complete();
                        }
                    })
                    .completion();
        }

        Future<?> next() {
            Promise<Object> promise = Promise.promise();
            next = promise;
            return promise.future();
        }
    }

    // ---- A message to all -----------------------------------------------------------------------------------------

    private static final class Member extends VerticleBase {
        @Override
        public Future<?> start() {
            EventBus bus = vertx.eventBus();
            return bus.<Integer>localConsumer("all", _ -> bus.send("heard", 1)).completion();
        }
    }

    static Task broadcast(int operations) throws Exception {
        int audience = Math.min(operations, MEMBERS);
        return VertxTask.of(1, (vertx, _) -> {
            for (int i = 0; i < audience; i++) {
                VertxTask.deploy(vertx, new Member());
            }
            Ends heard = new Ends("heard", audience);
            VertxTask.deploy(vertx, heard);
            return () -> {
                Promise<Object> done = Promise.promise();
                publish(vertx.eventBus(), heard, operations / audience, done);
                return done.future();
            };
        });
    }

    private static void publish(EventBus bus, Ends heard, int left, Promise<Object> done) {
        Future<?> all = heard.next();
        bus.publish("all", 1);
        all.onComplete(_ -> {
            if (left > 1) {
                publish(bus, heard, left - 1, done);
            } else {
                done.complete();
            }
        });
    }
}
