package dev.skep;

/// The time that a node lives in: one of the two seams between Skep and the machine (the other is
/// [Scheduler]). Every timer and every time limit of the runtime goes through it, so that virtual time can
/// stand in for real time. A clock drives one node.
public interface Clock {
    /// What a clock drives: the timers of a node, and its look after the threads that run its processes.
    interface Ticker {
        /// Does everything that is due. Called by one thread at a time; never blocks for long.
        ///
        /// @return the [Clock#nanoTime()] at which it wants to be called again; [Long#MAX_VALUE] when only
        ///     [Clock#wake()] gives it something to do
        long tick();
    }

    /// The time, in nanoseconds since some moment in the past; it never goes back.
    ///
    /// @return the time
    long nanoTime();

    /// Begins to drive a node.
    ///
    /// @param node the node's name, for the thread's
    /// @param ticker what to drive
    void start(String node, Ticker ticker);

    /// There may be something to do earlier than the last tick said: tick soon. Callable from any thread;
    /// cheap.
    void wake();

    /// Ends the driving: no tick runs after this returns, unless it is called from within one.
    void stop();

    /// Whether its time passes only when somebody says so. Then timers ring in the very nanosecond in which they are
    /// due; in real time they do so within a millisecond or so. Asked once, by a node that starts.
    ///
    /// @return false, unless overridden
    default boolean isVirtual() {
        return false;
    }

    /// The clock of production: the system's time, and a daemon platform thread that needs no carrier of the
    /// virtual threads.
    ///
    /// @return a new clock
    static Clock system() {
        return new SystemClock();
    }
}
