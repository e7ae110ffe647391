package dev.skep;

/// Where processes run: one of the two seams between Skep and the machine (the other is [Clock]).
/// Every activation and every wait of the runtime goes through it, so that a seeded, single-threaded
/// implementation can stand in for virtual threads and decide every step.
///
/// The contract of [#park()] and [#unpark(Thread)] is that of
/// [java.util.concurrent.locks.LockSupport]: one permit for each thread, and a park may return
/// for no reason.
public interface Scheduler {
    /// Starts a thread that runs `task`, with `task` as its uncaught exception handler: that is how the
    /// runtime finds the process that a thread runs. It must be a thread that may block.
    ///
    /// @param <T> a task that is also the handler
    /// @param task what to run
    <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task);

    /// Blocks the current thread until it is unparked or interrupted.
    void park();

    /// Lets a parked thread go on, or the next park of a running one return at once.
    ///
    /// @param thread the thread
    void unpark(Thread thread);

    /// Lets other threads run first.
    void pause();

    /// Lets every other thread that is ready run first, however many of them do nothing but to pause. Comes after a
    /// process has kept its thread busy for long, and may cost more than [#pause()], which it does by default.
    default void pauseLong() {
        pause();
    }

    /// Whether it decides every step, as a simulation does. Then the runtime calls [#pause()] before each step of
    /// a process that others may notice (a signal, an answer, a receive, a look at a name) and after each message
    /// that a behaviour has handled; starts a thread for every process that is made ready, instead of running it
    /// after another one; and does not look after its threads: there are no reports of stalls. Asked once, by a
    /// node that starts.
    ///
    /// @return false, unless overridden
    default boolean decidesSteps() {
        return false;
    }

    /// The scheduler of production: virtual threads.
    ///
    /// @return a scheduler on the JVM's virtual threads
    static Scheduler virtualThreads() {
        return VirtualThreads.INSTANCE;
    }
}
