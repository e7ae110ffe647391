package dev.skep;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// A thread that runs on although its process has ended: it has ignored its interruption for longer than the grace
/// period.
/// Whatever it still sends or answers is dropped.
///
/// @param pid the process that it ran
/// @param reason why the process was ended
/// @param since when it was abandoned
/// @param stack where the thread is now; empty if that could not be seen
public record Zombie(Pid pid, ExitReason reason, Instant since, List<StackTraceElement> stack) {
    /// Checks the parts.
    ///
    /// @param pid the process that it ran
    /// @param reason why the process was ended
    /// @param since when it was abandoned
    /// @param stack where the thread is now
    public Zombie {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(since, "since");
        stack = List.copyOf(stack);
    }
}
