package dev.skep;

import java.util.Objects;

/// The message that an exit signal becomes in a process that traps exits. Erlang: `{'EXIT', Pid, Reason}`.
///
/// @param pid the linked process that ended, or the sender of the signal; the node's root when a thread
///     outside of any process sent it
/// @param reason why it ended
public record Exit(Pid pid, ExitReason reason) {
    /// Checks the parts.
    ///
    /// @param pid the process that the signal came from
    /// @param reason why it ended
    public Exit {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(reason, "reason");
    }
}
