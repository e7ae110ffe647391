package dev.skep.event;

import dev.skep.CodeChange;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A handler in its manager, with its state and its owner.
final class Installed<S, E, Q> {
    final HandlerId<?> id;
    final @Nullable Pid owner;
    private EventHandler<S, E, Q> handler;
    private S state;

    private Installed(HandlerId<?> id, @Nullable Pid owner, EventHandler<S, E, Q> handler, S state) {
        this.id = id;
        this.owner = owner;
        this.handler = handler;
        this.state = state;
    }

    /// What a callback is given, and what it returns.
    interface Callback<S, E, Q> {
        Next<S> of(EventHandler<S, E, Q> handler, S state) throws Exception;
    }

    static <S, E, Q> Installed<S, E, Q> init(
            HandlerId<?> id, @Nullable Pid owner, EventHandler<S, E, Q> handler, Self<Object> self) throws Exception {
        return new Installed<>(id, owner, handler, state(id, handler.init(self)));
    }

    static <S, E, Q> Installed<S, E, Q> takeOver(
            HandlerId<?> id,
            @Nullable Pid owner,
            EventHandler<S, E, Q> handler,
            Self<Object> self,
            Optional<Object> left)
            throws Exception {
        return new Installed<>(id, owner, handler, state(id, handler.takeOver(self, left)));
    }

    private static <S> S state(HandlerId<?> id, S made) {
        return Objects.requireNonNull(made, "init of handler " + id + " returned no state");
    }

    /// Runs a callback, and takes its new state.
    Next<S> run(Callback<S, E, Q> callback) throws Exception {
        Next<S> next = Objects.requireNonNull(
                callback.of(handler, state), "handler " + id + " returned null; return Next.noReply()");
        next.newState().ifPresent(replaced -> state = replaced);
        return next;
    }

    Next<S> event(E event) throws Exception {
        return run((code, now) -> code.event(event, now));
    }

    Next<S> info(Object message) throws Exception {
        return run((code, now) -> code.info(message, now));
    }

    @SuppressWarnings("unchecked") // the id ties the protocol to the handler
    Next<S> call(Object message) throws Exception {
        return run((code, now) -> code.call((Q) message, now));
    }

    Optional<Object> terminate(HandlerEnd why) throws Exception {
        return Objects.requireNonNull(
                handler.terminate(why, state), "terminate of handler " + id + " returned null, not an Optional");
    }

    Object reportedState() {
        return handler.reportedState(state);
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    HandlerState state() {
        return new HandlerState(id, state);
    }

    void checkState(Object replacement) {
        CodeChange.refuseForeignState(replacement, handler, EventHandler.class, 0);
    }

    @SuppressWarnings("unchecked") // checked as far as the handler's class tells
    void replaceState(Object replacement) {
        state = (S) replacement;
    }

    /// Prepares to go on with other code, and changes nothing yet.
    @SuppressWarnings("unchecked") // checked as far as the classes of the two handlers tell
    Runnable changeCode(EventHandler<?, ?, ?> given, CodeChange change) throws Exception {
        CodeChange.refuseForeignProtocol(handler, given, EventHandler.class, 1);
        CodeChange.refuseForeignProtocol(handler, given, EventHandler.class, 2);
        Object converted = state;
        if (change.conversion().isPresent()) {
            converted = Objects.requireNonNull(
                    change.conversion().get().convert(state, Optional.empty()), "the conversion made no state");
        }
        CodeChange.refuseForeignState(converted, given, EventHandler.class, 0);
        Object next = converted;
        return () -> {
            handler = (EventHandler<S, E, Q>) given;
            state = (S) next;
        };
    }
}
