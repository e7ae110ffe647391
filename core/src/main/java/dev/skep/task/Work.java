package dev.skep.task;

import dev.skep.Receiver;

/// What a task does, for code that needs its own process: to start tasks on its behalf, to receive, to trap
/// exits. Other code is a [java.util.concurrent.Callable]. It runs on a virtual thread of its own and may
/// block; when the task is to end, a blocking operation is interrupted.
///
/// @param <T> the type of its value
@FunctionalInterface
public interface Work<T> {
    /// Computes the value.
    ///
    /// @param self the task's process, for its own use only
    /// @return the value; not null. It is handed over: nobody else may change it after that
    /// @throws Exception to crash; a [dev.skep.ProcessExit] ends the task with a reason of its own
    T run(Receiver<Object> self) throws Exception;
}
