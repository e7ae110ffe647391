package dev.skep.event;

import dev.skep.Behaviour;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.HandlerReport;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Reportable;
import dev.skep.Result;
import dev.skep.Self;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A running [GenEvent].
final class GenEventLoop<E> implements Behaviour {
    private final Self<Object> self;
    /// The one that was added last first.
    private final List<Installed<?, ? super E, ?>> handlers = new ArrayList<>();

    GenEventLoop(Self<Object> self) {
        this.self = self;
    }

    /// What each handler is given in turn.
    private interface Turn<E> {
        Next<?> of(Installed<?, ? super E, ?> handler) throws Exception;
    }

    @Override
    public void init() {
        self.trapExit(true);
    }

    // ---- Messages ------------------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("unchecked") // checked by the compiler where it was sent
    public void cast(Object message) {
        if (message instanceof EventRpc.Notify<?>(Object event)) {
            tellAll(handler -> handler.event((E) event), event);
        } else {
            self.node().unexpected(self.pid(), "got a cast that is not for event managers", message);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public void call(Object message, From from) {
        if (!(message instanceof EventRpc<?> request)) {
            self.node().unexpected(self.pid(), "got a call that is not for event managers", message);
            return;
        }
        switch ((EventRpc<E>) request) {
            case EventRpc.Notify<E>(E event) -> tellAll(handler -> handler.event(event), event);
            case EventRpc.SyncNotify<E>(E event) -> {
                tellAll(handler -> handler.event(event), event);
                from.reply(true);
            }
            case EventRpc.AddHandler<E> add -> from.reply(add(add));
            case EventRpc.DeleteHandler<E> delete -> from.reply(delete(delete));
            case EventRpc.SwapHandler<E> swap -> from.reply(swap(swap));
            case EventRpc.CallHandler<E, ?, ?> call -> from.reply(callHandler(call));
            case EventRpc.WhichHandlers<E> _ ->
                from.reply(List.copyOf(handlers.stream().map(h -> h.id).toList()));
        }
    }

    /// The owner's handlers end first, then the others hear of it: one of them may care.
    @Override
    public void info(Object message) {
        if (message instanceof Exit(Pid pid, ExitReason reason)) {
            for (Installed<?, ? super E, ?> handler : List.copyOf(handlers)) {
                if (handler.owner == pid) {
                    handlers.remove(handler);
                    end(handler, new HandlerEnd.OwnerEnded(pid, reason), ExitReason.shutdown(), Optional.of(message));
                }
            }
        }
        tellAll(handler -> handler.info(message), message);
    }

    /// Gives all handlers something, and does what they say.
    private void tellAll(Turn<E> turn, Object message) {
        ListIterator<Installed<?, ? super E, ?>> each = handlers.listIterator();
        while (each.hasNext()) {
            Installed<?, ? super E, ?> handler = each.next();
            try {
                Next<?> next = turn.of(handler);
                if (next == Next.noReply()) {
                    continue;
                }
                if (next.reply().isPresent()) {
                    throw new IllegalStateException("handler " + handler.id + " replied with a "
                            + next.reply().get().getClass().getName() + ", but an event has no caller");
                }
                obey(handler, next, each, message);
            } catch (Throwable thrown) { // whatever it is, the others go on
                crashed(handler, thrown, each, message);
            }
        }
    }

    private <Q, R> Result<R, HandlerError> callHandler(EventRpc.CallHandler<E, Q, R> call) {
        ListIterator<Installed<?, ? super E, ?>> place = find(call.id());
        if (place == null) {
            return Result.err(new HandlerError.NotFound(call.id()));
        }
        Installed<?, ? super E, ?> handler = place.next();
        try {
            Next<?> next = handler.call(call.message());
            @SuppressWarnings("unchecked") // the protocol ties R to the message
            R answer = (R) next.reply()
                    .orElseThrow(() -> new IllegalStateException("handler " + handler.id + " did not reply to "
                            + call.message().getClass().getName() + "; it has to at once"));
            obey(handler, next, place, call.message());
            return Result.ok(answer);
        } catch (Throwable thrown) { // the manager lives, and so does the caller
            return Result.err(new HandlerError.Crashed(call.id(), crashed(handler, thrown, place, call.message())));
        }
    }

    /// Does what a callback has said, other than its reply and its state.
    ///
    /// @param place the iterator that has just returned the handler
    private void obey(
            Installed<?, ? super E, ?> handler,
            Next<?> next,
            ListIterator<Installed<?, ? super E, ?>> place,
            Object message) {
        if (next.isUnhandled()) {
            self.node().unexpected(self.pid(), "handler " + handler.id + " does not handle a message", message);
        } else if (next.stopReason().isPresent()) {
            ExitReason reason = next.stopReason().get();
            place.remove();
            end(handler, new HandlerEnd.Removed(reason), reason, Optional.of(message));
        } else if (next.continuation().isPresent()) {
            if (!(next.continuation().get() instanceof Swap<?> swap)) {
                throw new IllegalStateException("handler " + handler.id + " continues with "
                        + next.continuation().get() + ", but a handler can continue with a Swap only");
            }
            swapInPlace(handler, swap, place);
        } else if (next.idleTimeout().isPresent()) {
            throw new IllegalStateException("handler " + handler.id + " asks for an idle timeout, but a manager is"
                    + " rarely idle and has none: use Self.startTimer");
        }
    }

    private void swapInPlace(
            Installed<?, ? super E, ?> old, Swap<?> swap, ListIterator<Installed<?, ? super E, ?>> place) {
        place.remove();
        Optional<Object> left = leaveTo(old, swap, Optional.ofNullable(old.owner));
        try {
            place.add(takeOver(swap, old.owner, left));
        } catch (Throwable thrown) {
            self.trapExit(true);
            ExitReason reason = ExitReason.crashed(thrown);
            self.node().report(HandlerReport.of(self.pid(), swap.id().text(), reason, Optional.empty(), "(none)"));
            tellOwner(old.owner, swap.id(), reason);
        }
    }

    // ---- Handlers come and go ------------------------------------------------------------------------------------

    private Result<HandlerId<?>, HandlerError> add(EventRpc.AddHandler<E> request) {
        request.owner().ifPresent(self::link);
        try {
            EventHandler<?, ? super E, ?> handler = make(request.id(), request.factory());
            handlers.addFirst(Installed.init(request.id(), request.owner().orElse(null), handler, self));
            return Result.ok(request.id());
        } catch (Throwable thrown) {
            return Result.err(notAdded(request.id(), thrown));
        }
    }

    private Result<Optional<Object>, HandlerError> delete(EventRpc.DeleteHandler<E> request) {
        ListIterator<Installed<?, ? super E, ?>> place = find(request.id());
        if (place == null) {
            return Result.err(new HandlerError.NotFound(request.id()));
        }
        Installed<?, ? super E, ?> handler = place.next();
        place.remove();
        return end(handler, new HandlerEnd.Deleted(request.argument()), ExitReason.normal(), Optional.empty());
    }

    private Result<HandlerId<?>, HandlerError> swap(EventRpc.SwapHandler<E> request) {
        ListIterator<Installed<?, ? super E, ?>> place = find(request.old());
        Pid owner = request.owner().orElse(null);
        Optional<Object> left = Optional.empty();
        if (place != null) {
            Installed<?, ? super E, ?> old = place.next();
            place.remove();
            owner = request.owner().orElse(old.owner);
            left = leaveTo(old, request.swap(), Optional.ofNullable(owner));
        }
        request.owner().ifPresent(self::link);
        try {
            handlers.addFirst(takeOver(request.swap(), owner, left));
            return Result.ok(request.swap().id());
        } catch (Throwable thrown) {
            return Result.err(notAdded(request.swap().id(), thrown));
        }
    }

    /// @return what the old handler leaves to its successor
    private Optional<Object> leaveTo(Installed<?, ? super E, ?> old, Swap<?> swap, Optional<Pid> owner) {
        HandlerEnd why = new HandlerEnd.Swapped(swap.id(), swap.argument());
        ExitReason told = ExitReason.because(new HandlerExit.Swapped(swap.id(), owner));
        return end(old, why, told, Optional.empty()).orElse(Optional.empty());
    }

    @SuppressWarnings("unchecked") // a swap by a handler of these events
    private Installed<?, ? super E, ?> takeOver(Swap<?> swap, @Nullable Pid owner, Optional<Object> left)
            throws Exception {
        EventHandler<?, ? super E, ?> handler = make(swap.id(), ((Swap<E>) swap).factory());
        return Installed.takeOver(swap.id(), owner, handler, self, left);
    }

    private static <H> H make(HandlerId<?> id, Supplier<? extends H> factory) {
        return Objects.requireNonNull(factory.get(), "the factory of handler " + id + " made no handler");
    }

    private HandlerError notAdded(HandlerId<?> id, Throwable thrown) {
        self.trapExit(true); // unless it threw because the manager is killed: this ends it
        return new HandlerError.Crashed(id, ExitReason.crashed(thrown));
    }

    /// The first handler of that id is the next element of the iterator; null if there is none.
    private @Nullable ListIterator<Installed<?, ? super E, ?>> find(HandlerId<?> id) {
        for (int i = 0; i < handlers.size(); i++) {
            if (handlers.get(i).id.equals(id)) {
                return handlers.listIterator(i);
            }
        }
        return null;
    }

    // ---- Handlers end --------------------------------------------------------------------------------------------

    private ExitReason crashed(
            Installed<?, ? super E, ?> handler,
            Throwable thrown,
            ListIterator<Installed<?, ? super E, ?>> place,
            Object message) {
        self.trapExit(true); // unless it threw because the manager is killed: this ends it
        ExitReason reason = ExitReason.crashed(thrown);
        if (handlers.contains(handler)) {
            place.remove();
            end(handler, new HandlerEnd.Crashed(reason), reason, Optional.of(message));
        }
        return reason;
    }

    /// Lets a handler that has been taken from the list clean up, reports what went wrong, and tells its owner.
    private Result<Optional<Object>, HandlerError> end(
            Installed<?, ? super E, ?> handler, HandlerEnd why, ExitReason told, Optional<Object> message) {
        Result<Optional<Object>, HandlerError> left;
        try {
            left = Result.ok(handler.terminate(why));
        } catch (Throwable thrown) {
            self.trapExit(true); // as above
            ExitReason reason = ExitReason.crashed(thrown);
            left = Result.err(new HandlerError.Crashed(handler.id, reason));
            report(handler, reason, message);
        }
        boolean expected = told.isOrderly()
                || (told instanceof ExitReason.Because(Object value) && value instanceof HandlerExit.Swapped);
        if (!expected) {
            report(handler, told, message);
        }
        tellOwner(handler.owner, handler.id, told);
        return left;
    }

    private void report(Installed<?, ? super E, ?> handler, ExitReason reason, Optional<Object> message) {
        self.node().report(HandlerReport.of(self.pid(), handler.id.text(), reason, message, reportedText(handler)));
    }

    private void tellOwner(@Nullable Pid owner, HandlerId<?> id, ExitReason reason) {
        if (owner != null) {
            owner.send(new HandlerExit(self.pid(), id, reason));
        }
    }

    /// The owners of handlers are told, and must not end because the manager does.
    @Override
    public void terminate(ExitReason reason) {
        for (Installed<?, ? super E, ?> handler : List.copyOf(handlers)) {
            handlers.remove(handler);
            end(handler, new HandlerEnd.ManagerEnds(reason), ExitReason.shutdown(), Optional.empty());
            if (handler.owner != null) {
                self.unlink(handler.owner);
            }
        }
    }

    // ---- System requests -----------------------------------------------------------------------------------------

    @Override
    public Object state() {
        return handlers.stream().map(Installed::state).toList();
    }

    @Override
    public void replaceState(Object state) {
        if (!(state instanceof List<?> given) || given.size() != handlers.size()) {
            throw new IllegalArgumentException("the state of an event manager is a list with a HandlerState for each of"
                    + " its " + handlers.size() + " handlers, but was given " + state);
        }
        for (int i = 0; i < handlers.size(); i++) {
            Installed<?, ? super E, ?> handler = handlers.get(i);
            if (!(given.get(i) instanceof HandlerState(HandlerId<?> id, Object replacement) && id.equals(handler.id))) {
                throw new IllegalArgumentException("element " + i + " has to be the HandlerState of handler "
                        + handler.id + ", but was " + given.get(i));
            }
            handler.checkState(replacement);
        }
        for (int i = 0; i < handlers.size(); i++) {
            handlers.get(i).replaceState(((HandlerState) given.get(i)).state());
        }
    }

    @Override
    public Runnable changeCode(CodeChange change) throws Exception {
        if (!(change.implementation() instanceof HandlerChange given)) {
            throw new IllegalArgumentException("an event manager goes on with other code for one of its handlers, as a "
                    + "HandlerChange says, but was given a "
                    + change.implementation().getClass().getName());
        }
        ListIterator<Installed<?, ? super E, ?>> place = find(given.id());
        if (place == null) {
            throw new IllegalArgumentException("there is no handler " + given.id() + " whose code could be changed");
        }
        return place.next().changeCode(given.handler(), change);
    }

    /// The handlers, each with its state as it reports it.
    @Override
    public Object reportedState() {
        return handlers.stream()
                .map(handler -> handler.id + ": " + reportedText(handler))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String reportedText(Installed<?, ?, ?> handler) {
        try {
            Object state = handler.reportedState();
            return state instanceof Reportable reportable ? reportable.toReport() : String.valueOf(state);
        } catch (Throwable thrown) { // a report must not fail because of a state that cannot be shown
            return "(a state that cannot be shown: " + thrown.getClass().getName() + ")";
        }
    }

    @Override
    public String initialCall() {
        return GenEvent.class.getName();
    }
}
