package dev.skep.server;

import dev.skep.Await;
import java.util.ArrayList;
import java.util.List;

/// What happened in a test, in order, written by any thread and awaited by the test.
final class Journal {
    private final List<Object> entries = new ArrayList<>();

    synchronized void add(Object entry) {
        entries.add(entry);
        notifyAll();
    }

    synchronized List<Object> entries() {
        return List.copyOf(entries);
    }

    /// Blocks until the entry is there.
    synchronized void await(Object entry) {
        long deadline = System.nanoTime() + Await.LIMIT.toNanos();
        while (!entries.contains(entry)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no " + entry + " within " + Await.LIMIT + ", only " + entries);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + entry, e);
            }
        }
    }
}
