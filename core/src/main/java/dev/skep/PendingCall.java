package dev.skep;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A request that has been sent, and whose answer is fetched when it is wanted.
///
/// It may be awaited by one thread at a time, again after a time limit, and turned into a future. Erlang: a
/// request id.
///
/// @param <R> the type of the answer
public final class PendingCall<R> {
    private final Node node;
    private final ServerRef<?> server;
    private final Call<?, R> message;
    final PendingSlot slot;

    PendingCall(Node node, ServerRef<?> server, Call<?, R> message) {
        this.node = node;
        this.server = server;
        this.message = message;
        this.slot = new PendingSlot(node.scheduler);
    }

    /// Waits for the answer, for `timeout` at most; the call stays pending after that. Blocks.
    /// Erlang: `gen_server:wait_response/2`.
    ///
    /// @param timeout zero only looks
    /// @return the answer, or the failure of the call ([CallException.Cancelled] if it was given up); empty if
    ///     neither has come
    /// @throws CallException.Timeout if a server waits here while it handles a call, and the deadline of that is
    ///     over before `timeout` is
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public Optional<Result<R, CallException>> await(Duration timeout) {
        Durations.notNegative(timeout, "timeout");
        Worker here = Worker.current();
        Limit limit = Limit.of(node, timeout, here);
        try {
            await(limit, here);
            if (slot.isDone()) {
                return Optional.of(outcome());
            }
            if (limit.inherited()) {
                throw timedOut(limit, Rings.search(slot.request()));
            }
            return Optional.empty();
        } finally {
            if (here != null) {
                here.awaits(null);
            }
        }
    }

    private void await(Limit limit, @Nullable Worker here) {
        if (limit.nanos() == 0) {
            return;
        }
        if (here != null) {
            here.awaits(slot);
        }
        if (Blocking.awaitUntil(node, slot, limit.deadline()) == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted(server.what(message));
        }
    }

    /// Waits for the answer, and gives the call up if it does not come in time: a late answer is dropped. Blocks. The
    /// server sees the time limit meanwhile. If the thread is interrupted, the call stays pending, without a limit,
    /// unless its time is over by then. Erlang: `gen_server:receive_response/2`.
    ///
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return the answer
    /// @throws CallException when there is no answer: its subclass says why
    public R get(Duration timeout) {
        Durations.notNegative(timeout, "timeout");
        return get(Limit.of(node, timeout, Worker.current()));
    }

    R get(Limit limit) {
        Worker here = Worker.current();
        slot.giveUpAt(limit.deadline());
        try {
            await(limit, here);
            if (!slot.isDone()) {
                CallException.Timeout failure = timedOut(limit, Rings.search(slot.request()));
                if (cancel()) {
                    throw failure;
                }
            }
        } finally {
            if (!slot.isDone()) {
                takeLimitBack(limit);
            }
            if (here != null) {
                here.awaits(null);
            }
        }
        return outcome().orElseThrow(failure -> failure);
    }

    /// Nobody waits any more, but somebody may do so again. A server that has skipped the request has looked at the
    /// time, then at the limit; here the limit goes first. So if it has skipped it, the time is over here too.
    private void takeLimitBack(Limit limit) {
        slot.giveUpAt(Durations.FOREVER);
        if (limit.isReached(node)) {
            cancel();
        }
    }

    CallException.Timeout timedOut(Limit limit, List<Pid> ring) {
        return CallException.Timeout.ofCall(server.what(message), limit, story(), ring);
    }

    private String story() {
        Retries retries = slot.retries();
        return retries == null ? "" : retries.story();
    }

    /// Gives the call up: a late answer is dropped, and the request is skipped if the server has not begun it.
    ///
    /// @return false if the answer was there already
    public boolean cancel() {
        return slot.close();
    }

    /// The answer as a future, which fails with the [CallException]; cancelling it cancels the call. What depends on
    /// the future may block: it runs on a thread of its own, which is no process.
    ///
    /// @return the future; at most one for each call
    /// @throws IllegalStateException if the call is a future, or in a [PendingCalls], already
    public CompletableFuture<R> toFuture() {
        CompletableFuture<R> future = new CompletableFuture<>();
        onDone(() -> node.runElsewhere(() -> outcome().fold(future::complete, future::completeExceptionally)));
        Watch.onCancel(future, this::cancel);
        return future;
    }

    /// Sends the answer, once it is there, to a process, as a [Response] message. That is what
    /// [Self#request(ServerRef, Call, Object)] does, for a request that was sent by somebody else. Does not block.
    ///
    /// @param receiver who gets the message
    /// @param label what the [Response] carries
    /// @throws NotSendableException if the label can be changed, and the node is strict
    /// @throws IllegalStateException if the call is a future, in a [PendingCalls], or sent to somebody, already
    public void sendTo(Pid receiver, Object label) {
        Objects.requireNonNull(receiver, "receiver");
        Objects.requireNonNull(label, "label");
        node.refuseMutable(label, (Process) receiver);
        sendLabelled(receiver, label);
    }

    /// Sends the answer, once it is there, to a process, as a message that [#outcomeIn(Object)] reads. For a
    /// server, which should not wait in its handlers. Does not block.
    ///
    /// @param receiver who gets the message
    /// @throws IllegalStateException if the call is a future, in a [PendingCalls], or sent to somebody, already
    public void sendTo(Pid receiver) {
        Objects.requireNonNull(receiver, "receiver");
        sendLabelled(receiver, this);
    }

    private void sendLabelled(Pid receiver, Object label) {
        onDone(() -> receiver.deliver(
                new Message.Notice(new Response(label, outcome().map(value -> value)))));
    }

    /// Reads the message that [#sendTo(Pid)] has asked for. Does not block. Erlang: `gen_server:check_response/2`.
    ///
    /// ```java
    /// public Next<Orders> info(Object message, Orders orders) {
    ///     return orders.stock.outcomeIn(message)
    ///             .map(orders::stockIs)
    ///             .orElse(Next.unhandled());
    /// }
    /// ```
    ///
    /// @param message any message
    /// @return the answer, or the failure of the call, if this is the message of this call
    public Optional<Result<R, CallException>> outcomeIn(Object message) {
        Objects.requireNonNull(message, "message");
        return message instanceof Response(Object label, var _) && label == this
                ? Optional.of(outcome())
                : Optional.empty();
    }

    /// Runs once the answer is there, at once if it is.
    void onDone(Runnable action) {
        slot.onDone(action);
    }

    Node node() {
        return node;
    }

    Result<R, CallException> outcome() {
        return server.answer(message, slot.value(), story());
    }

    @Override
    public String toString() {
        return "pending " + server.what(message);
    }
}
