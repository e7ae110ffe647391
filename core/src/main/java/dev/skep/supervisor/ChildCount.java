package dev.skep.supervisor;

/// How many children a supervisor has. Erlang: `supervisor:count_children/1`.
///
/// @param specs all of them, running or not
/// @param active those that run
/// @param supervisors those that are supervisors, running or not
/// @param workers those that are not
public record ChildCount(int specs, int active, int supervisors, int workers) {}
