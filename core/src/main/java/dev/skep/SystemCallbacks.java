package dev.skep;

import java.util.Optional;

/// What a process lets be done to it by system requests ([SystemRequest]): how its state is shown and replaced,
/// and how its code is changed. A [Behaviour] implements it for its processes; a plain process hands it to
/// [Receiver#handleSystem(SystemMessage, SystemCallbacks)].
///
/// Every method runs in the process, between two messages. What it throws goes to whoever asked, and the
/// process goes on as it was: so a method that fails must leave everything as it found it.
///
/// Erlang: the `system_` callbacks of a special process.
public interface SystemCallbacks {
    /// The state, for whoever inspects the process: the very object, not a copy. Erlang: `system_get_state/1`.
    ///
    /// @return the state, not null; by default this object
    default Object state() {
        return this;
    }

    /// Replaces the state. Erlang: `system_replace_state/2`.
    ///
    /// @param state the new state
    /// @throws Exception to refuse it, which leaves the old one
    /// @throws UnsupportedOperationException by default
    default void replaceState(Object state) throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " does not let its state be replaced: it does not override replaceState");
    }

    /// The state as reports, status texts and traces show it: without secrets, and small. Erlang:
    /// `format_status/1`.
    ///
    /// @return a value to be rendered with [Reportable] or `toString`; by default the state
    default Object reportedState() {
        return state();
    }

    /// The version of the code that runs, for who converts its state. Erlang: the attribute `vsn`.
    ///
    /// @return nothing, by default
    default Optional<String> version() {
        return Optional.empty();
    }

    /// Prepares to go on with other code. It looks whether the new implementation fits, and converts the state,
    /// but changes nothing yet: what it returns does that. It is run later, while the process is still
    /// suspended, unless the change is rolled back; then it is dropped, and the old code goes on with the old
    /// state. So the conversion must make a new state, and leave the old one alone.
    ///
    /// Erlang: `system_code_change/4`.
    ///
    /// @param change the new implementation
    /// @return puts the new implementation and the new state in the place of the old ones; must not fail
    /// @throws Exception if the implementation does not fit, or the state cannot be converted
    /// @throws UnsupportedOperationException by default
    default Runnable changeCode(CodeChange change) throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " does not let its code be changed: it does not override changeCode");
    }
}
