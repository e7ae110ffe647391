package dev.skep.bench.pekko;

import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The actor of most workloads: it adds up what it is sent.
final class Counter {
    /// What it may be sent.
    sealed interface Command {}

    record Add(int amount) implements Command {}

    record Increase(int amount, ActorRef<Long> replyTo) implements Command {}

    /// Counts the latch down.
    record Sync(CountDownLatch latch) implements Command {}

    private long total;

    private Counter() {}

    static Behavior<Command> create() {
        return Behaviors.setup(_ -> Behaviors.receiveMessage(new Counter()::receive));
    }

    private Behavior<Command> receive(Command message) {
        switch (message) {
            case Add(int amount) -> total += amount;
            case Increase(int amount, ActorRef<Long> replyTo) -> {
                total += amount;
                replyTo.tell(total);
            }
            case Sync(CountDownLatch latch) -> latch.countDown();
        }
        return Behaviors.same();
    }
}
