package dev.skep.registry;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Sendable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// A node for a test, and processes that do what the test says. Waits with a limit that is only reached when a
/// test fails.
public final class Hive implements AutoCloseable {
    /// The node's time, which stands still until the test lets it pass.
    public final ManualClock clock = ManualClock.attentive();

    public final Node node = Node.builder("hive").clock(clock).start();

    public Hive() {}

    @Override
    public void close() {
        node.stop(Await.LIMIT);
    }

    /// What a process does for a test.
    public interface Work<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    @Sendable // a test knows what it shares
    private record Order<T>(Work<T> work, CompletableFuture<T> outcome) {
        void obey(Receiver<Object> self) throws Exception {
            try {
                outcome.complete(work.run(self));
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
                throw thrown;
            }
        }
    }

    /// A process that does one thing after the other for the test. Whatever else it is sent lies in its mailbox.
    public final class Bee {
        public final Pid pid = node.spawn((Receiver<Object> self) -> {
            while (true) {
                ((Order<?>) self.receive(Order.class)).obey(self);
            }
        });

        // From the beginning on: who asks a dead process for its end is told noproc.
        private final CompletableFuture<ExitReason> exited = pid.exited();

        public Bee() {}

        public ExitReason awaitEnd() {
            return Await.get(exited);
        }

        /// Does something in the process.
        ///
        /// @return its outcome; what it throws ends the process, and is thrown here
        public <T> T run(Work<T> work) {
            return Await.get(later(work));
        }

        /// The same, for what is or is not so.
        public boolean does(Work<Boolean> work) {
            return run(work);
        }

        public <T> CompletableFuture<T> later(Work<T> work) {
            CompletableFuture<T> outcome = new CompletableFuture<>();
            pid.send(new Order<>(work, outcome));
            return outcome;
        }

        /// The next message of a type in its mailbox.
        public <M> M next(Class<M> type) {
            return run(self -> self.receive(type, _ -> true, Await.LIMIT).orElseThrow());
        }

        public void end() {
            pid.exit(ExitReason.kill());
            awaitEnd();
        }
    }

    public Bee bee() {
        return new Bee();
    }

    /// Does something in a new process.
    public <T> T in(Work<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Pid pid = node.spawn((Receiver<Object> self) -> new Order<>(work, outcome).obey(self));
        T value = Await.get(outcome);
        endOf(pid);
        return value;
    }

    public static ExitReason endOf(Pid pid) {
        return pid.join(Await.LIMIT).orElseThrow(() -> new AssertionError(pid + " did not end within " + Await.LIMIT));
    }

    /// The messages that a process gets, which it hands on to a queue.
    public LinkedBlockingQueue<Object> listener(Name<Object> name) {
        LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        node.register(name, node.spawn((Receiver<Object> self) -> {
            while (true) {
                heard.add(self.receive());
            }
        }));
        return heard;
    }
}
