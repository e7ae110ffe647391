package dev.skep;

import java.util.Optional;

/// Hears of everything worth watching on a node: the one seam for metrics, traces and tests.
///
/// The methods run on the thread where the event happens, in the middle of the runtime: they must be quick, must
/// not block, and must not throw; what they throw is logged and otherwise ignored. A node without a listener pays
/// nothing.
public interface NodeListener {
    /// A process begins to run.
    ///
    /// @param pid the process
    default void spawned(Pid pid) {}

    /// A process has ended. Its name is free; its links and monitors have been told.
    ///
    /// @param pid the process
    /// @param name the name that it had
    /// @param reason why it ended
    default void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {}

    /// A process was abandoned: its thread ignores that it has been killed.
    ///
    /// @param zombie the process and its thread
    default void abandoned(Zombie zombie) {}

    /// There is a report.
    ///
    /// @param report a crash, something about a child, a handler that stalls, a process that is overloaded or has
    ///     failed a health check
    default void reported(Report report) {}
}
