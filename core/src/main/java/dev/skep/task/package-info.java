/// Tasks: processes that compute one value and end.
///
/// [dev.skep.task.Task] starts one and fetches its value, [dev.skep.task.TaskSupervisor] keeps many of them,
/// [dev.skep.task.TaskStream] runs one for each element of a source. Built on the runtime's public API and on
/// the vocabulary of [dev.skep.supervisor]. Elixir: `Task` and `Task.Supervisor`.
@NullMarked
package dev.skep.task;

import org.jspecify.annotations.NullMarked;
