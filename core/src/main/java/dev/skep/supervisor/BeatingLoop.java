package dev.skep.supervisor;

/// Ordinary code that says from time to time that it goes on.
@FunctionalInterface
public interface BeatingLoop {
    /// Runs the loop, on a virtual thread of its own. It may block, and is ended by an interrupt.
    ///
    /// @param heartbeat to be called more often than the timeout of the child's health check
    /// @throws Exception to crash
    void run(Heartbeat heartbeat) throws Exception;
}
