package dev.skep;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A server that can be called and cast to, by name or by pid. One by name looks the process up at each use, so
/// that whoever holds it does not notice restarts.
///
/// Every method may be called from any thread, also one that is no process. Equal references name the same process
/// or the same name on the same node.
///
/// @param <P> the protocol: what may be sent
public final class ServerRef<P> {
    /// A time limit that never ends. Erlang: `infinity`.
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /// How long a call waits unless told otherwise: five seconds, as in OTP.
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private final Node node;
    private final @Nullable Process process;
    private final @Nullable Name<?> name;
    /// Who had the name at the last look; it is asked whether it still has it.
    private @Nullable Process lastSeen;

    ServerRef(Node node, Process process) {
        this.node = node;
        this.process = process;
        this.name = null;
    }

    ServerRef(Node node, Name<?> name) {
        this.node = node;
        this.process = null;
        this.name = Objects.requireNonNull(name, "name");
    }

    /// A reference to a process by pid. The caller vouches for the protocol.
    ///
    /// @param <P> the protocol
    /// @param pid the process
    /// @return the reference
    public static <P> ServerRef<P> of(Pid pid) {
        Process process = (Process) Objects.requireNonNull(pid, "pid");
        return new ServerRef<>(process.node, process);
    }

    /// Sends a request and waits for the answer, for five seconds. Blocks. Erlang: `gen_server:call/2`.
    ///
    /// @param <R> the type of the answer
    /// @param message the request
    /// @return the answer
    /// @throws CallException when there is no answer: its subclass says why
    public <R> R call(Call<P, R> message) {
        return call(message, DEFAULT_TIMEOUT);
    }

    /// Sends a request and waits for the answer. Blocks. Erlang: `gen_server:call/3`.
    ///
    /// A server that calls while it handles a call waits no longer than its own caller does, see
    /// [Self#timeLeft()]. If there is no time left, the request is not sent. An [IdempotentCall] by
    /// name waits for a server, and for the next one if that ends, within the same time.
    ///
    /// @param <R> the type of the answer
    /// @param message the request
    /// @param timeout how long to wait; [#FOREVER] for no limit
    /// @return the answer
    /// @throws CallException when there is no answer: its subclass says why
    /// @throws NotSendableException if the node is strict and the message can be changed
    ///     ([NodeBuilder#strict(boolean)])
    public <R> R call(Call<P, R> message, Duration timeout) {
        Objects.requireNonNull(message, "message");
        Durations.notNegative(timeout, "timeout");
        Worker here = Worker.acting();
        Limit limit = Limit.of(node, timeout, here);
        Process target = target();
        Process caller = here == null ? null : here.process;
        if (caller != null && caller == target) {
            throw new CallException.CallingSelf(what(message));
        }
        node.refuseMutable(message, target);
        if (limit.isOver()) {
            throw CallException.Timeout.notSent(what(message));
        }
        if (target == null) {
            return retry(message, Request.Failure.NOBODY, limit.copy(), caller);
        }
        AwaitedRequest request = new AwaitedRequest(message, limit.deadline(), target, caller);
        List<Pid> ring = ask(request, limit.nanos(), limit.deadline(), here);
        if (ring != null) {
            throw CallException.Timeout.ofCall(what(message), limit.copy(), "", ring);
        }
        return request.value() instanceof Request.Failure failure
                ? retry(message, failure, limit.copy(), caller)
                : answer(message, request.value(), "").orElseThrow(thrown -> thrown);
    }

    /// Sends a request, waits for its answer, and gives the call up if that does not come.
    ///
    /// @return null if there is an answer; if the time is up, the servers that wait for each other, if they do
    private @Nullable List<Pid> ask(AwaitedRequest request, long nanos, long deadline, @Nullable Worker here) {
        if (here != null) {
            here.awaits(request);
        }
        try {
            request.target.deliver(request, nanos);
            Blocking.Outcome waited = Blocking.awaitUntil(node, request, deadline);
            if (waited == Blocking.Outcome.INTERRUPTED) {
                throw new CallException.Interrupted(what(request.message));
            }
            if (waited == Blocking.Outcome.EXPIRED) {
                List<Pid> ring = Rings.search(request); // first: it looks for calls that have not been given up
                if (request.close()) {
                    return ring;
                }
            }
            return null;
        } finally {
            request.close(); // if there is no answer: a late one is dropped, and the request is skipped
            if (here != null) {
                here.awaits(null);
            }
        }
    }

