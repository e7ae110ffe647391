package dev.skep;

/// The code of a plain process. It has a virtual thread of its own, may block, and receives its messages
/// with [Receiver#receive()]. When it returns, the process ends `normal`; what it throws is its exit reason.
///
/// @param <P> what the process is sent
@FunctionalInterface
public interface Body<P> {
    /// Runs the process.
    ///
    /// @param self the process, for its own use only
    /// @throws Exception to crash; a [ProcessExit] ends it with a reason of its own
    void run(Receiver<P> self) throws Exception;
}
