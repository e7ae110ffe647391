package dev.skep.statem;

import java.util.Objects;

/// What a machine does in one state: a callback of its own, mostly a method reference. Erlang: `StateName/3`.
///
/// @param <S> the machine's states
/// @param <D> the machine's data
/// @param <P> the protocol
@FunctionalInterface
public interface StateFunction<S, D, P> {
    /// Handles an event in this state. Runs as [GenStatem#handle(Event, Object, Object)] does.
    ///
    /// @param event what came
    /// @param data the machine's data
    /// @return what to do next
    /// @throws Exception to crash
    Transition<S, D, P> handle(Event<P> event, D data) throws Exception;

    /// Enters this state. Runs as [GenStatem#enter(Object, Object, Object)] does.
    ///
    /// @param previous the state that was left; this one at the start, and when the state is repeated
    /// @param data the machine's data
    /// @return nothing to be done, by default
    /// @throws Exception to crash
    default Entry<D> enter(S previous, D data) throws Exception {
        return Entry.done();
    }

    /// What to do on entering a state.
    ///
    /// @param <S> the machine's states
    /// @param <D> the machine's data
    @FunctionalInterface
    interface OnEnter<S, D> {
        /// Enters the state.
        ///
        /// @param previous the state that was left; this one at the start, and when the state is repeated
        /// @param data the machine's data
        /// @return what to do
        /// @throws Exception to crash
        Entry<D> enter(S previous, D data) throws Exception;
    }

    /// A state that has something to do when it is entered.
    ///
    /// @param <S> the machine's states
    /// @param <D> the machine's data
    /// @param <P> the protocol
    /// @param enter runs when the state is entered
    /// @param handle handles events
    /// @return both in one
    static <S, D, P> StateFunction<S, D, P> entering(OnEnter<S, D> enter, StateFunction<S, D, P> handle) {
        Objects.requireNonNull(enter, "enter");
        Objects.requireNonNull(handle, "handle");
        return new StateFunction<>() {
            @Override
            public Transition<S, D, P> handle(Event<P> event, D data) throws Exception {
                return handle.handle(event, data);
            }

            @Override
            public Entry<D> enter(S previous, D data) throws Exception {
                return enter.enter(previous, data);
            }
        };
    }
}
