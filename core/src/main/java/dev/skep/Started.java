package dev.skep;

import java.util.Objects;

/// The outcome of starting a process, as a value: what OTP's `start_link` returns.
///
/// @param <R> how the started process is referred to
public sealed interface Started<R> {
    /// It runs. Erlang: `{ok, Pid}`.
    ///
    /// @param <R> how the process is referred to
    /// @param pid the process
    /// @param ref its reference
    record Running<R>(Pid pid, R ref) implements Started<R> {
        /// Checks the parts.
        ///
        /// @param pid the process
        /// @param ref its reference
        public Running {
            Objects.requireNonNull(pid, "pid");
            Objects.requireNonNull(ref, "ref");
        }
    }

    /// Its init asked not to be started. Erlang: `ignore`.
    ///
    /// @param <R> how the process would be referred to
    record Ignored<R>() implements Started<R> {}

    /// The name is taken. Erlang: `{error, {already_started, Pid}}`.
    ///
    /// @param <R> how the process would be referred to
    /// @param pid who has the name
    record AlreadyStarted<R>(Pid pid) implements Started<R> {
        /// Checks the pid.
        ///
        /// @param pid who has the name
        public AlreadyStarted {
            Objects.requireNonNull(pid, "pid");
        }
    }

    /// It failed. Erlang: `{error, Reason}`.
    ///
    /// @param <R> how the process would be referred to
    /// @param what what was started
    /// @param reason why it failed
    record Failed<R>(String what, ExitReason reason) implements Started<R> {
        /// Checks the parts.
        ///
        /// @param what what was started
        /// @param reason why it failed
        public Failed {
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// The reference, if it runs.
    ///
    /// @return the reference
    /// @throws StartException if it does not run: its subclass says why
    default R orElseThrow() {
        return switch (this) {
            case Running<R> running -> running.ref();
            case Ignored<R> _ -> throw new StartException.Ignore();
            case AlreadyStarted<R> already -> throw new StartException.AlreadyStarted(already.pid());
            case Failed<R> failed -> throw new StartException.Failed(failed.what(), failed.reason());
        };
    }
}
