package dev.skep;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The system's time, driven by a platform thread.
///
/// The thread sleeps until the next tick is due. `wake` must not be lost, and must be cheap for those who
/// need not wake it: `signalled` is written before `sleeping` is read (by the waker), and `sleeping` before
/// `signalled` (by the thread). All four accesses are volatile, so one of the two sees the other.
final class SystemClock implements Clock {
    private volatile @Nullable Thread thread;
    private volatile boolean sleeping;
    private volatile boolean signalled;
    private volatile boolean stopped;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void start(String node, Ticker ticker) {
        thread = Thread.ofPlatform().daemon().name("skep-clock-" + node).start(() -> drive(ticker));
    }

    /// What the thread does, until the clock is stopped.
    void drive(Ticker ticker) {
        thread = Thread.currentThread(); // whoever wakes it may come before `start` returns
        while (!stopped) {
            signalled = false;
            long next = ticker.tick();
            sleeping = true;
            if (!signalled && !stopped) {
                if (next == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    long left = next - System.nanoTime();
                    if (left > 0) {
                        LockSupport.parkNanos(this, left);
                    }
                }
            }
            sleeping = false;
        }
    }

    @Override
    public void wake() {
        if (!signalled) {
            signalled = true;
            if (sleeping) {
                LockSupport.unpark(thread);
            }
        }
    }

    @Override
    public void stop() {
        stopped = true;
        Thread driver = thread;
        if (driver != null && driver != Thread.currentThread()) {
            LockSupport.unpark(driver);
            boolean interrupted = false;
            while (driver.isAlive()) {
                try {
                    driver.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
