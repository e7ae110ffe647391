package dev.skep.supervisor;

/// Who is restarted when a child ends. Erlang: the `strategy` of the supervisor flags.
enum Strategy {
    /// That child.
    ONE_FOR_ONE,
    /// All children.
    ONE_FOR_ALL,
    /// That child and those that were started after it.
    REST_FOR_ONE
}
