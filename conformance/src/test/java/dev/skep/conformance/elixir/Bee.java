package dev.skep.conformance.elixir;

import dev.skep.Exit;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.testkit.Testkit;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A process that does what the test tells it to do, one thing after the other.
final class Bee {
    private record Go() {}

    private interface Job {
        void run(Receiver<Object> self);
    }

    private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
    private final Pid pid;

    Bee(Testkit skep) {
        pid = skep.<Object>spawn(self -> {
            Pid parent = self.pid().info().orElseThrow().ancestors().getFirst();
            while (self.receive(Object.class, message -> message instanceof Go || isFrom(parent, message))
                    instanceof Go) {
                jobs.remove().run(self);
            }
        });
    }

    /// Whether a message asks for the end of a process that traps exits.
    private static boolean isFrom(Pid parent, Object message) {
        return message instanceof Exit exit && exit.pid().equals(parent);
    }

    Pid pid() {
        return pid;
    }

    /// Begins something, and does not wait for it.
    <T> CompletableFuture<T> begin(AsProcess.Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        jobs.add(self -> {
            try {
                done.complete(work.run(self));
            } catch (Exception thrown) {
                done.completeExceptionally(thrown);
            }
        });
        pid.send(new Go());
        return done;
    }

    /// Does something, and waits for it. What it throws is thrown here.
    <T> T run(AsProcess.Work<T> work) {
        return result(begin(work));
    }

    static <T> T result(CompletableFuture<T> outcome) {
        try {
            return AsProcess.result(outcome);
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new AssertionError(thrown);
        }
    }
}
