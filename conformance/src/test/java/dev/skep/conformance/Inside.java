package dev.skep.conformance;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.testkit.Testkit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Code of a test that runs in a process of its own.
public final class Inside {
    private static final long LIMIT_SECONDS = 60;

    private Inside() {}

    /// What a process does for a test.
    public interface Steps {
        /// Does it.
        void run(Receiver<Object> self) throws Exception;
    }

    /// Does something in a new process, and waits until that is done: what it throws is thrown here. Then the process
    /// ends with `shutdown`, and what is linked to it with it.
    public static void process(Testkit skep, Steps steps) throws InterruptedException {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        skep.spawn((Receiver<Object> self) -> {
            try {
                steps.run(self);
                outcome.complete(true);
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
            throw new ProcessExit(ExitReason.shutdown());
        });
        try {
            outcome.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Inside.<RuntimeException>asItIs(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the process has not done its steps", e);
        }
    }

    @SuppressWarnings("unchecked") // the compiler is told that E is unchecked
    private static <E extends Throwable> E asItIs(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /// The body of a process that receives for ever.
    public static void idle(Receiver<Object> self) {
        while (true) {
            self.receive();
        }
    }

    /// The body of a process that ends with the reason that it is sent.
    public static void obey(Receiver<Object> self) {
        throw new ProcessExit(self.receive(ExitReason.class));
    }

    /// A process that has ended `normal`.
    public static Pid dead(Testkit skep) {
        Pid pid = skep.node().spawn(_ -> {});
        skep.awaitEnd(pid);
        return pid;
    }
}
