package dev.skep.conformance.soak;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What has been done, and what went wrong.
final class Ledger {
    private static final int KEPT = 20;

    /// Whatever the clients have done.
    final LongAdder operations = new LongAdder();
    /// Calls among it.
    final LongAdder calls = new LongAdder();
    /// Calls that failed by what was done to the server.
    final LongAdder expectedFailures = new LongAdder();
    /// What was done to servers and others.
    final LongAdder faults = new LongAdder();

    private final AtomicLong wrong = new AtomicLong();
    private final Queue<String> examples = new ConcurrentLinkedQueue<>();

    /// Something happened that nothing explains.
    void wrong(String what) {
        if (wrong.incrementAndGet() <= KEPT) {
            examples.add(what);
        }
    }

    long unexplained() {
        return wrong.get();
    }

    /// The first of it.
    List<String> examples() {
        return List.copyOf(examples);
    }
}
