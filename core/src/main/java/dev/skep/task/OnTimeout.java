package dev.skep.task;

/// What becomes of tasks that are not done when their time is up. Elixir: the `:on_timeout` of `Task.yield_many/2`.
public enum OnTimeout {
    /// They go on, and can be asked again.
    KEEP,
    /// They go on, and cannot be asked any more, as after [Task#ignore()].
    IGNORE,
    /// They are killed, as by [Task#kill()].
    KILL
}
