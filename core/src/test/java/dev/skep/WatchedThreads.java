package dev.skep;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Virtual threads of which a test can tell whether all of them wait.
///
/// A look at one after the other would not be enough: the first may be woken by the second just before that one waits,
/// which is when it is looked at. So each counts that it is about to wait or to end, and a look during which anybody
/// has counted does not tell anything.
final class WatchedThreads implements RealThreads {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicLong rests = new AtomicLong();

    @Override
    public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        Thread thread = Thread.ofVirtual().uncaughtExceptionHandler(task).unstarted(() -> {
            try {
                task.run();
            } finally {
                rests.incrementAndGet();
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    @Override
    public void park() {
        rests.incrementAndGet();
        RealThreads.super.park();
    }

    /// Whether nobody does anything: every thread waits, in the runtime or for a latch or a queue of its test. What a
    /// thread of the test's own does is not seen.
    boolean areAtRest() {
        long before = rests.get();
        return threads.stream().allMatch(WatchedThreads::waits) && rests.get() == before;
    }

    private static boolean waits(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> !thread.isInterrupted();
            case NEW, RUNNABLE, BLOCKED, TERMINATED -> false;
        };
    }
}
