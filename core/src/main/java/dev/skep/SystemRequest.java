package dev.skep;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// What can be asked of every process that is a behaviour, or a plain process that handles system messages. It
/// arrives as a message, in its turn behind those that were sent before, also while the process is suspended.
/// Sent with [ServerRef#system(SystemRequest)]; `dev.skep.sys` wraps all of them.
///
/// The answer is a [Result]: an `Err` has what a callback or a function of the request threw. The process goes on
/// all the same.
///
/// Erlang: the system messages `{system, From, Request}` of `sys`.
///
/// @param <T> what is answered
public sealed interface SystemRequest<T> extends Call<SystemRequest<?>, Result<T, Throwable>> {
    /// Looks at the state.
    ///
    /// @param <T> what is made of it
    /// @param view runs in the process, with [SystemCallbacks#state()]
    record GetState<T>(Function<Object, ? extends T> view) implements SystemRequest<T> {
        /// Checks the view.
        ///
        /// @param view what is made of the state
        public GetState {
            Objects.requireNonNull(view, "view");
        }
    }

    /// Replaces the state. The answer is the new one.
    ///
    /// @param change makes the new state from the old one, in the process
    record ReplaceState(UnaryOperator<Object> change) implements SystemRequest<Object> {
        /// Checks the change.
        ///
        /// @param change makes the new state
        public ReplaceState {
            Objects.requireNonNull(change, "change");
        }
    }

    /// Asks for all that is known of the process.
    record GetStatus() implements SystemRequest<SystemStatus> {}

    /// Lets the process handle nothing but system messages from now on. The answer is whether it was not
    /// suspended before. A request that is given up before it is answered has no effect.
    record Suspend() implements SystemRequest<Boolean> {}

    /// Lets it handle all messages again, those that have come meanwhile first; a prepared change is dropped. The
    /// answer is whether it was suspended.
    record Resume() implements SystemRequest<Boolean> {}

    /// Prepares a change of the code, as [SystemCallbacks#changeCode(CodeChange)] says, of a suspended process.
    /// It replaces one that was prepared before. A request that is given up before it is answered has no
    /// effect.
    ///
    /// @param change the change
    record PrepareChange(CodeChange change) implements SystemRequest<Boolean> {
        /// Checks the change.
        ///
        /// @param change the change
        public PrepareChange {
            Objects.requireNonNull(change, "change");
        }
    }

    /// Puts the prepared change in force. The answer is whether there was one.
    record CommitChange() implements SystemRequest<Boolean> {}

    /// Drops the prepared change. The answer is whether there was one.
    record DropChange() implements SystemRequest<Boolean> {}

    /// Ends the process, after the answer.
    ///
    /// @param reason why
    record Terminate(ExitReason reason) implements SystemRequest<Boolean> {
        /// Checks the reason.
        ///
        /// @param reason why
        public Terminate {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// Does something with the debug functions of the process.
    ///
    /// @param <T> what comes of it
    /// @param command runs in the process; must not keep the options
    record Debug<T>(Function<DebugOptions, ? extends T> command) implements SystemRequest<T> {
        /// Checks the command.
        ///
        /// @param command what to do
        public Debug {
            Objects.requireNonNull(command, "command");
        }
    }
}
