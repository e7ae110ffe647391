package dev.skep.event;

import dev.skep.Next;
import dev.skep.Self;
import java.util.Optional;

/// Reacts to the events of a manager. Erlang: a `gen_event` callback module.
///
/// ```java
/// final class Counting implements EventHandler<AtomicInteger, OrderEvent, Counting.Rpc> {
///     sealed interface Rpc { record Count() implements Rpc, Call<Rpc, Integer> {} }
///
///     @Override public AtomicInteger init(Self<Object> self) {
///         return new AtomicInteger();
///     }
///
///     @Override public Next<AtomicInteger> event(OrderEvent event, AtomicInteger count) {
///         count.incrementAndGet();
///         return Next.noReply();
///     }
///
///     @Override public Next<AtomicInteger> call(Rpc message, AtomicInteger count) {
///         return switch (message) { case Rpc.Count m -> m.reply(count.get()); };
///     }
/// }
/// ```
///
/// All callbacks run in the manager's process, one at a time: a handler that blocks holds up all the others. What a
/// callback throws removes this handler; the manager and its other handlers go on.
///
/// What a callback returns:
/// | outcome | effect |
/// |---|---|
/// | [Next#noReply()], `m.reply(...)`, `.state(...)` | the handler stays |
/// | [Next#stop(dev.skep.ExitReason)], `.thenStop(...)` | the handler is removed; with any reason that is not orderly
/// that is reported |
/// | `.continueWith(`[Swap]`)` | another handler takes its place |
/// | [Next#unhandled()] | the message is logged as unexpected, and the handler stays |
///
/// @param <S> the handler's state: mutated in place, or replaced by [Next#state(Object)]
/// @param <E> the events
/// @param <Q> the protocol of its calls; [Void] when it answers none
public interface EventHandler<S, E, Q> {
    /// Makes the state, when the handler is added. Erlang: `init/1`.
    ///
    /// @param self the manager's process
    /// @return the first state, not null
    /// @throws Exception if the handler cannot be added
    S init(Self<Object> self) throws Exception;

    /// Makes the state, when the handler takes the place of another. Erlang: `init({Args, Term})`.
    ///
    /// @param self the manager's process
    /// @param left what the other handler's `terminate` has returned; empty if it has crashed, or there was no such
    ///     handler
    /// @return the first state, not null; that of [#init(Self)] by default
    /// @throws Exception if the handler cannot be added; the other one is gone all the same
    default S takeOver(Self<Object> self, Optional<Object> left) throws Exception {
        return init(self);
    }

    /// Handles an event. Erlang: `handle_event/2`.
    ///
    /// @param event what has happened
    /// @param state the state
    /// @return what to do next
    /// @throws Exception to crash this handler
    Next<S> event(E event, S state) throws Exception;

    /// Answers a call to this handler; the outcome must have a reply. Erlang: `handle_call/2`.
    ///
    /// @param message the request
    /// @param state the state
    /// @return what to do next, with a reply
    /// @throws Exception to crash this handler
    default Next<S> call(Q message, S state) throws Exception {
        throw new UnsupportedOperationException(
                getClass().getName() + " was called with " + message + " but does not override call");
    }

    /// Handles a message that was sent to the manager and is no event: [dev.skep.Exit], [dev.skep.Down], a timeout.
    /// Erlang: `handle_info/2`.
    ///
    /// @param message what came
    /// @param state the state
    /// @return what to do next
    /// @throws Exception to crash this handler
    default Next<S> info(Object message, S state) throws Exception {
        return Next.unhandled();
    }

    /// Cleans up. Runs once for every handler whose `init` has returned, also after a crash, unless the manager is
    /// killed. By default it closes a state that is [AutoCloseable]. Erlang: `terminate/2`.
    ///
    /// @param why why it ends
    /// @param state the last state
    /// @return what a handler that takes its place, or whoever deletes it, gets
    /// @throws Exception to be reported
    default Optional<Object> terminate(HandlerEnd why, S state) throws Exception {
        if (state instanceof AutoCloseable closeable) {
            closeable.close();
        }
        return Optional.empty();
    }

    /// The state as reports show it. Erlang: `format_status/1`.
    ///
    /// @param state the state
    /// @return a value whose text is shown, bounded in length
    default Object reportedState(S state) {
        return state;
    }
}