    /// Goes on with a call that has failed, if it may be made again. A call that is answered does not come by here, so
    /// it does not matter to it whether it might.
    private <R> R retry(Call<P, R> message, Request.Failure failure, Limit limit, @Nullable Process caller) {
        if (!mayRetry(message)) {
            throw failed(message, failure, "");
        }
        PendingCall<R> call = new PendingCall<>(node, this, message);
        call.slot.giveUpAt(limit.deadline());
        Retries retries = new Retries(node, Objects.requireNonNull(name), message, call.slot, caller, true);
        call.slot.retryBy(retries);
        retries.beginAfter(failure);
        try {
            return call.get(limit);
        } finally {
            call.cancel(); // if the thread was interrupted, or its process was told to end
        }
    }

    /// Whether a call may be handed to the next server when one ends.
    private boolean mayRetry(Object message) {
        return name != null && message instanceof IdempotentCall<?, ?>;
    }

    @SuppressWarnings("unchecked") // the protocol ties R to the message, and the server answers with reply(R)
    <R> Result<R, CallException> answer(Call<?, R> message, @Nullable Object value, String story) {
        return switch (value) {
            case null -> Result.err(new CallException.Cancelled(what(message)));
            case Request.Failure failure -> Result.err(failed(message, failure, story));
            case Request.Refused(int capacity) -> Result.err(CallException.Overloaded.of(what(message), capacity));
            default -> Result.ok((R) value);
        };
    }

    private CallException failed(Object message, Request.Failure failure, String story) {
        ExitReason reason = failure.reason();
        return reason instanceof ExitReason.NoProcess
                ? new CallException.NoProcess(what(message), story)
                : CallException.ServerExited.ofCall(what(message), reason, story);
    }

    /// Sends a message and does not wait. Never blocks, unless the server's mailbox is full and says
    /// [Overflow#BLOCK]; is silent if nobody is there. Erlang: `gen_server:cast/2`.
    ///
    /// @param message the message
    /// @throws CallException.Overloaded if it had to wait, and there was no room in time; it was not sent
    /// @throws CallException.Interrupted if the thread was interrupted while it had to wait; its interrupt
    ///     status is kept, and the message was not sent
    /// @throws NotSendableException if the node is strict and the message can be changed
    ///     ([NodeBuilder#strict(boolean)])
    public void cast(Cast<P> message) {
        Objects.requireNonNull(message, "message");
        Process target = target();
        if (target != null) {
            node.refuseMutable(message, target);
            target.deliver(new Message.CastMessage(message), Bound.USUAL_PATIENCE);
        }
    }

    /// Sends a message outside of the protocol, which the server handles in `info`. Blocks and throws as
    /// [#cast(Cast)] does, and is silent if nobody is there. Erlang: `Name ! Message`.
    ///
    /// @param message an immutable value
    public void send(Object message) {
        Objects.requireNonNull(message, "message");
        Process target = target();
        if (target != null) {
            target.send(message);
        }
    }

    /// Sends a request and does not wait: the answer is fetched later, by this or another thread. It has no time
    /// limit of its own. It is sent as a cast is, so it may have to wait for room in the mailbox; if there is
    /// none in time, the pending call has failed. Erlang: `gen_server:send_request/2`.
    ///
    /// @param <R> the type of the answer
    /// @param message the request
    /// @return the pending call; it has failed already if nobody is there
    public <R> PendingCall<R> request(Call<P, R> message) {
        Objects.requireNonNull(message, "message");
        PendingCall<R> pending = new PendingCall<>(node, this, message);
        submit(message, pending.slot, false, Bound.USUAL_PATIENCE);
        return pending;
    }

