package dev.skep.event;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Sendable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// The protocol of event managers, for their names: `Name<EventRpc<E>>`. Use it through [GenEventRef].
///
/// @param <E> the events
public sealed interface EventRpc<E> {
    /// Something has happened.
    ///
    /// @param <E> the events
    /// @param event what has happened
    record Notify<E>(E event) implements EventRpc<E>, Cast<EventRpc<E>> {
        /// Checks the event.
        ///
        /// @param event what has happened
        public Notify {
            Objects.requireNonNull(event, "event");
        }
    }

    /// Something has happened, and the sender waits until all handlers have dealt with it.
    ///
    /// @param <E> the events
    /// @param event what has happened
    record SyncNotify<E>(E event) implements EventRpc<E>, Call<EventRpc<E>, Boolean> {
        /// Checks the event.
        ///
        /// @param event what has happened
        public SyncNotify {
            Objects.requireNonNull(event, "event");
        }
    }

    /// Adds a handler.
    ///
    /// @param <E> the events
    /// @param id its id
    /// @param factory makes it
    /// @param owner the process that supervises it, if any
    @Sendable // what the factory captures is handed over with it
    record AddHandler<E>(
            HandlerId<?> id, Supplier<? extends EventHandler<?, ? super E, ?>> factory, Optional<Pid> owner)
            implements EventRpc<E>, Call<EventRpc<E>, Result<HandlerId<?>, HandlerError>> {
        /// Checks the parts.
        ///
        /// @param id its id
        /// @param factory makes it
        /// @param owner the process that supervises it, if any
        public AddHandler {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(factory, "factory");
            Objects.requireNonNull(owner, "owner");
        }
    }

    /// Deletes a handler.
    ///
    /// @param <E> the events
    /// @param id its id
    /// @param argument what its `terminate` gets
    record DeleteHandler<E>(HandlerId<?> id, Optional<Object> argument)
            implements EventRpc<E>, Call<EventRpc<E>, Result<Optional<Object>, HandlerError>> {
        /// Checks the parts.
        ///
        /// @param id its id
        /// @param argument what its `terminate` gets
        public DeleteHandler {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(argument, "argument");
        }
    }

    /// Puts a handler in the place of another.
    ///
    /// @param <E> the events
    /// @param old the handler to be replaced; if there is none, the new one is added all the same
    /// @param swap the new one, and what the old one's `terminate` gets
    /// @param owner the process that is to supervise it; if empty, the old handler's owner goes on
    @Sendable // what the factory captures is handed over with it
    record SwapHandler<E>(HandlerId<?> old, Swap<E> swap, Optional<Pid> owner)
            implements EventRpc<E>, Call<EventRpc<E>, Result<HandlerId<?>, HandlerError>> {
        /// Checks the parts.
        ///
        /// @param old the handler to be replaced; if there is none, the new one is added all the same
        /// @param swap the new one, and what the old one's `terminate` gets
        /// @param owner the process that is to supervise it; if empty, the old handler's owner goes on
        public SwapHandler {
            Objects.requireNonNull(old, "old");
            Objects.requireNonNull(swap, "swap");
            Objects.requireNonNull(owner, "owner");
        }
    }

    /// Calls one handler.
    ///
    /// @param <E> the events
    /// @param <Q> the protocol of its calls
    /// @param <R> the type of the answer
    /// @param id the handler
    /// @param message the request
    record CallHandler<E, Q, R>(HandlerId<Q> id, Call<Q, R> message)
            implements EventRpc<E>, Call<EventRpc<E>, Result<R, HandlerError>> {
        /// Checks the parts.
        ///
        /// @param id the handler
        /// @param message the request
        public CallHandler {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(message, "message");
        }
    }

    /// Lists the handlers.
    ///
    /// @param <E> the events
    record WhichHandlers<E>() implements EventRpc<E>, Call<EventRpc<E>, List<HandlerId<?>>> {}
}
