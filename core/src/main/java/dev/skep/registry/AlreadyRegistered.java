package dev.skep.registry;

import dev.skep.Pid;
import java.util.Objects;

/// A unique key is taken. Elixir: `{:already_registered, pid}`.
///
/// @param pid who has it; the process itself, if it has registered it before
public record AlreadyRegistered(Pid pid) {
    /// Checks the pid.
    ///
    /// @param pid who has it
    public AlreadyRegistered {
        Objects.requireNonNull(pid, "pid");
    }
}
