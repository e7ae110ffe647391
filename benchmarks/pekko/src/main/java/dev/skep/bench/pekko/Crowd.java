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
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Many actors at once.
final class Crowd {
    private static final int MEMBERS = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Crowd() {}

    private record Hear(ActorRef<Message> speaker) {}

    private record Heard() implements Message {}

    static Task broadcast(int operations) {
        return new PekkoTask(1, Behaviors.setup(context -> {
            List<ActorRef<Hear>> members = new ArrayList<>();
            for (int i = 0; i < Math.min(operations, MEMBERS); i++) {
                members.add(context.spawnAnonymous(Behaviors.receiveMessage(hear -> {
                    hear.speaker().tell(new Heard());
                    return Behaviors.same();
                })));
            }
            return Behaviors.receiveMessage(new Speaker(context, members, operations / members.size())::receive);
        }));
    }

    private static final class Speaker {
        private final ActorContext<Message> context;
        private final List<ActorRef<Hear>> members;
        private final int rounds;
        private int roundsLeft;
        private int answersLeft;
        private CountDownLatch done = new CountDownLatch(0);

        Speaker(ActorContext<Message> context, List<ActorRef<Hear>> members, int rounds) {
            this.context = context;
            this.members = members;
            this.rounds = rounds;
        }

        Behavior<Message> receive(Message message) {
            if (message instanceof Run(CountDownLatch latch)) {
                done = latch;
                roundsLeft = rounds;
                speak();
            } else {
                answersLeft--;
                if (answersLeft == 0) {
                    speak();
                }
            }
            return Behaviors.same();
        }

        private void speak() {
            if (roundsLeft == 0) {
                done.countDown();
                return;
            }
            roundsLeft--;
            answersLeft = members.size();
            members.forEach(member -> member.tell(new Hear(context.getSelf())));
        }
    }

    private record Answer() implements Message {}

    /// One tell and one ask to each of so many idle actors.
    static Task touchIdle(int operations) {
        return new PekkoTask(1, Behaviors.setup(context -> {
            List<ActorRef<Counter.Command>> servers = counters(context, operations);
            return Behaviors.receiveMessage(new Toucher(context, servers)::receive);
        }));
    }

    private static final class Toucher {
        private final ActorContext<Message> context;
        private final List<ActorRef<Counter.Command>> servers;
        private int touched;
        private CountDownLatch done = new CountDownLatch(0);

        Toucher(ActorContext<Message> context, List<ActorRef<Counter.Command>> servers) {
            this.context = context;
            this.servers = servers;
        }

        Behavior<Message> receive(Message message) {
            if (message instanceof Run(CountDownLatch latch)) {
                done = latch;
                touched = 0;
            }
            if (touched == servers.size()) {
                done.countDown();
                return Behaviors.same();
            }
            ActorRef<Counter.Command> server = servers.get(touched);
            touched++;
            server.tell(new Counter.Add(1));
            context.ask(
                    Long.class,
                    server,
                    TIMEOUT,
                    (ActorRef<Long> replyTo) -> new Counter.Increase(0, replyTo),
                    (_, _) -> new Answer());
            return Behaviors.same();
        }
    }

    private static List<ActorRef<Counter.Command>> counters(ActorContext<?> context, int count) {
        List<ActorRef<Counter.Command>> counters = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            counters.add(context.spawnAnonymous(Counter.create()));
        }
        return counters;
    }

    /// So many idle actors, which their parent holds.
    static Task idle(int operations) {
        ActorSystem<CountDownLatch> system =
                PekkoTask.system(Behaviors.setup(context -> Behaviors.receiveMessage(done -> {
                    ActorRef<Counter.Command> last = context.getSystem().ignoreRef();
                    for (int i = 0; i < operations; i++) {
                        last = context.spawnAnonymous(Counter.create());
                    }
                    last.tell(new Counter.Sync(done));
                    return Behaviors.same();
                })));
        return new Task.Filling() {
            @Override
            public void fill() throws InterruptedException {
                CountDownLatch done = new CountDownLatch(1);
                system.tell(done);
                done.await();
            }

            @Override
            public void close() {
                PekkoTask.terminate(system);
            }
        };
    }
}
