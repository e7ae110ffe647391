package dev.skep.conformance.scenario;

import java.util.List;

/// A random program: records of numbers, atoms and lists, so that it can be handed to Erlang as a term, and made
/// smaller by leaving out elements of its lists. Every step has a meaning in every situation, if only that it is left
/// out: so whatever remains is a scenario too.
sealed interface Scenario permits ProcessScenario, SupervisorScenario, ServerScenario, StatemScenario {
    /// What it is about.
    Kind kind();

    /// Whether it has timers, so that it must be run in time.
    boolean timed();

    /// What is done, one after the other.
    List<?> steps();
}
