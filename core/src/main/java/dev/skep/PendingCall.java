package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
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
    /// Set once: what to do when the answer is there.
    private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();

    final Slot<Object> slot;

    PendingCall(Node node, ServerRef<?> server, Call<?, R> message) {
        this.node = node;
        this.server = server;
        this.message = message;
        this.slot = new Slot<>(node.scheduler) {
            @Override
            void completed() {
                Runnable heard = listener.getAndSet(Done.DONE);
                if (heard != null) {
                    heard.run();
                }
            }
        };
    }

    private enum Done implements Runnable {
        DONE;

        @Override
        public void run() {}
    }

    /// Waits for the answer, for `timeout` at most; the call stays pending after that. Blocks.
    /// Erlang: `gen_server:wait_response/2`.
    ///
    /// @param timeout zero only looks
    /// @return the answer, or the failure of the call ([CallException.Cancelled] if it was given up); empty if
    ///     neither has come
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public Optional<Result<R, CallException>> await(Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        if (Blocking.await(node, slot, nanos) == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted(server.what(message));
        }
        return slot.isDone() ? Optional.of(outcome()) : Optional.empty();
    }

    /// Waits for the answer, and gives the call up if it does not come: a late one is dropped. Blocks.
    /// Erlang: `gen_server:receive_response/2`.
    ///
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return the answer
    /// @throws CallException when there is no answer: its subclass says why
    public R get(Duration timeout) {
        Optional<Result<R, CallException>> answer = await(timeout);
        if (answer.isEmpty()) {
            answer = Optional.of(cancel() ? Result.err(timedOut(timeout)) : outcome());
        }
        return answer.get().orElseThrow(failure -> failure);
    }

    CallException timedOut(Duration timeout) {
        return CallException.Timeout.ofCall(server.what(message), timeout);
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
    /// @throws IllegalStateException if the call is a future, or in a [PendingCalls], already
    public void sendTo(Pid receiver, Object label) {
        Objects.requireNonNull(receiver, "receiver");
        Objects.requireNonNull(label, "label");
        node.refuseMutable(label, (Process) receiver);
        onDone(() ->
                receiver.deliver(new Signal.Notice(new Response(label, outcome().map(value -> value)))));
    }

    /// Runs once the answer is there, at once if it is.
    void onDone(Runnable action) {
        Objects.requireNonNull(action);
        Runnable before = listener.compareAndExchange(null, action);
        if (before == Done.DONE) {
            action.run();
        } else if (before != null) {
            throw new IllegalStateException("this pending call is a future, or in a collection, already");
        }
    }

    Node node() {
        return node;
    }

    Result<R, CallException> outcome() {
        return server.answer(message, slot);
    }

    @Override
    public String toString() {
        return "pending " + server.what(message);
    }
}
