package dev.skep;

import java.util.List;
import java.util.Objects;

/// What several servers answered to the same request. Erlang: the result of `gen_server:multi_call/4`.
///
/// @param <P> the protocol
/// @param <R> the type of the answers
/// @param replies who answered, in the order of the answers
/// @param failures who did not
public record MultiCall<P, R>(List<Reply<P, R>> replies, List<Failure<P>> failures) {
    /// One answer.
    ///
    /// @param <P> the protocol
    /// @param <R> the type of the answer
    /// @param server who answered
    /// @param value the answer
    public record Reply<P, R>(ServerRef<P> server, R value) {
        /// Checks the parts.
        ///
        /// @param server who answered
        /// @param value the answer
        public Reply {
            Objects.requireNonNull(server, "server");
            Objects.requireNonNull(value, "value");
        }
    }

    /// One missing answer.
    ///
    /// @param <P> the protocol
    /// @param server who did not answer
    /// @param cause why
    public record Failure<P>(ServerRef<P> server, CallException cause) {
        /// Checks the parts.
        ///
        /// @param server who did not answer
        /// @param cause why
        public Failure {
            Objects.requireNonNull(server, "server");
            Objects.requireNonNull(cause, "cause");
        }
    }

    /// Keeps the lists unmodifiable.
    public MultiCall {
        replies = List.copyOf(replies);
        failures = List.copyOf(failures);
    }
}
