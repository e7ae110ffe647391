package dev.skep.agent;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Sendable;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The protocol of agents, for their names: `Name<AgentRpc<S>>`. Use it through [Agent].
///
/// @param <S> the agent's state
public sealed interface AgentRpc<S> {
    /// Computes something from the state.
    ///
    /// @param <S> the state
    /// @param <R> what is computed
    /// @param function the computation
    @Sendable // what the function captures is handed over with it
    record Get<S, R>(Function<? super S, ? extends R> function) implements AgentRpc<S>, Call<AgentRpc<S>, R> {
        /// Checks the function.
        ///
        /// @param function the computation
        public Get {
            Objects.requireNonNull(function, "function");
        }
    }

    /// Computes something from the state, and replaces the state.
    ///
    /// @param <S> the state
    /// @param <R> what is computed
    /// @param function the computation
    @Sendable // what the function captures is handed over with it
    record GetAndUpdate<S, R>(Function<? super S, Agent.Update<R, S>> function)
            implements AgentRpc<S>, Call<AgentRpc<S>, R> {
        /// Checks the function.
        ///
        /// @param function the computation
        public GetAndUpdate {
            Objects.requireNonNull(function, "function");
        }
    }

    /// Replaces the state, without an answer.
    ///
    /// @param <S> the state
    /// @param function makes the new state
    @Sendable // what the function captures is handed over with it
    record Change<S>(UnaryOperator<S> function) implements AgentRpc<S>, Cast<AgentRpc<S>> {
        /// Checks the function.
        ///
        /// @param function makes the new state
        public Change {
            Objects.requireNonNull(function, "function");
        }
    }
}
