package dev.skep;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/// Processes on the JVM's virtual threads.
enum VirtualThreads implements Scheduler {
    INSTANCE;

    /// One for all: a builder for each thread would be one object more.
    private static final ThreadFactory THREADS = Thread.ofVirtual().factory();

    @Override
    public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        Thread thread = THREADS.newThread(task);
        thread.setUncaughtExceptionHandler(task);
        thread.start();
    }

    @Override
    public void park() {
        LockSupport.park();
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public void pause() {
        Thread.yield();
    }

    /// Who yields enters the queue that its carrier goes on with, so that one thread that yields over and over keeps
    /// a carrier from all other queues (`ForkJoinPool.runWorker`, JDK 25). Who sleeps is in no queue.
    @Override
    public void pauseLong() {
        LockSupport.parkNanos(1);
    }
}
