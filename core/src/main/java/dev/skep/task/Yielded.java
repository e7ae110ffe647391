package dev.skep.task;

import dev.skep.ExitReason;
import dev.skep.Result;
import java.util.Objects;
import java.util.Optional;

/// What came of one of several tasks. Elixir: an element of what `Task.yield_many/2` returns.
///
/// @param <T> the type of the task's value
/// @param task the task
/// @param outcome its value, or why it ended without one; empty if it was not done in time
public record Yielded<T>(Task<T> task, Optional<Result<T, ExitReason>> outcome) {
    /// Checks the parts.
    ///
    /// @param task the task
    /// @param outcome its value, or why it ended without one
    public Yielded {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(outcome, "outcome");
    }
}