    /// Sends a request whose outcome is handed to `receiver`, on the thread that answers; it is for the caller alone.
    <R> void request(Call<P, R> message, Consumer<Result<Object, CallException>> receiver) {
        Objects.requireNonNull(message, "message");
        PendingCall<R> pending = new PendingCall<>(node, this, message);
        pending.onDone(() -> receiver.accept(pending.outcome().map(value -> value)));
        submit(message, pending.slot, true, Bound.USUAL_PATIENCE);
    }

    /// Sends a system request, and does not wait: to any process, whatever its protocol. `dev.skep.sys` has a
    /// method for each of them. Erlang: what `sys` sends.
    ///
    /// @param <T> the type of the answer
    /// @param request what is asked for
    /// @return the pending request; it has failed already if nobody is there
    /// @throws CallException.CallingSelf from within the process itself
    public <T> PendingCall<Result<T, Throwable>> system(SystemRequest<T> request) {
        Objects.requireNonNull(request, "request");
        if (request instanceof SystemRequest.Terminate(ExitReason reason)) {
            node.refuseMutable(reason);
        }
        PendingCall<Result<T, Throwable>> pending = new PendingCall<>(node, this, request);
        Process target = target();
        Worker here = Worker.current();
        if (target == null) {
            pending.slot.fill(Request.Failure.NOBODY);
        } else if (here != null && here.process == target) {
            throw new CallException.CallingSelf(what(request));
        } else { // also from a process that is about to end: it may have to resume what it has suspended
            target.deliver(new SystemCall(target, request, pending.slot));
        }
        return pending;
    }

    /// @param patience how long it may wait for room: see [Bound#admit]
    private void submit(Call<P, ?> message, PendingSlot slot, boolean forCaller, long patience) {
        Worker here = Worker.acting();
        Process caller = here == null ? null : here.process;
        Process target = target();
        node.refuseMutable(message, target);
        if (mayRetry(message)) {
            Retries retries = new Retries(node, Objects.requireNonNull(name), message, slot, caller, forCaller);
            slot.retryBy(retries);
            retries.begin(target, here, patience);
        } else if (target == null) {
            slot.fill(Request.Failure.NOBODY);
        } else {
            Request request = new PendingRequest(message, slot, target, caller);
            slot.sentAs(request);
            target.deliver(request, patience);
        }
    }

    /// Sends a request to each of several servers and waits for all answers. Blocks. Who handles a call itself waits no
    /// longer than its caller does. Erlang: `gen_server:multi_call/4`.
    ///
    /// @param <P> the protocol
    /// @param <R> the type of the answer
    /// @param servers whom to ask; the calling process itself cannot answer, and is among the failures
    /// @param message the request
    /// @param timeout how long to wait for all of them together; [#FOREVER] for no limit
    /// @return who answered what, and who did not answer
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public static <P, R> MultiCall<P, R> multiCall(List<ServerRef<P>> servers, Call<P, R> message, Duration timeout) {
        Objects.requireNonNull(servers, "servers");
        Objects.requireNonNull(message, "message");
        Durations.notNegative(timeout, "timeout");
        List<MultiCall.Reply<P, R>> replies = new ArrayList<>();
        List<MultiCall.Failure<P>> failures = new ArrayList<>();
        if (servers.isEmpty()) {
            return new MultiCall<>(replies, failures);
        }
        Worker here = Worker.acting();
        Node node = servers.getFirst().node;
        Limit limit = Limit.of(node, timeout, here);
        PendingCalls<ServerRef<P>, R> pending = new PendingCalls<>();
        try {
            for (ServerRef<P> server : servers) {
                if (here != null && server.target() == here.process) {
                    failures.add(new MultiCall.Failure<>(server, new CallException.CallingSelf(server.what(message))));
                } else if (limit.isOver()) {
                    failures.add(new MultiCall.Failure<>(server, CallException.Timeout.notSent(server.what(message))));
                } else {
                    pending.add(server, server.submit(message, limit.nanosLeft(node)));
                }
            }
            for (PendingCalls.Answer<ServerRef<P>, R> answer : pending.awaitAll(limit)) {
                switch (answer.outcome()) {
                    case Result.Ok<R, CallException>(R value) ->
                        replies.add(new MultiCall.Reply<>(answer.label(), value));
                    case Result.Err<R, CallException>(CallException failure) ->
                        failures.add(new MultiCall.Failure<>(answer.label(), failure));
                }
            }
        } finally {
            pending.cancelAll(); // if this thread was interrupted, or its process was told to end
        }
        return new MultiCall<>(replies, failures);
    }

