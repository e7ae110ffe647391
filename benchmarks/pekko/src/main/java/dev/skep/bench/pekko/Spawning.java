package dev.skep.bench.pekko;

import dev.skep.bench.measure.Task;
import dev.skep.bench.pekko.PekkoTask.Message;
import dev.skep.bench.pekko.PekkoTask.Run;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Actors that are started and ended. A spawn in Pekko makes a child; to watch one is to monitor it.
final class Spawning {
    private static final int CHILDREN = 10;

    private Spawning() {}

    /// Two actors each spawn, watch and await one child after the other. Children end by themselves, or are stopped.
    static Task oneByOne(int operations, int spawners, boolean stopped) {
        return new PekkoTask(
                spawners,
                Behaviors.setup(context -> Behaviors.receiveMessage(message -> {
                    for (int i = 0; i < spawners; i++) {
                        context.spawnAnonymous(Spawner.create(operations / spawners, stopped))
                                .tell(message);
                    }
                    return Behaviors.same();
                })));
    }

    private static final class Spawner {
        private final ActorContext<Message> context;
        private final boolean stopped;
        private int left;
        private CountDownLatch done = new CountDownLatch(0);

        private Spawner(ActorContext<Message> context, int count, boolean stopped) {
            this.context = context;
            this.left = count;
            this.stopped = stopped;
        }

        static Behavior<Message> create(int count, boolean stopped) {
            return Behaviors.setup(context -> {
                Spawner spawner = new Spawner(context, count, stopped);
                return Behaviors.receive(Message.class)
                        .onMessage(Run.class, spawner::begin)
                        .onSignal(Terminated.class, _ -> spawner.next())
                        .build();
            });
        }

        private Behavior<Message> begin(Run run) {
            done = run.done();
            return next();
        }

        private Behavior<Message> next() {
            if (left == 0) {
                done.countDown();
                return Behaviors.stopped();
            }
            left--;
            if (stopped) {
                ActorRef<Counter.Command> child = context.spawnAnonymous(Counter.create());
                context.watch(child);
                context.stop(child);
            } else {
                context.watch(context.spawnAnonymous(Behaviors.setup(_ -> Behaviors.stopped())));
            }
            return Behaviors.same();
        }
    }

    private record Done(long number) implements Message {}

    /// Spawns all at once; each tells its parent something and ends.
    static Task burst(int operations) {
        return new PekkoTask(
                1,
                Behaviors.setup(context -> Behaviors.receiveMessage(message -> {
                    context.spawnAnonymous(parent(operations, ((Run) message).done()));
                    return Behaviors.same();
                })));
    }

    private static Behavior<Message> parent(int children, CountDownLatch done) {
        return Behaviors.setup(context -> {
            ActorRef<Message> self = context.getSelf();
            for (int i = 0; i < children; i++) {
                context.spawnAnonymous(Behaviors.setup(_ -> {
                    self.tell(new Done(1));
                    return Behaviors.stopped();
                }));
            }
            return sum(children, 0, _ -> done.countDown());
        });
    }

    private interface Sum {
        void is(long sum);
    }

    /// Adds up the numbers of so many messages, and ends.
    private static Behavior<Message> sum(int messages, long start, Sum whole) {
        return Behaviors.setup(_ -> {
            int[] left = {messages};
            long[] sum = {start};
            return Behaviors.receiveMessage(message -> {
                if (message instanceof Done(long number)) {
                    sum[0] += number;
                    left[0]--;
                }
                if (left[0] > 0) {
                    return Behaviors.same();
                }
                whole.is(sum[0]);
                return Behaviors.stopped();
            });
        });
    }

    static Task skynet(int operations) {
        int leaves = 1;
        for (int actors = 1; actors < operations; actors += leaves) {
            leaves *= CHILDREN;
        }
        int size = leaves;
        return new PekkoTask(
                1,
                Behaviors.setup(context -> Behaviors.receiveMessage(message -> {
                    if (message instanceof Run(CountDownLatch done)) {
                        context.spawnAnonymous(tree(0, size, _ -> done.countDown()));
                    }
                    return Behaviors.same();
                })));
    }

    private static Behavior<Message> tree(long number, int size, Sum whole) {
        return Behaviors.setup(context -> {
            if (size == 1) {
                whole.is(number);
                return Behaviors.stopped();
            }
            ActorRef<Message> self = context.getSelf();
            int part = size / CHILDREN;
            for (int i = 0; i < CHILDREN; i++) {
                context.spawnAnonymous(tree(number + (long) i * part, part, sum -> self.tell(new Done(sum))));
            }
            return sum(CHILDREN, 0, whole);
        });
    }

    private record StartChild(ActorRef<Message> replyTo) implements Message {}

    private record Started() implements Message {}

    /// An actor starts so many children, one for each message, and ends them by being stopped.
    static Task parentStartStop(int operations) {
        return new PekkoTask(
                1,
                Behaviors.setup(context -> Behaviors.receiveMessage(message -> {
                    if (message instanceof Run(CountDownLatch done)) {
                        context.spawnAnonymous(starter(operations, done));
                    }
                    return Behaviors.same();
                })));
    }

    private static Behavior<Message> starter(int children, CountDownLatch done) {
        return Behaviors.setup(context -> {
            ActorRef<Message> parent =
                    context.spawnAnonymous(Behaviors.setup(inner -> Behaviors.receiveMessage(start -> {
                        inner.spawnAnonymous(Counter.create());
                        ((StartChild) start).replyTo().tell(new Started());
                        return Behaviors.same();
                    })));
            context.watch(parent);
            parent.tell(new StartChild(context.getSelf()));
            int[] left = {children};
            return Behaviors.receive(Message.class)
                    .onMessage(Started.class, _ -> {
                        left[0]--;
                        if (left[0] > 0) {
                            parent.tell(new StartChild(context.getSelf()));
                        } else {
                            context.stop(parent);
                        }
                        return Behaviors.same();
                    })
                    .onSignal(Terminated.class, _ -> {
                        done.countDown();
                        return Behaviors.stopped();
                    })
                    .build();
        });
    }
}
