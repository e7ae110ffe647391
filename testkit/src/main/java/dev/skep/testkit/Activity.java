package dev.skep.testkit;

import dev.skep.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Runs processes on virtual threads, and knows when none of them does anything.
///
/// A thread that it has started is *busy* until it ends or parks here, and again from the moment in which somebody
/// unparks it, which is before it really runs. So there is no gap between the end of one's work and the beginning of
/// the work that comes of it: whoever sends is busy until after the receiver is. When nobody is busy, the processes are
/// at rest: nothing happens until a timer rings, or a thread that is not one of these does something. One thing does
/// not pass here: an interrupt. A parked thread that is interrupted is not at rest either.
///
/// Code that blocks outside of the runtime, in a sleep or on a socket, is busy.
final class Activity implements Scheduler {
    /// In nanoseconds. Not everything that a condition looks at announces that it has changed.
    private static final long LONGEST_NAP = 10_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Changed under the lock, but looked up without it: a thread that is about to park, and is none of these, must not
    /// wait for a lock first. That could use up the permit that it is going to park for.
    private final Map<Thread, Presence> threads = new ConcurrentHashMap<>();

    // Under the lock.
    private int busy;
    private long wakeUps;
    private long changes;

    /// A thread that has not ended.
    private static final class Presence {
        boolean parked;
        boolean permit;
    }

    // ---- Scheduler -----------------------------------------------------------------------------------------------

    @Override
    public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        Thread thread = Thread.ofVirtual().uncaughtExceptionHandler(task).unstarted(() -> {
            try {
                task.run();
            } finally {
                ended(Thread.currentThread());
            }
        });
        locked(() -> {
            threads.put(thread, new Presence());
            busy++;
            wakeUps++;
        });
        thread.start();
    }

    private void ended(Thread thread) {
        locked(() -> {
            threads.remove(thread);
            busy--;
            change();
        });
    }

    @Override
    public void park() {
        Presence me = threads.get(Thread.currentThread());
        if (me == null) {
            LockSupport.park();
            return;
        }
        lock.lock();
        try {
            if (me.permit || Thread.currentThread().isInterrupted()) {
                me.permit = false;
                return;
            }
            me.parked = true;
            busy--;
            change();
        } finally {
            lock.unlock();
        }
        LockSupport.park();
        locked(() -> {
            if (me.parked) { // interrupted, or for no reason
                me.parked = false;
                busy++;
                wakeUps++;
            }
            me.permit = false;
        });
    }

    @Override
    public void unpark(Thread thread) {
        locked(() -> {
            Presence presence = threads.get(thread);
            if (presence != null) {
                if (presence.parked) {
                    presence.parked = false;
                    busy++;
                    wakeUps++;
                }
                presence.permit = true;
            }
        });
        LockSupport.unpark(thread);
    }

    @Override
    public void pause() {
        Thread.yield();
    }

    /// Processes do not run behind each other on one thread: a handler that blocks would keep another process from
    /// running until the clock's thread sees it, and in virtual time that thread sees nothing.
    @Override
    public boolean decidesSteps() {
        return true;
    }

    // ---- Rest ----------------------------------------------------------------------------------------------------

    /// Whether the current thread runs a process.
    boolean isInside() {
        return threads.containsKey(Thread.currentThread());
    }

    /// How often anybody has begun to be busy.
    long wakeUps() {
        lock.lock();
        try {
            return wakeUps;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until nobody is busy.
    ///
    /// @return false if that takes longer than `limit` of real time
    boolean awaitRest(Duration limit) {
        return await(this::isAtRest, limit);
    }

    private boolean isAtRest() {
        lock.lock();
        try {
            return busy == 0 && threads.keySet().stream().noneMatch(Thread::isInterrupted);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until a condition holds, looking at it whenever somebody stops being busy, and now and then.
    ///
    /// @return false if that takes longer than `limit` of real time
    boolean await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long seen = changes();
            if (condition.getAsBoolean()) { // without the lock: it is the test's code
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            awaitChange(seen, Math.min(left, LONGEST_NAP));
        }
    }

    private void awaitChange(long seen, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a test waited", e);
        } finally {
            lock.unlock();
        }
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /// Under the lock.
    private void change() {
        changes++;
        changed.signalAll();
    }

    /// Tells those who wait in [#await(BooleanSupplier, Duration)] to look again.
    void announce() {
        locked(this::change);
    }

    /// Where those are that are busy, as text.
    String whoIsBusy() {
        List<Thread> running = new ArrayList<>();
        locked(() -> threads.forEach((thread, presence) -> {
            if (!presence.parked) {
                running.add(thread);
            }
        }));
        StringBuilder text = new StringBuilder();
        for (Thread thread : running) {
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(thread.getUncaughtExceptionHandler())
                    .append(" is busy at");
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append(System.lineSeparator()).append("    ").append(frame);
            }
        }
        return text.toString();
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
