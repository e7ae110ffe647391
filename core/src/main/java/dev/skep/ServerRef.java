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
    /// @param <R> the type of the answer
    /// @param message the request
    /// @param timeout how long to wait; [#FOREVER] for no limit
    /// @return the answer
    /// @throws CallException when there is no answer: its subclass says why
    public <R> R call(Call<P, R> message, Duration timeout) {
        Objects.requireNonNull(message, "message");
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        Process target = target();
        if (target == null) {
            throw new CallException.NoProcess(what(message));
        }
        Process caller = caller();
        if (caller == target) {
            throw new CallException.CallingSelf(what(message));
        }
        node.refuseMutable(message, target);
        Slot<Object> slot = new Slot<>(node.scheduler);
        long deadline = nanos == Durations.FOREVER ? nanos : node.clock.nanoTime() + nanos;
        target.deliver(new Request(message, slot, deadline, node, caller), nanos);
        boolean answered = false;
        try {
            Blocking.Outcome waited = Blocking.await(node, slot, target.bound == null ? nanos : left(deadline));
            answered = waited == Blocking.Outcome.DONE;
            if (waited == Blocking.Outcome.INTERRUPTED) {
                throw new CallException.Interrupted(what(message));
            }
        } finally {
            if (!answered) {
                slot.close(); // a late answer is dropped, and the request is skipped
            }
        }
        if (slot.value() == null) {
            throw CallException.Timeout.ofCall(what(message), timeout);
        }
        return answer(message, slot).orElseThrow(failure -> failure);
    }

    /// How long a call still has after it has waited for room in a bounded mailbox.
    private long left(long deadline) {
        return deadline == Durations.FOREVER ? deadline : Math.max(0, deadline - node.clock.nanoTime());
    }

    /// The calling process.
    ///
    /// @throws ProcessExit if it has been abandoned: this thread may not act for it any more
    private static @Nullable Process caller() {
        Worker here = Worker.current();
        if (here == null) {
            return null;
        }
        here.unwindIfDoomed();
        return here.process;
    }

    @SuppressWarnings("unchecked") // the protocol ties R to the message, and the server answers with reply(R)
    <R> Result<R, CallException> answer(Call<?, R> message, Slot<Object> slot) {
        Object value = slot.value();
        return switch (value) {
            case null -> Result.err(new CallException.Cancelled(what(message)));
            case Request.Failure(ExitReason reason) ->
                reason instanceof ExitReason.NoProcess
                        ? Result.err(new CallException.NoProcess(what(message)))
                        : Result.err(CallException.ServerExited.ofCall(what(message), reason));
            case Request.Refused(int capacity) -> Result.err(CallException.Overloaded.of(what(message), capacity));
            default -> Result.ok((R) value);
        };
    }

    /// Sends a message and does not wait. Never blocks, unless the server's mailbox is full and says
    /// [Overflow#BLOCK]; is silent if nobody is there. Erlang: `gen_server:cast/2`.
    ///
    /// @param message the message
    /// @throws CallException.Overloaded if it had to wait, and there was no room in time; it was not sent
    /// @throws CallException.Interrupted if the thread was interrupted while it had to wait; its interrupt
    ///     status is kept, and the message was not sent
    public void cast(Cast<P> message) {
        Objects.requireNonNull(message, "message");
        Process target = target();
        if (target != null) {
            node.refuseMutable(message, target);
            target.deliver(new Signal.CastMessage(message));
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
        return request(message, Bound.USUAL_PATIENCE);
    }

    private <R> PendingCall<R> request(Call<P, R> message, long patience) {
        PendingCall<R> pending = new PendingCall<>(node, this, message);
        submit(message, pending.slot, patience);
        return pending;
    }

    /// Sends a request whose outcome is handed to `receiver`, on the thread that answers.
    <R> void request(Call<P, R> message, Consumer<Result<Object, CallException>> receiver) {
        Objects.requireNonNull(message, "message");
        submit(
                message,
                new Slot<>(node.scheduler) {
                    @Override
                    void completed() {
                        receiver.accept(answer(message, this).map(value -> value));
                    }
                },
                Bound.USUAL_PATIENCE);
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
            pending.slot.fill(new Request.Failure(ExitReason.noProcess()));
        } else if (here != null && here.process == target) {
            throw new CallException.CallingSelf(what(request));
        } else { // also from a process that is about to end: it may have to resume what it has suspended
            target.deliver(new SystemCall(target, request, pending.slot));
        }
        return pending;
    }

    private void submit(Call<P, ?> message, Slot<Object> slot, long patience) {
        Process target = target();
        node.refuseMutable(message, target);
        if (target == null) {
            slot.fill(new Request.Failure(ExitReason.noProcess()));
        } else {
            target.deliver(new Request(message, slot, Durations.FOREVER, node, caller()), patience);
        }
    }

    /// Sends a request to each of several servers and waits for all answers. Blocks.
    /// Erlang: `gen_server:multi_call/4`.
    ///
    /// @param <P> the protocol
    /// @param <R> the type of the answer
    /// @param servers whom to ask; the calling process itself cannot answer, and is among the failures
    /// @param message the request
    /// @param timeout how long to wait for all of them together; [#FOREVER] for no limit
    /// @return who answered what, and who did not answer
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public static <P, R> MultiCall<P, R> multiCall(List<ServerRef<P>> servers, Call<P, R> message, Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        PendingCalls<ServerRef<P>, R> pending = new PendingCalls<>();
        List<MultiCall.Reply<P, R>> replies = new ArrayList<>();
        List<MultiCall.Failure<P>> failures = new ArrayList<>();
        Process caller = caller();
        long began = servers.isEmpty() ? 0 : servers.getFirst().node.clock.nanoTime();
        long left = nanos;
        for (ServerRef<P> server : servers) {
            if (caller != null && server.target() == caller) {
                failures.add(new MultiCall.Failure<>(server, new CallException.CallingSelf(server.what(message))));
            } else {
                pending.add(server, server.request(message, left)); // it may have to wait for room
                left = nanos == Durations.FOREVER ? nanos : Math.max(0, nanos - (server.node.clock.nanoTime() - began));
            }
        }
        for (PendingCalls.Answer<ServerRef<P>, R> answer : pending.awaitAll(timeout, began)) {
            switch (answer.outcome()) {
                case Result.Ok<R, CallException>(R value) -> replies.add(new MultiCall.Reply<>(answer.label(), value));
                case Result.Err<R, CallException>(CallException failure) ->
                    failures.add(new MultiCall.Failure<>(answer.label(), failure));
            }
        }
        return new MultiCall<>(replies, failures);
    }

    /// Asks the server to stop, as a message in its turn, and waits until it has ended. A plain process gets an
    /// [Exit] message. Blocks. Erlang: `gen_server:stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [#FOREVER] for no limit
    /// @throws CallException.NoProcess if nobody is there
    /// @throws CallException.Timeout if it has not ended in time
    /// @throws CallException.ServerExited if it ended for another reason
    public void stop(ExitReason reason, Duration timeout) {
        Objects.requireNonNull(reason, "reason");
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        String what = "stop of " + this;
        Process target = target();
        if (target == null) {
            throw new CallException.NoProcess(what);
        }
        Process caller = caller();
        if (caller == target) {
            throw new CallException.CallingSelf(what);
        }
        node.refuseMutable(reason);
        Watch watch = target.watch(); // first: it may end before the current thread gets any further
        target.deliver(new Signal.Stop(caller == null ? node.root : caller, reason));
        ExitReason end = watch.await(nanos).orElseThrow(() -> CallException.Timeout.ofStop(what, timeout));
        if (end instanceof ExitReason.NoProcess && !(reason instanceof ExitReason.NoProcess)) {
            throw new CallException.NoProcess(what);
        }
        if (!end.equals(reason)) {
            throw CallException.ServerExited.ofStop(what, end);
        }
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
