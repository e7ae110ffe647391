package dev.skep.event;

import dev.skep.Call;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// A running event manager. Its methods may be called from any thread but from a handler of the same manager. All but
/// [#notify(Object)] block until the manager has done what was asked, and throw a [dev.skep.CallException] if it is
/// not there or ends meanwhile.
///
/// @param <E> the events
/// @param server the manager as a server, by pid or by name
public record GenEventRef<E>(ServerRef<EventRpc<E>> server) {
    /// Checks the server.
    ///
    /// @param server the manager as a server, by pid or by name
    public GenEventRef {
        Objects.requireNonNull(server, "server");
    }

    /// A manager by name, which survives its restarts. Its handlers do not: who added them adds them again.
    ///
    /// @param <E> the events
    /// @param node where it runs
    /// @param name its name
    /// @return the reference
    public static <E> GenEventRef<E> of(Node node, Name<EventRpc<E>> name) {
        return new GenEventRef<>(Objects.requireNonNull(node, "node").ref(name));
    }

    /// The manager's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// Tells all handlers of an event. Is silent if the manager is not there, and does not block, unless the manager
    /// was given a mailbox that makes senders wait. Erlang: `gen_event:notify/2`.
    ///
    /// @param event what has happened, an immutable value
    public void notify(E event) {
        server.cast(new EventRpc.Notify<>(Objects.requireNonNull(event, "event")));
    }

    /// Tells all handlers of an event, and waits until they have dealt with it. Erlang: `gen_event:sync_notify/2`.
    ///
    /// @param event what has happened, an immutable value
    public void syncNotify(E event) {
        server.call(new EventRpc.SyncNotify<>(Objects.requireNonNull(event, "event")), ServerRef.FOREVER);
    }

    /// Adds a handler, before those that are there. An id may be added more than once: what names it means the latest
    /// one. Erlang: `gen_event:add_handler/3`.
    ///
    /// @param <Q> the protocol of its calls
    /// @param id the handler
    /// @param factory makes it; runs in the manager
    /// @return the id; or why it was not added: its `init` has thrown
    public <Q> Result<HandlerId<?>, HandlerError> addHandler(
            HandlerId<Q> id, Supplier<? extends EventHandler<?, ? super E, Q>> factory) {
        return add(id, factory, Optional.empty());
    }

    /// Adds a handler that belongs to a process: when the process ends, the handler is removed; when the handler ends,
    /// the process gets a [HandlerExit] message. To this end the manager links itself to the process.
    /// Erlang: `gen_event:add_sup_handler/3`.
    ///
    /// @param <Q> the protocol of its calls
    /// @param owner the calling process
    /// @param id the handler
    /// @param factory makes it; runs in the manager
    /// @return the id; or why it was not added: its `init` has thrown
    public <Q> Result<HandlerId<?>, HandlerError> addSupervisedHandler(
            Self<?> owner, HandlerId<Q> id, Supplier<? extends EventHandler<?, ? super E, Q>> factory) {
        return add(id, factory, Optional.of(pidOf(owner)));
    }

    private static Pid pidOf(Self<?> owner) {
        return Objects.requireNonNull(owner, "owner").pid();
    }

    private Result<HandlerId<?>, HandlerError> add(
            HandlerId<?> id, Supplier<? extends EventHandler<?, ? super E, ?>> factory, Optional<Pid> owner) {
        Objects.requireNonNull(id, "handler id");
        Objects.requireNonNull(factory, "factory of handler " + id);
        return server.call(new EventRpc.AddHandler<E>(id, factory, owner), ServerRef.FOREVER);
    }

    /// Removes a handler. Erlang: `gen_event:delete_handler/3`.
    ///
    /// @param id the handler
    /// @return what its `terminate` has returned; or that it is not there, or that `terminate` has thrown
    public Result<Optional<Object>, HandlerError> deleteHandler(HandlerId<?> id) {
        return delete(id, Optional.empty());
    }

    /// Removes a handler. Erlang: `gen_event:delete_handler/3`.
    ///
    /// @param id the handler
    /// @param argument what its `terminate` gets
    /// @return what its `terminate` has returned; or that it is not there, or that `terminate` has thrown
    public Result<Optional<Object>, HandlerError> deleteHandler(HandlerId<?> id, Object argument) {
        return delete(id, Optional.of(Objects.requireNonNull(argument, "argument")));
    }

