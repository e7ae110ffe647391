package dev.skep;

import java.util.Optional;

/// Hears of what a process does: a fold over its system events, with a state of its own. Installed with
/// [DebugOptions#install(Object, Object, DebugFunction)]. Erlang: `sys:dbg_fun()`.
///
/// @param <S> its state
@FunctionalInterface
public interface DebugFunction<S> {
    /// Hears of an event. It runs in the process, which waits for it. A function that throws is removed, and
    /// what it threw is logged; the process goes on.
    ///
    /// @param state its state so far
    /// @param event what happens
    /// @param process the process, to be looked at until this returns
    /// @return its next state; empty when it is done, and to be removed. Erlang: `done`
    /// @throws Exception to be removed
    Optional<S> heard(S state, SystemEvent event, DebugView process) throws Exception;
}
