package dev.skep;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// How tests wait for something: as long as it takes, with a limit that only a test reaches that has failed.
public final class Await {
    /// Far more than anything takes on a busy machine.
    public static final Duration LIMIT = Duration.ofMinutes(2);

    private Await() {}

    /// What a future comes to; what it has failed with is thrown.
    public static <T> T get(Future<T> future) {
        try {
            return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (Exception e) {
            throw new AssertionError("did not come: " + e, e);
        }
    }

    @SuppressWarnings("unchecked") // the compiler is told that E is unchecked
    private static <E extends Throwable> RuntimeException rethrown(Throwable cause) throws E {
        throw (E) cause;
    }

    /// The next element of a queue.
    public static <T> T next(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came within " + LIMIT);
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// The release of a latch.
    public static void latch(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the latch was not released within " + LIMIT);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// Something that nobody announces: looks again and again.
    public static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("did not become true within " + LIMIT);
            }
            Thread.yield();
        }
    }
}
