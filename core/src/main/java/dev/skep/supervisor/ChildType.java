package dev.skep.supervisor;

/// What a child is. Erlang: the `type` of a child specification.
public enum ChildType {
    /// A process that works.
    WORKER,
    /// A supervisor with children of its own.
    SUPERVISOR
}
