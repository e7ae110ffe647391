package dev.skep;

import static dev.skep.Lab.spec;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;

/// Bounded mailboxes whose processes handle a message when they are let.
abstract class BoundedMailboxFixture {
    static final Duration SHORT = Duration.ofMillis(30);

    @AutoClose
    final Lab lab = new Lab();

    /// A behaviour that handles its messages one at a time, each when it is let.
    final class Stepper implements Behaviour {
        final BlockingQueue<Object> handled = new LinkedBlockingQueue<>();
        final BlockingQueue<String> permits = new LinkedBlockingQueue<>();
        final BlockingQueue<Object> begun = new LinkedBlockingQueue<>();
        volatile ExitReason terminated;
        Pid pid;

        Stepper start(Mailbox mailbox) {
            pid = lab.node.start(spec(mailbox, _ -> this));
            return this;
        }

        ServerRef<Object> ref() {
            return ServerRef.of(pid);
        }

        /// Begins to handle a message, and goes on when stepped.
        Stepper busyWith(Object message) {
            pid.send(message);
            assertThat(Await.next(begun)).isEqualTo(message);
            return this;
        }

        void step() {
            permits.add("go");
        }

        void run() {
            for (int i = 0; i < 10_000; i++) {
                permits.add("go");
            }
        }

        private void handle(Object message) throws InterruptedException {
            begun.add(message);
            permits.take();
            handled.add(message);
        }

        @Override
        public void init() {}

        @Override
        public void call(Object message, From from) throws InterruptedException {
            handle(message);
            from.reply(message);
        }

        @Override
        public void cast(Object message) throws InterruptedException {
            handle(message);
        }

        @Override
        public void info(Object message) throws InterruptedException {
            handle(message);
        }

        @Override
        public void terminate(ExitReason reason) {
            terminated = reason;
        }
    }

    static ProcessInfo.Load load(Pid pid) {
        return pid.info().orElseThrow().load();
    }

    static Mailbox.Bounded bounded(int capacity, Overflow overflow) {
        return Mailbox.bounded(capacity, overflow).withoutWaterMarks();
    }

    static void sendAll(Pid to, Object... messages) {
        for (Object message : messages) {
            to.send(message);
        }
    }

    static <T> CompletableFuture<T> inThread(java.util.concurrent.Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    static CallException failure(Result<?, CallException> outcome) {
        return outcome.mapError(Optional::of)
                .fold(_ -> Optional.<CallException>empty(), e -> e)
                .orElseThrow();
    }
}
