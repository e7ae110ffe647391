package dev.skep.supervisor;

import dev.skep.Self;
import dev.skep.Started;

/// Starts a child: OTP's start function. It runs in the supervisor, which waits for it.
@FunctionalInterface
public interface ChildStart {
    /// Starts a process that is linked to the supervisor, with [Self#startLink(dev.skep.StartSpec)] or
    /// [Self#spawnLink(dev.skep.Body)].
    ///
    /// @param supervisor the supervisor
    /// @return the outcome: whatever it is not [Started.Running] or [Started.Ignored] is a failed start
    /// @throws Exception if it cannot be started
    Started<?> start(Self<?> supervisor) throws Exception;
}