    private Result<Optional<Object>, HandlerError> delete(HandlerId<?> id, Optional<Object> argument) {
        Objects.requireNonNull(id, "handler id");
        return server.call(new EventRpc.DeleteHandler<>(id, argument), ServerRef.FOREVER);
    }

    /// Puts a handler in the place of another one, whose last words it gets. If there is no such handler it is added
    /// all the same. It keeps the owner of the old one. Erlang: `gen_event:swap_handler/3`.
    ///
    /// @param old the handler to be replaced
    /// @param swap the new one, and what the old one's `terminate` gets
    /// @return the new id; or why it was not added, in which case the old one is gone nevertheless
    public Result<HandlerId<?>, HandlerError> swapHandler(HandlerId<?> old, Swap<E> swap) {
        return swap(old, swap, Optional.empty());
    }

    /// Puts a handler in the place of another one, as [#swapHandler(HandlerId, Swap)] does, and lets a process own it.
    /// Erlang: `gen_event:swap_sup_handler/3`.
    ///
    /// @param owner the calling process
    /// @param old the handler to be replaced
    /// @param swap the new one, and what the old one's `terminate` gets
    /// @return the new id; or why it was not added, in which case the old one is gone nevertheless
    public Result<HandlerId<?>, HandlerError> swapSupervisedHandler(Self<?> owner, HandlerId<?> old, Swap<E> swap) {
        return swap(old, swap, Optional.of(pidOf(owner)));
    }

    private Result<HandlerId<?>, HandlerError> swap(HandlerId<?> old, Swap<E> swap, Optional<Pid> owner) {
        Objects.requireNonNull(old, "handler id");
        Objects.requireNonNull(swap, "swap");
        return server.call(new EventRpc.SwapHandler<>(old, swap, owner), ServerRef.FOREVER);
    }

    /// Calls one handler, and waits for five seconds. Erlang: `gen_event:call/3`.
    ///
    /// @param <Q> the protocol of its calls
    /// @param <R> the type of the answer
    /// @param id the handler
    /// @param message the request
    /// @return the answer; or that the handler is not there, or has crashed meanwhile
    public <Q, R> Result<R, HandlerError> call(HandlerId<Q> id, Call<Q, R> message) {
        return call(id, message, ServerRef.DEFAULT_TIMEOUT);
    }

    /// Calls one handler. Erlang: `gen_event:call/4`.
    ///
    /// @param <Q> the protocol of its calls
    /// @param <R> the type of the answer
    /// @param id the handler
    /// @param message the request
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return the answer; or that the handler is not there, or has crashed meanwhile
    public <Q, R> Result<R, HandlerError> call(HandlerId<Q> id, Call<Q, R> message, Duration timeout) {
        return server.call(callOf(id, message), timeout);
    }

    /// Calls one handler, and fetches the answer later. Does not block. Erlang: `gen_event:send_request/3`.
    ///
    /// @param <Q> the protocol of its calls
    /// @param <R> the type of the answer
    /// @param id the handler
    /// @param message the request
    /// @return the pending call
    public <Q, R> PendingCall<Result<R, HandlerError>> request(HandlerId<Q> id, Call<Q, R> message) {
        return server.request(callOf(id, message));
    }

    private static <E, Q, R> EventRpc.CallHandler<E, Q, R> callOf(HandlerId<Q> id, Call<Q, R> message) {
        return new EventRpc.CallHandler<>(
                Objects.requireNonNull(id, "handler id"), Objects.requireNonNull(message, "message"));
    }

    /// The handlers, the one that was added last first. Erlang: `gen_event:which_handlers/1`.
    ///
    /// @return their ids
    public List<HandlerId<?>> whichHandlers() {
        return server.call(new EventRpc.WhichHandlers<>(), ServerRef.FOREVER);
    }

    /// Stops the manager with the reason `normal`, and waits until it has ended. Erlang: `gen_event:stop/1`.
    public void stop() {
        stop(ExitReason.normal(), ServerRef.FOREVER);
    }

    /// Stops the manager, and waits until it has ended. Erlang: `gen_event:stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void stop(ExitReason reason, Duration timeout) {
        server.stop(reason, timeout);
    }
}
