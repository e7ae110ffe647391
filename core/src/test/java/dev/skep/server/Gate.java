package dev.skep.server;

import dev.skep.Await;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Holds threads until it is opened, and tells when the first has come.
final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    /// Blocks until the gate is open.
    void pass() throws InterruptedException {
        reached.countDown();
        if (!open.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody opened the gate");
        }
    }

    /// Blocks until somebody stands at the gate.
    void awaitSomebody() throws InterruptedException {
        if (!reached.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody came to the gate");
        }
    }

    void open() {
        open.countDown();
    }
}
