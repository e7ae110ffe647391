package dev.skep.example.workerbee.workers;

import dev.skep.example.workerbee.data.Fault;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// What the faults do inside of a server.
final class Breakage {
    /// For how long a handler swallows interrupts: far longer than a node waits for it.
    private static final Duration STUBBORN = Duration.ofSeconds(5);

    private Breakage() {}

    /// What a broken server throws.
    static final class InjectedCrash extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InjectedCrash() {
            super("injected by the chaos");
        }
    }

    /// Breaks the server in whose process it runs.
    ///
    /// @param state the server's state
    static void of(Fault fault, Object state) throws Exception {
        switch (fault) {
            case CRASH -> throw new InjectedCrash();
            case STALL -> new CountDownLatch(1).await();
            case HOG -> computeUntilInterrupted();
            case DATABASE -> {
                if (state instanceof Severable severable) {
                    severable.sever();
                }
            }
            case FLOOD -> {} // one drop of it
            case ZOMBIE -> swallowInterrupts();
            case KILL -> throw new IllegalArgumentException("a kill is a signal, no message");
        }
    }

    private static void computeUntilInterrupted() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void swallowInterrupts() {
        long end = System.nanoTime() + STUBBORN.toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                Thread.sleep(STUBBORN);
            } catch (InterruptedException ignored) {
                // that is the fault
            }
        }
    }
}
