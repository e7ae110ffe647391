package dev.skep.bench.pekko;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.skep.bench.measure.Task;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/// A run is one message to the guardian of an actor system, with a latch that counts down when all is done.
final class PekkoTask implements Task.Timed {
    private static final Config SILENT = ConfigFactory.parseString("pekko.loglevel=OFF\npekko.stdout-loglevel=OFF")
            .withFallback(ConfigFactory.load());

    /// Begin a run.
    record Run(CountDownLatch done) implements Message {}

    /// What a guardian may be sent; its other messages are its own.
    interface Message {}

    private final ActorSystem<Message> system;
    private final int parties;

    /// A task whose latch is counted down by so many parties.
    PekkoTask(int parties, Behavior<Message> guardian) {
        this.system = system(guardian);
        this.parties = parties;
    }

    static <M> ActorSystem<M> system(Behavior<M> guardian) {
        return ActorSystem.create(guardian, "bench", SILENT);
    }

    static void terminate(ActorSystem<?> system) {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    @Override
    public void run() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(parties);
        system.tell(new Run(done));
        done.await();
    }

    @Override
    public void close() {
        terminate(system);
    }
}
