package dev.skep.bench.pekko;

import dev.skep.bench.measure.Task;
import dev.skep.bench.pekko.PekkoTask.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/// A token goes round; with two members, it is a ping-pong.
final class Rings {
    private sealed interface Command {}

    private record Token(int left, CountDownLatch done) implements Command {}

    private record Follow(ActorRef<Command> follower) implements Command {}

    private Rings() {}

    static Task around(int members, int hops) {
        return new PekkoTask(1, Behaviors.setup(context -> {
            List<ActorRef<Command>> ring = new ArrayList<>();
            for (int i = 0; i < members; i++) {
                ring.add(context.spawn(relay(), "relay" + i));
            }
            for (int i = 0; i < members; i++) {
                ring.get(i).tell(new Follow(ring.get((i + 1) % members)));
            }
            return Behaviors.receiveMessage(message -> {
                if (message instanceof Run(CountDownLatch done)) {
                    ring.getFirst().tell(new Token(hops, done));
                }
                return Behaviors.same();
            });
        }));
    }

    private static Behavior<Command> relay() {
        return Behaviors.setup(_ -> Behaviors.receiveMessage(new Relay()::receive));
    }

    private static final class Relay {
        private @Nullable ActorRef<Command> next;

        Behavior<Command> receive(Command message) {
            switch (message) {
                case Follow(ActorRef<Command> follower) -> next = follower;
                case Token(int left, CountDownLatch done) -> {
                    if (left == 0 || next == null) {
                        done.countDown();
                    } else {
                        next.tell(new Token(left - 1, done));
                    }
                }
            }
            return Behaviors.same();
        }
    }
}
