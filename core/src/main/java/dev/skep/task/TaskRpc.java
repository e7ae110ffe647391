package dev.skep.task;

/// The protocol of task supervisors, for their names and references: `Name<TaskRpc>`. Use it through
/// [TaskSupervisorRef].
public sealed interface TaskRpc permits TaskRequest {}
