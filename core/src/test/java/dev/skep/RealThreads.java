package dev.skep;

/// The scheduler of production, of which a test changes what it wants to watch, to hold up, or to have otherwise.
public interface RealThreads extends Scheduler {
    @Override
    default <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        Scheduler.virtualThreads().start(task);
    }

    @Override
    default void park() {
        Scheduler.virtualThreads().park();
    }

    @Override
    default void unpark(Thread thread) {
        Scheduler.virtualThreads().unpark(thread);
    }

    @Override
    default void pause() {
        Scheduler.virtualThreads().pause();
    }
}
