package dev.skep.statem;

import dev.skep.ExitReason;
import dev.skep.Result;
import dev.skep.Self;
import java.util.Optional;
import java.util.function.Supplier;

/// A state machine: what a message means depends on the state that the machine is in. Erlang: `gen_statem`.
///
/// ```java
/// enum DoorState { LOCKED, OPEN }
///
/// public sealed interface DoorRpc {
///     record Enter(String code) implements DoorRpc, Call<DoorRpc, Boolean> {}
/// }
///
/// final class Door implements GenStatem<DoorState, Keys, DoorRpc> {
///     @Override public Transition<DoorState, Keys, DoorRpc> init(Self<DoorRpc> self) {
///         return goTo(LOCKED).data(new Keys());
///     }
///
///     @Override public Transition<DoorState, Keys, DoorRpc> handle(
///             Event<DoorRpc> event, DoorState state, Keys keys) {
///         return switch (state) {
///             case LOCKED -> switch (event) {
///                 case Message(Enter m, _) when keys.fits(m.code()) ->
///                     goTo(OPEN).reply(m, true).stateTimeout(Duration.ofSeconds(10), "lock");
///                 case Message(Enter m, _) -> keepState().reply(m, false);
///                 case TimedOut<DoorRpc> _, Info<DoorRpc> _, Internal<DoorRpc> _ -> unhandled();
///             };
///             case OPEN -> switch (event) {
///                 case Message(Enter _, _) -> postpone();
///                 case StateTimeout<DoorRpc> _ -> goTo(LOCKED);
///                 case TimedOut<DoorRpc> _, Info<DoorRpc> _, Internal<DoorRpc> _ -> unhandled();
///             };
///         };
///     }
/// }
///
/// ServerRef<DoorRpc> door = node.start(GenStatem.spec(Door::new));
/// ```
///
/// [StateFunctions] is the same with one function for each state.
///
/// ## Life cycle
/// | callback | when | what it throws |
/// |---|---|---|
/// | [#init(Self)] | once, first; whoever starts the machine waits for it | fails the start |
/// | [#enter(Object, Object, Object)] | at the start and when the state changes or is repeated | crashes the machine |
/// | [#handle(Event, Object, Object)] | for each event | crashes the machine |
/// | [#health(Object, Object)] | between two events, if the health check asks | fails the check |
/// | [#terminate(ExitReason, Object, Object)] | once, last, unless the machine is killed | replaces the exit reason |
///
/// All of them run in the machine's process, one at a time, on a virtual thread: they may block, and nothing
/// but the machine's own callers waits meanwhile. While there is nothing to do the machine holds no thread. Exit
/// signals are as for [dev.skep.server.GenServer].
///
/// ## What happens when an event has been handled
/// 1. The data are replaced, and the state is the new one.
/// 2. The actions take effect in their order: replies are given, callbacks are changed; the rest is noted.
/// 3. If the state has changed or is repeated, and at the start, `enter` is called, and its actions are treated
///    alike.
/// 4. If the event is postponed, it joins those postponed before.
/// 5. If the state has changed, all postponed events line up before the events at hand, oldest first.
/// 6. The event timeout ends, and so does the state timeout if the state has changed; then timeouts are started,
///    changed and cancelled as the actions say.
/// 7. Inserted events line up before all others.
///
/// The next event is the first at hand; if there is none, the oldest timeout of zero; if there is none, the
/// oldest message of the mailbox. What has changed is decided by `equals`.
///
/// @param <S> the states: an enum, or a sealed interface of records
/// @param <D> the data: mutated in place, or replaced by [Actions#data(Object)]
/// @param <P> the protocol, a sealed interface of records that implement [dev.skep.Call] or [dev.skep.Cast]
public interface GenStatem<S, D, P> {
    /// Says in which state and with which data the machine starts: `goTo(state).data(data)`, and actions. The start
    /// is acknowledged before the first enter call. To be started as nothing, throw
    /// [dev.skep.StartException.Ignore]; to fail with a reason of your own, throw a [dev.skep.ProcessExit]. Erlang:
    /// `init/1`.
    ///
    /// @param self the process; keep it if you need it later
    /// @return the first state, data and actions; there is no event to postpone or to answer yet
    /// @throws Exception to fail the start
    Transition<S, D, P> init(Self<P> self) throws Exception;

    /// Handles an event. Erlang: `handle_event/4`.
    ///
    /// @param event what came
    /// @param state the state
    /// @param data the data
    /// @return what to do next
    /// @throws Exception to crash
    Transition<S, D, P> handle(Event<P> event, S state, D data) throws Exception;

    /// Runs when a state has been entered: before the first event, after a change of state, and when the state is
    /// repeated. It is part of the transition; no event is handled in between. A machine that does not override it
    /// has no enter calls. Erlang: the state enter call, with the callback mode `state_enter`.
    ///
    /// @param previous the state that was left; the same as `state` at the start, and when the state is repeated
    /// @param state the state that is entered
    /// @param data the data
    /// @return nothing to be done, by default
    /// @throws Exception to crash
    default Entry<D> enter(S previous, S state, D data) throws Exception {
        return entered();
    }

