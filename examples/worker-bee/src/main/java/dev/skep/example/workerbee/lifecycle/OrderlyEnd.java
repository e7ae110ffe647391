package dev.skep.example.workerbee.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets Ctrl-C and SIGTERM end the program in good order: while it is open, they interrupt the thread that opened
/// it, and the JVM waits until that thread has closed it. It is to be the first thing opened, so that it is the
/// last one closed.
final class OrderlyEnd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    OrderlyEnd() {
        Thread program = Thread.currentThread();
        hook = new Thread(() -> interruptAndWait(program), "orderly end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interruptAndWait(Thread program) {
        program.interrupt();
        try {
            var _ = closed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            var _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // It is running: the program was told to end.
        }
    }
}
