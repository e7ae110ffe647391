package dev.skep.registry;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Several processes that work off a list together.
///
/// @param <E> the list's elements
final class ParallelDispatch<E> {
    private final Node node;
    private final Consumer<? super List<E>> dispatcher;
    private final ConcurrentLinkedQueue<Pid> workers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger done = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    ParallelDispatch(Node node, Consumer<? super List<E>> dispatcher) {
        this.node = node;
        this.dispatcher = dispatcher;
    }

    void run(List<E> all, int parts) {
        try {
            for (int i = 0; i < parts && failures.isEmpty(); i++) {
                List<E> part = List.copyOf(all.subList(start(all, i, parts), start(all, i + 1, parts)));
                workers.add(node.spawn(_ -> work(part)));
            }
            for (Pid worker : workers) {
                worker.join(ServerRef.FOREVER);
            }
        } finally {
            endAll();
        }
        rethrow(failures.peek());
        if (done.get() < parts) {
            throw new IllegalStateException(
                    "only " + done + " of " + parts + " parts were dispatched: somebody has ended the others");
        }
    }

    /// Those that are done do not mind.
    private void endAll() {
        workers.forEach(worker -> worker.exit(ExitReason.kill()));
    }

    private static int start(List<?> all, int part, int parts) {
        return (int) ((long) all.size() * part / parts);
    }

    private void work(List<E> part) {
        try {
            dispatcher.accept(part);
            done.incrementAndGet();
        } catch (Throwable thrown) { // the caller's to deal with
            failures.add(thrown);
            endAll(); // one that is started later sees the failure
        }
    }

    @SuppressWarnings("unchecked") // the compiler is told that X is unchecked: a dispatcher throws nothing else
    private static <X extends Throwable> void rethrow(@Nullable Throwable failure) throws X {
        if (failure != null) {
            throw (X) failure;
        }
    }
}
