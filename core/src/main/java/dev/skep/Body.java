package dev.skep;

import java.util.List;

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

    /// What the process runs, as reports and [ProcessInfo] name it. Asked once, by whoever starts the process.
    ///
    /// @return the name of a class, mostly; that of this body unless overridden
    default String initialCall() {
        return getClass().getName();
    }

    /// On whose behalf the process runs, for reports and [ProcessInfo]. May be asked by any thread, so it is to be
    /// quick. Elixir: `$callers`.
    ///
    /// @return who asked for the process, then who asked for that one, and so on; nobody unless overridden
    default List<Pid> callers() {
        return List.of();
    }
}
