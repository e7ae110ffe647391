package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
        Objects.requireNonNull(call, "call");
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

    /// The calls whose answers have not been taken, and their labels. Erlang: `gen_server:reqids_to_list/1`.
    ///
    /// @return a copy, in the order in which they were added
    public Map<PendingCall<R>, L> toMap() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(pending));
    }

    /// Takes the next answer, waiting for `timeout` at most. Blocks.
    /// Erlang: `gen_server:wait_response/3` with deletion.
    ///
    /// @param timeout zero takes only what is there
    /// @return the answer; empty when none came in time, or none is pending
    /// @throws CallException.Timeout if a server waits here while it handles a call, and the deadline of that is
    ///     over before `timeout` is
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public Optional<Answer<L, R>> next(Duration timeout) {
        Durations.notNegative(timeout, "timeout");
        if (node == null) {
            return Optional.empty();
        }
        Limit limit = Limit.of(node, timeout, Worker.current());
        Optional<Answer<L, R>> answer = next(limit);
        if (answer.isEmpty() && limit.inherited() && !pending.isEmpty()) {
            PendingCall<R> oldest = pending.keySet().iterator().next();
            throw oldest.timedOut(limit, Rings.search(oldest.slot.request()));
        }
        return answer;
    }

    private Optional<Answer<L, R>> next(Limit limit) {
        PendingCall<R> call = pollAnswered();
        boolean mayWait = limit.nanos() > 0;
        while (call == null && mayWait && !pending.isEmpty()) {
            Node where = Objects.requireNonNull(node);
            await(where, limit);
            call = pollAnswered();
            mayWait = !limit.isReached(where);
        }
        if (call == null) {
            return Optional.empty();
        }
        L label = Objects.requireNonNull(pending.remove(call));
        return Optional.of(new Answer<>(label, call.outcome()));
    }

    /// A call that was given up is done too, but nobody asks for it any more.
    private @Nullable PendingCall<R> pollAnswered() {
        PendingCall<R> call;
        do {
            call = answered.poll();
        } while (call != null && !pending.containsKey(call));
        return call;
    }

    /// Waits until something has been answered.
    private void await(Node where, Limit limit) {
        Slot<Boolean> waiting = new Slot<>(where.scheduler);
        bell = waiting;
        Worker here = Worker.current();
        try {
            if (answered.isEmpty()) {
                if (here != null) {
                    pending.keySet().stream()
                            .map(call -> call.slot)
                            .filter(slot -> !slot.isDone())
                            .findFirst()
                            .ifPresent(here::awaits);
                }
                if (Blocking.awaitUntil(where, waiting, limit.deadline()) == Blocking.Outcome.INTERRUPTED) {
                    throw new CallException.Interrupted("wait for answers");
                }
            }
        } finally {
            bell = null;
            if (here != null) {
                here.awaits(null);
            }
        }
    }

    /// Takes all answers, and gives up those that do not come in time: they are failures with
    /// [CallException.Timeout]. Blocks.
    ///
    /// @param timeout how long to wait for all of them together
    /// @return the answers in the order in which they came, then the calls that were given up
    /// @throws CallException.Interrupted if the thread is interrupted; its interrupt status is kept
    public List<Answer<L, R>> awaitAll(Duration timeout) {
        Durations.notNegative(timeout, "timeout");
        return node == null ? new ArrayList<>() : awaitAll(Limit.of(node, timeout, Worker.current()));
    }

    List<Answer<L, R>> awaitAll(Limit limit) {
        List<Answer<L, R>> answers = new ArrayList<>();
        while (!pending.isEmpty()) {
            Optional<Answer<L, R>> answer = next(limit);
            if (answer.isPresent()) {
                answers.add(answer.get());
            } else if (limit.isReached(Objects.requireNonNull(node))) {
                break;
            }
        }
        pending.forEach((call, label) -> answers.add(new Answer<>(label, giveUp(call, limit))));
        pending.clear();
        return answers;
    }

    private static <R> Result<R, CallException> giveUp(PendingCall<R> call, Limit limit) {
        CallException failure = call.timedOut(limit, Rings.search(call.slot.request()));
        return call.cancel() ? Result.err(failure) : call.outcome();
    }

    /// Gives up all calls whose answers have not been taken, and forgets them: late answers are dropped, and requests
    /// that no server has begun are skipped. Does not block.
    public void cancelAll() {
        pending.keySet().forEach(PendingCall::cancel);
        pending.clear();
    }
}
