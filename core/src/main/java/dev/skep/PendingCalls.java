package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Pending calls with labels, whose answers are taken in the order in which they come.
/// For one thread at a time. Erlang: a request id collection (`gen_server:reqids_new/0`).
///
/// @param <L> the labels
/// @param <R> the type of the answers
public final class PendingCalls<L, R> {
    private final Map<PendingCall<R>, L> pending = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<PendingCall<R>> answered = new ConcurrentLinkedQueue<>();
    /// Filled by the next answer while somebody waits.
    private volatile @Nullable Slot<Boolean> bell;

    private @Nullable Node node;

    /// An empty collection.
    public PendingCalls() {}

    /// One call's outcome.
    ///
    /// @param <L> the labels
    /// @param <R> the type of the answers
    /// @param label the label of the call
    /// @param outcome the answer, or the failure of the call
    public record Answer<L, R>(L label, Result<R, CallException> outcome) {
        /// Checks the parts.
        ///
        /// @param label the label of the call
        /// @param outcome the answer, or the failure of the call
        public Answer {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(outcome, "outcome");
        }
    }

    /// Adds a call. Erlang: `gen_server:reqids_add/3`.
    ///
    /// @param label tells its answer from others
    /// @param call a call that is in no collection and no future
    /// @throws IllegalStateException if it is
    public void add(L label, PendingCall<R> call) {
        Objects.requireNonNull(label, "label");
        call.onDone(
                () -> { // first, since it refuses a call that is in a collection already
                    answered.add(call);
                    Slot<Boolean> waiting = bell;
                    if (waiting != null) {
                        waiting.fill(true);
                    }
                });
        node = call.node();
        pending.put(call, label);
    }

    /// How many answers have not been taken. Erlang: `gen_server:reqids_size/1`.
    ///
    /// @return the number of calls
    public int size() {
        return pending.size();
    }

    /// Takes the next answer, waiting for `timeout` at most. Blocks.
    /// Erlang: `gen_server:wait_response/3` with deletion.
    ///
    /// @param timeout zero takes only what is there
    /// @return the answer; empty when none came in time, or none is pending
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public Optional<Answer<L, R>> next(Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        PendingCall<R> call = answered.poll();
        if (call == null && !pending.isEmpty() && nanos > 0) {
            Node where = Objects.requireNonNull(node);
            Slot<Boolean> waiting = new Slot<>(where.scheduler);
            bell = waiting;
            try {
                if (answered.isEmpty() && Blocking.await(where, waiting, nanos) == Blocking.Outcome.INTERRUPTED) {
                    throw new CallException.Interrupted("wait for answers");
                }
            } finally {
                bell = null;
            }
            call = answered.poll();
        }
        if (call == null) {
            return Optional.empty();
        }
        L label = Objects.requireNonNull(pending.remove(call));
        return Optional.of(new Answer<>(label, call.outcome()));
    }

    /// Takes all answers, and gives up those that do not come in time: they are failures with
    /// [CallException.Timeout]. Blocks.
    ///
    /// @param timeout how long to wait for all of them together
    /// @return the answers in the order in which they came, then the calls that were given up
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public List<Answer<L, R>> awaitAll(Duration timeout) {
        Node where = node;
        return awaitAll(timeout, where == null ? 0 : where.clock.nanoTime());
    }

    /// @param began when the time began to run, by the clock of the calls' node
    List<Answer<L, R>> awaitAll(Duration timeout, long began) {
        List<Answer<L, R>> answers = new ArrayList<>();
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        Node where = node;
        if (where == null) {
            return answers;
        }
        while (!pending.isEmpty()) {
            long left = nanos == Durations.FOREVER ? nanos : nanos - (where.clock.nanoTime() - began);
            Optional<Answer<L, R>> answer =
                    next(left == Durations.FOREVER ? ServerRef.FOREVER : Duration.ofNanos(Math.max(0, left)));
            if (answer.isPresent()) {
                answers.add(answer.get());
            } else if (left <= 0) {
                break;
            }
        }
        pending.forEach((call, label) ->
                answers.add(new Answer<>(label, call.cancel() ? Result.err(call.timedOut(timeout)) : call.outcome())));
        pending.clear();
        return answers;
    }
}
