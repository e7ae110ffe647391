package dev.skep.statem;

import java.util.Objects;

/// A state machine with one function for each state, where [GenStatem] has one for all of them. Which of the two
/// reads better depends on the machine: this one if its states have little in common. Erlang: the callback mode
/// `state_functions`.
///
/// ```java
/// final class Door implements StateFunctions<DoorState, Keys, DoorRpc> {
///     @Override public Transition<DoorState, Keys, DoorRpc> init(Self<DoorRpc> self) {
///         return goTo(LOCKED).data(new Keys());
///     }
///
///     @Override public StateFunction<DoorState, Keys, DoorRpc> in(DoorState state) {
///         return switch (state) {            // exhaustive: a new state must have its function
///             case LOCKED -> this::locked;
///             case OPEN -> StateFunction.entering(this::opened, this::open);
///         };
///     }
///
///     private Transition<DoorState, Keys, DoorRpc> locked(Event<DoorRpc> event, Keys keys) { ... }
///     private Entry<Keys> opened(DoorState previous, Keys keys) { ... }
///     private Transition<DoorState, Keys, DoorRpc> open(Event<DoorRpc> event, Keys keys) { ... }
/// }
/// ```
///
/// @param <S> the states: an enum, or a sealed interface of records
/// @param <D> the data: mutated in place, or replaced by [Actions#data(Object)]
/// @param <P> the protocol, a sealed interface of records that implement [dev.skep.Call] or [dev.skep.Cast]
public interface StateFunctions<S, D, P> extends GenStatem<S, D, P> {
    /// The function of a state. Called for each event and each enter call, so it should do nothing but choose.
    ///
    /// @param state the state
    /// @return its function
    StateFunction<S, D, P> in(S state);

    @Override
    default Transition<S, D, P> handle(Event<P> event, S state, D data) throws Exception {
        return Objects.requireNonNull(in(state), "a state without a function").handle(event, data);
    }

    @Override
    default Entry<D> enter(S previous, S state, D data) throws Exception {
        return Objects.requireNonNull(in(state), "a state without a function").enter(previous, data);
    }
}
