package dev.skep.testkit;

import dev.skep.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Runs processes on virtual threads, and knows when none of them does anything.
///
/// A thread that it has started is *busy* until it ends or parks here, and again from the moment in which somebody
/// unparks it, which is before it really runs. So there is no gap between the end of one's work and the beginning
/// of the work that comes of it: whoever sends is busy until after the receiver is. When nobody is busy, the
/// processes are at rest: nothing happens until a timer rings, or a thread that is not one of these does
/// something. One thing does not pass here: an interrupt. A parked thread that is interrupted is not at rest
/// either.
///
/// Code that blocks outside of the runtime, in a sleep or on a socket, is busy.
///
/// All of it is under one monitor. It must not be a lock of `java.util.concurrent`: who waits for one of those may
/// use up the permit that it is about to park for, and is not interrupted for a moment if it was.
final class Activity implements Scheduler {
    /// In milliseconds. Not everything that a condition looks at announces that it has changed.
    private static final long LONGEST_NAP = 10;

    private final Object monitor = new Object();
    // Under the monitor.
    private final Map<Thread, Presence> threads = new HashMap<>();
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
        synchronized (monitor) {
            threads.put(thread, new Presence());
            busy++;
            wakeUps++;
        }
        thread.start();
    }

    private void ended(Thread thread) {
        synchronized (monitor) {
            threads.remove(thread);
            busy--;
            change();
        }
    }

    @Override
    public void park() {
        Presence me = presence();
        if (me == null) {
            LockSupport.park();
            return;
        }
        synchronized (monitor) {
            if (me.permit || Thread.currentThread().isInterrupted()) {
                me.permit = false;
                return;
            }
            me.parked = true;
            busy--;
            change();
        }
        LockSupport.park();
        synchronized (monitor) {
            if (me.parked) { // interrupted, or for no reason
                wake(me);
            }
            me.permit = false;
        }
    }

    @Override
    public void unpark(Thread thread) {
        synchronized (monitor) {
            Presence presence = threads.get(thread);
            if (presence != null) {
                if (presence.parked) {
                    wake(presence);
                }
                presence.permit = true;
            }
        }
        LockSupport.unpark(thread);
    }

    /// Under the monitor.
    private void wake(Presence presence) {
        presence.parked = false;
        busy++;
        wakeUps++;
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
        return presence() != null;
    }

    private @Nullable Presence presence() {
        synchronized (monitor) {
            return threads.get(Thread.currentThread());
        }
    }

    /// How often anybody has begun to be busy.
    long wakeUps() {
        synchronized (monitor) {
            return wakeUps;
        }
    }

    /// Waits until nobody is busy.
    ///
    /// @return false if that takes longer than `limit` of real time
    boolean awaitRest(Duration limit) {
        return await(this::isAtRest, limit);
    }

    private boolean isAtRest() {
        synchronized (monitor) {
            return busy == 0 && threads.keySet().stream().noneMatch(Thread::isInterrupted);
        }
    }

    /// Waits until a condition holds, looking at it whenever somebody stops being busy, and now and then.
    ///
    /// @return false if that takes longer than `limit` of real time
    boolean await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long seen = changes();
            if (condition.getAsBoolean()) { // without the monitor: it is the test's code
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            awaitChange(seen, Math.clamp(TimeUnit.NANOSECONDS.toMillis(left), 1, LONGEST_NAP));
        }
    }

    @SuppressWarnings("WaitNotInLoop") // whoever calls this looks again
    private void awaitChange(long seen, long millis) {
        synchronized (monitor) {
            if (changes == seen) {
                try {
                    monitor.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted while a test waited", e);
                }
            }
        }
    }

    private long changes() {
        synchronized (monitor) {
            return changes;
        }
    }

    /// Under the monitor.
    private void change() {
        changes++;
        monitor.notifyAll();
    }

    /// Tells those who wait in [#await(BooleanSupplier, Duration)] to look again.
    void announce() {
        synchronized (monitor) {
            change();
        }
    }

    /// Where those are that are busy, as text.
    String whoIsBusy() {
        List<Thread> running = new ArrayList<>();
        synchronized (monitor) {
            threads.forEach((thread, presence) -> {
                if (!presence.parked) {
                    running.add(thread);
                }
            });
        }
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
}