    /// Says whether the machine is well, if its [dev.skep.HealthCheck] asks for it with
    /// [dev.skep.HealthCheck#callback()]. Runs in the machine's process between two events, before those that
    /// wait, and within the check's timeout. If it throws, the check has failed but the machine goes on; a
    /// [dev.skep.ProcessExit] ends it, though.
    ///
    /// @param state the state
    /// @param data the data
    /// @return `Ok` of anything, by default; or `Err` with what is wrong, as reports show it
    /// @throws Exception if it is not well either: the exception is what is wrong
    default Result<?, String> health(S state, D data) throws Exception {
        return Result.ok(true);
    }

    /// Cleans up. Stronger than in OTP: it runs once for every machine whose `init` returned, on stop, crash,
    /// exit signal and supervisor shutdown, but not when it is killed. By default it closes data that are
    /// [AutoCloseable]. Its deadline is the child's shutdown time, after which it is
    /// killed; it is killed too when its supervisor ends meanwhile.
    /// Erlang: `terminate/3`.
    ///
    /// @param reason why the machine ends
    /// @param state the last state
    /// @param data the last data
    /// @throws Exception to end with that reason instead
    default void terminate(ExitReason reason, S state, D data) throws Exception {
        if (data instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /// State and data as crash reports show them; leave secrets out here, or let the data or the state implement
    /// [dev.skep.Reportable]. How many events are postponed and which timeouts run is added to it.
    /// Erlang: `format_status/1`.
    ///
    /// @param state the state
    /// @param data the data
    /// @return a value whose text is shown, bounded in length
    default Object reportedState(S state, D data) {
        return new StateAndData<>(state, data);
    }

    /// The version of this implementation, for the one that replaces it at a hot upgrade. Erlang: the attribute
    /// `vsn`.
    ///
    /// @return nothing, by default
    default Optional<String> version() {
        return Optional.empty();
    }

    /// Gives state and data away, at a hot upgrade, in a form that another version understands: made of classes
    /// that both have. Leaves them as they are, since the upgrade may still be rolled back. Runs in the process,
    /// which is suspended.
    ///
    /// @param both the state and the data
    /// @param version the version that replaces this one, if it has one
    /// @return what the other version's [#codeChange(Object, Optional, Self)] gets; `both`, by default
    /// @throws Exception to refuse: nothing is changed
    default Object exportState(StateAndData<S, D> both, Optional<String> version) throws Exception {
        return both;
    }

    /// Takes over from another version, at a hot upgrade or downgrade. It must not change what it gets, since the
    /// upgrade may still be rolled back. Postponed events and running timeouts go on. There is no enter call. Runs
    /// in the process, which is suspended. Erlang: `code_change/4`.
    ///
    /// @param exported what the other version's [#exportState(StateAndData, Optional)] returned
    /// @param version the version that is replaced, if it has one
    /// @param self the process; keep it if you need it later
    /// @return the state and the data; by default, what was exported
    /// @throws Exception to refuse: nothing is changed
    @SuppressWarnings("unchecked") // a state of another class is refused by whoever calls this
    default StateAndData<S, D> codeChange(Object exported, Optional<String> version, Self<P> self) throws Exception {
        return (StateAndData<S, D>) exported;
    }

    // ---- What a callback returns ---------------------------------------------------------------------------------
    // These make values and do nothing: they are methods so that they know the types of the machine.

    /// Goes to a state; to the one that the machine is in is the same as [#keepState()].
    /// Erlang: `{next_state, State, Data, Actions}`.
    ///
    /// @param state the next state
    /// @return the transition
    default Transition<S, D, P> goTo(S state) {
        return Transition.to(state);
    }

    /// Stays in the state. Erlang: `keep_state_and_data`, `{keep_state, NewData, Actions}`.
    ///
    /// @return the transition
    default Transition<S, D, P> keepState() {
        return Transition.keep();
    }

    /// Stays in the state, and enters it again: `enter` is called, but it counts as no change of state otherwise.
    /// Erlang: `repeat_state_and_data`, `{repeat_state, NewData, Actions}`.
    ///
    /// @return the transition
    default Transition<S, D, P> repeatState() {
        return Transition.repeat();
    }

    /// Stays in the state, and keeps the event for another one. Erlang: `{keep_state_and_data, postpone}`.
    ///
    /// @return the transition
    default Transition<S, D, P> postpone() {
        return Transition.postponed();
    }

    /// Stays in the state: the event was not expected, and is logged and dropped.
    ///
    /// @return the transition
    default Transition<S, D, P> unhandled() {
        return Transition.unhandled();
    }

    /// Stops the machine: replies are given, `terminate` runs, then the process ends with `normal`. Erlang: `stop`.
    ///
    /// @return the transition
    default Transition<S, D, P> stop() {
        return Transition.stopping(ExitReason.normal());
    }

    /// Stops the machine: replies are given, `terminate` runs, then the process ends with `reason`.
    /// Erlang: `{stop, Reason, NewData}`, `{stop_and_reply, Reason, Replies, NewData}`.
    ///
    /// @param reason why it stops
    /// @return the transition
    default Transition<S, D, P> stop(ExitReason reason) {
        return Transition.stopping(reason);
    }

    /// Nothing more is to be done to enter a state. Erlang: `keep_state_and_data`, of an enter call.
    ///
    /// @return what `enter` returns
    default Entry<D> entered() {
        return Entry.done();
    }

    /// How to start such a machine.
    ///
    /// @param <P> the protocol
    /// @param factory makes a machine for each start; runs in the new process
    /// @return a start without a name, and without a limit for `init`
    static <P> StatemSpec<P> spec(Supplier<? extends GenStatem<?, ?, P>> factory) {
        return new StatemSpec<>(factory);
    }
}