    /// Sends a request that somebody waits for, for `left` nanoseconds at most.
    private <R> PendingCall<R> submit(Call<P, R> message, long left) {
        PendingCall<R> call = new PendingCall<>(node, this, message);
        if (left != Durations.FOREVER) {
            call.slot.giveUpAt(node.clock.nanoTime() + left);
        }
        submit(message, call.slot, true, left); // it may have to wait for room
        return call;
    }

    /// Asks the server to stop, as a message in its turn, and waits until it has ended. A plain process gets an
    /// [Exit] message. Blocks. Erlang: `gen_server:stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [#FOREVER] for no limit
    /// @throws CallException.NoProcess if nobody is there
    /// @throws CallException.Timeout if it has not ended in time
    /// @throws CallException.ServerExited if it ended for another reason
    /// @throws CallException.CallingSelf from within the process itself
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public void stop(ExitReason reason, Duration timeout) {
        Objects.requireNonNull(reason, "reason");
        Durations.notNegative(timeout, "timeout");
        Worker here = Worker.acting();
        Limit limit = Limit.of(node, timeout, here);
        Process target = target();
        if (target == null) {
            throw new CallException.NoProcess(stopOfThis());
        }
        Process caller = here == null ? null : here.process;
        if (caller == target) {
            throw new CallException.CallingSelf(stopOfThis());
        }
        node.refuseMutable(reason);
        Watch watch = target.watch(new Message.Stop(caller == null ? node.root : caller, reason));
        ExitReason end =
                watch.awaitUntil(limit.deadline()).orElseThrow(() -> CallException.Timeout.ofStop(stopOfThis(), limit));
        if (end instanceof ExitReason.NoProcess && !(reason instanceof ExitReason.NoProcess)) {
            throw new CallException.NoProcess(stopOfThis());
        }
        if (!end.equals(reason)) {
            throw CallException.ServerExited.ofStop(stopOfThis(), end);
        }
    }

    private String stopOfThis() {
        return "stop of " + this;
    }

    /// Asks the server to stop `normal`, and waits until it has. Blocks. Erlang: `gen_server:stop/1`.
    ///
    /// @throws CallException if nobody is there, or it ended for another reason
    public void stop() {
        stop(ExitReason.normal(), FOREVER);
    }

    /// The node where the process, or the name, is looked for.
    ///
    /// @return the node
    public Node node() {
        return node;
    }

    /// The process, right now. Erlang: `whereis/1`, for a name.
    ///
    /// @return empty if nobody has the name; a pid may have ended
    public Optional<Pid> pid() {
        return Optional.ofNullable(target());
    }

    private @Nullable Process target() {
        if (process != null) {
            return process;
        }
        Process seen = lastSeen;
        if (seen != null && seen.name() == name && seen.isAlive()) {
            return seen;
        }
        Name<?> wanted = Objects.requireNonNull(name);
        seen = wanted.find(node);
        // A process keeps the name of a node until it ends; the key of a registry may go to another any time.
        lastSeen = wanted.isVia() ? null : seen;
        return seen;
    }

    String what(Object message) {
        return "call of " + message.getClass().getSimpleName() + " to " + this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ServerRef<?> ref
                && node == ref.node
                && process == ref.process
                && Objects.equals(name, ref.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(process, name);
    }

    @Override
    public String toString() {
        return process != null ? process.toString() : "<" + node.name() + " " + name + ">";
    }
}
