package dev.skep.bench.pekko;

import dev.skep.bench.measure.Task;
import dev.skep.bench.pekko.PekkoTask.Message;
import dev.skep.bench.pekko.PekkoTask.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Tells and asks. A client is an actor; only `call-thread` asks from outside.
final class Messages {
    private static final int MANY = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Messages() {}

    static Task tellOneToOne(int operations) {
        return new PekkoTask(1, Behaviors.setup(context -> {
            ActorRef<Counter.Command> server = context.spawn(Counter.create(), "server");
            return Behaviors.receiveMessage(message -> {
                if (message instanceof Run(CountDownLatch done)) {
                    tells(server, operations, done);
                }
                return Behaviors.same();
            });
        }));
    }

    /// All have been handled when the last message of each of the hundred has.
    static Task fanIn(int operations) {
        return new PekkoTask(
                MANY,
                clients(
                        context -> {
                            ActorRef<Counter.Command> server = context.spawn(Counter.create(), "server");
                            return () -> Behaviors.receiveMessage(message -> {
                                if (message instanceof Run(CountDownLatch done)) {
                                    tells(server, operations / MANY, done);
                                }
                                return Behaviors.same();
                            });
                        },
                        MANY));
    }

    private static void tells(ActorRef<Counter.Command> server, int count, CountDownLatch done) {
        for (int i = 0; i < count; i++) {
            server.tell(new Counter.Add(1));
        }
        server.tell(new Counter.Sync(done));
    }

    /// So many clients ask one server.
    static Task asksToOne(int clients, int operations) {
        return new PekkoTask(
                clients,
                clients(
                        context -> {
                            ActorRef<Counter.Command> server = context.spawn(Counter.create(), "server");
                            return () -> Asker.create(server, operations / clients);
                        },
                        clients));
    }

    /// A hundred clients each start a server, ask it, and stop it.
    static Task asksToOwn(int operations) {
        return new PekkoTask(MANY, clients(_ -> () -> Asker.createWithServer(operations / MANY), MANY));
    }

    static Task asksFromThread(int operations) {
        ActorSystem<Counter.Command> system = PekkoTask.system(Counter.create());
        return new Task.Timed() {
            @Override
            public void run() {
                for (int i = 0; i < operations; i++) {
                    AskPattern.ask(
                                    system,
                                    (ActorRef<Long> replyTo) -> new Counter.Increase(1, replyTo),
                                    TIMEOUT,
                                    system.scheduler())
                            .toCompletableFuture()
                            .join();
                }
            }

            @Override
            public void close() {
                PekkoTask.terminate(system);
            }
        };
    }

    private interface Clients {
        Client prepare(ActorContext<Message> context);
    }

    private interface Client {
        Behavior<Message> behavior();
    }

    /// A guardian that hands each run to so many clients.
    private static Behavior<Message> clients(Clients clients, int count) {
        return Behaviors.setup(context -> {
            Client client = clients.prepare(context);
            List<ActorRef<Message>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(context.spawn(client.behavior(), "client" + i));
            }
            return Behaviors.receiveMessage(message -> {
                all.forEach(one -> one.tell(message));
                return Behaviors.same();
            });
        });
    }

    /// Asks so many times, the next time when the answer has come.
    private static final class Asker {
        private record Answer(long total) implements Message {}

        private record Failure(Throwable why) implements Message {}

        private final ActorContext<Message> context;
        private final boolean ownServer;
        private final int count;
        private ActorRef<Counter.Command> server;
        private int left;
        private CountDownLatch done = new CountDownLatch(0);

        private Asker(ActorContext<Message> context, ActorRef<Counter.Command> server, boolean ownServer, int count) {
            this.context = context;
            this.server = server;
            this.ownServer = ownServer;
            this.count = count;
        }

        static Behavior<Message> create(ActorRef<Counter.Command> server, int count) {
            return Behaviors.setup(
                    context -> Behaviors.receiveMessage(new Asker(context, server, false, count)::receive));
        }

        static Behavior<Message> createWithServer(int count) {
            return Behaviors.setup(context -> Behaviors.receiveMessage(
                    new Asker(context, context.spawnAnonymous(Counter.create()), true, count)::receive));
        }

        private Behavior<Message> receive(Message message) {
            switch (message) {
                case Run(CountDownLatch latch) -> {
                    done = latch;
                    left = count;
                    if (ownServer) {
                        context.stop(server); // the one of the run before
                        server = context.spawnAnonymous(Counter.create());
                    }
                    ask();
                }
                case Answer _ -> {
                    left--;
                    if (left > 0) {
                        ask();
                    } else {
                        done.countDown();
                    }
                }
                default -> throw new IllegalStateException("unexpected: " + message);
            }
            return Behaviors.same();
        }

        private void ask() {
            context.ask(
                    Long.class,
                    server,
                    TIMEOUT,
                    (ActorRef<Long> replyTo) -> new Counter.Increase(1, replyTo),
                    (answer, failure) -> failure == null ? new Answer(answer) : new Failure(failure));
        }
    }
}
