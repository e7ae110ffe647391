package dev.skep.server;

import dev.skep.Await;
import dev.skep.CallException;
import dev.skep.ManualClock;
import dev.skep.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/// A node whose time the test lets pass, and callers with deadlines.
abstract class DeadlineFixture {
    static final Duration SECOND = Duration.ofSeconds(1);

    final ManualClock clock = new ManualClock();
    final Node node = Node.builder("hive").clock(clock).start();

    @AfterEach
    void close() {
        node.close();
    }

    interface Throwing {
        Object run() throws Exception;
    }

    static CallException thrown(Throwing code) {
        try {
            throw new AssertionError("came back with " + code.run());
        } catch (CallException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// What the code throws, in a thread of its own.
    static CompletableFuture<Throwable> failureOf(Throwing code) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                failure.completeExceptionally(new AssertionError("came back with " + code.run()));
            } catch (Throwable thrown) {
                failure.complete(thrown);
            }
        });
        return failure;
    }

    /// Lets time pass until something is so: it may begin late that this is waited for.
    void passTime(Duration step, BooleanSupplier condition) {
        Await.until(() -> {
            clock.advance(step);
            return condition.getAsBoolean();
        });
    }
}
