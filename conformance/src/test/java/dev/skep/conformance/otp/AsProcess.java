package dev.skep.conformance.otp;

import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.testkit.Testkit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs code of a test in a process of its own: what only a process can do, such as starts with a link or a monitor.
public final class AsProcess {
    private static final long LIMIT_IN_SECONDS = 60;

    private AsProcess() {}

    /// The code.
    public interface Work<T> {
        T run(Receiver<Object> self) throws Exception;
    }

    /// Begins the work. What it throws is in the future, and crashes nothing.
    public static <T> CompletableFuture<T> begin(Testkit skep, Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        skep.<Object>spawn(self -> {
            try {
                done.complete(work.run(self));
            } catch (ProcessExit exit) {
                done.completeExceptionally(exit);
                throw exit;
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        return done;
    }

    /// Does the work and waits for it. What it throws is thrown here.
    public static <T> T run(Testkit skep, Work<T> work) throws Exception {
        return result(begin(skep, work));
    }

    /// Waits for the outcome.
    public static <T> T result(CompletableFuture<T> work) throws Exception {
        try {
            return work.get(LIMIT_IN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException thrown) {
            switch (thrown.getCause()) {
                case Error error -> throw error;
                case Exception exception -> throw exception;
                case null, default -> throw thrown;
            }
        } catch (TimeoutException late) {
            throw new AssertionError("the process has not done its work", late);
        }
    }
}
