package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a server does after it has handled a message: the return value of a callback.
///
/// It starts as [#noReply()], [#stop(ExitReason)] or [Call#reply(Object)], and may be extended:
///
/// ```java
/// return m.reply(total).continueWith(new Flush());
/// return Next.noReply().state(newState);
/// return m.reply(last).thenStop(ExitReason.normal());
/// ```
///
/// A state that is mutated in place needs no [#state(Object)]. Continue, timeout and stop exclude each
/// other; asking for two of them is refused with an [IllegalStateException].
///
/// Erlang: the tuples `{reply, ...}`, `{noreply, ...}` and `{stop, ...}`.
///
/// @param <S> the server's state
public final class Next<S> {
    private static final Next<?> NO_REPLY = new Next<>(null, null, null);

    private static final Next<?> UNHANDLED = new Next<>(null, null, null);

    private final @Nullable Object reply;
    private final @Nullable Object state;
    /// What follows: null, a [Continue], a [Duration] (timeout) or an [ExitReason] (stop).
    private final @Nullable Object then;

    private record Continue(Object argument) {}

    private Next(@Nullable Object reply, @Nullable Object state, @Nullable Object then) {
        this.reply = reply;
        this.state = state;
        this.then = then;
    }

    /// Wait for the next message. After a call, the answer is given later, through a [ReplyTo].
    ///
    /// @param <S> the server's state
    /// @return the outcome
    @SuppressWarnings("unchecked") // holds no state
    public static <S> Next<S> noReply() {
        return (Next<S>) NO_REPLY;
    }

    /// The message was not expected: it is logged and dropped, and the server waits for the next one.
    ///
    /// @param <S> the server's state
    /// @return the outcome
    @SuppressWarnings("unchecked") // holds no state
    public static <S> Next<S> unhandled() {
        return (Next<S>) UNHANDLED;
    }

    /// Whether this is [#unhandled()].
    ///
    /// @return true if the message was not expected
    public boolean isUnhandled() {
        return this == UNHANDLED;
    }

    /// Stop without a reply: `terminate` runs, then the process ends with `reason`.
    ///
    /// @param <S> the server's state
    /// @param reason why it stops
    /// @return the outcome
    public static <S> Next<S> stop(ExitReason reason) {
        return new Next<>(null, null, Objects.requireNonNull(reason, "reason"));
    }

    static <S> Next<S> replying(Object value) {
        return new Next<>(Objects.requireNonNull(value, "reply"), null, null);
    }

    /// Replaces the state.
    ///
    /// @param <T> the server's state
    /// @param state the next state
    /// @return the outcome with the state in it
    public <T> Next<T> state(T state) {
        return new Next<>(reply, Objects.requireNonNull(state, "state"), then);
    }

    /// Runs `handleContinue` with `argument` before the next message is looked at.
    ///
    /// @param <T> the server's state
    /// @param argument what `handleContinue` gets
    /// @return the outcome with that in it
    public <T> Next<T> continueWith(Object argument) {
        return then(new Continue(Objects.requireNonNull(argument, "continue argument")));
    }

    /// Sends the server a timeout when no message comes within `idle`.
    ///
    /// @param <T> the server's state
    /// @param idle how long to wait, zero or more
    /// @return the outcome with that in it
    public <T> Next<T> timeout(Duration idle) {
        return then(Durations.notNegative(idle, "timeout"));
    }

    /// Stops the server after the reply.
    ///
    /// @param <T> the server's state
    /// @param reason why it stops
    /// @return the outcome with that in it
    public <T> Next<T> thenStop(ExitReason reason) {
        return then(Objects.requireNonNull(reason, "reason"));
    }

    private <T> Next<T> then(Object what) {
        if (then != null) {
            throw new IllegalStateException(
                    "a callback can continue, time out or stop, not two of them: " + then + " and " + what);
        }
        return new Next<>(reply, state, what);
    }

    /// The answer to the message at hand.
    ///
    /// @return the answer, if this outcome has one
    public Optional<Object> reply() {
        return Optional.ofNullable(reply);
    }

    /// The state that replaces the current one.
    ///
    /// @return the new state, if this outcome has one
    @SuppressWarnings("unchecked") // put in by state(T)
    public Optional<S> newState() {
        return Optional.ofNullable((S) state);
    }

    /// The argument of `handleContinue`.
    ///
    /// @return the argument, if this outcome continues
    public Optional<Object> continuation() {
        return then instanceof Continue(Object argument) ? Optional.of(argument) : Optional.empty();
    }

    /// How long to wait for the next message.
    ///
    /// @return the time, if this outcome has a timeout
    public Optional<Duration> idleTimeout() {
        return then instanceof Duration idle ? Optional.of(idle) : Optional.empty();
    }

    /// Why the server stops.
    ///
    /// @return the reason, if this outcome stops it
    public Optional<ExitReason> stopReason() {
        return then instanceof ExitReason reason ? Optional.of(reason) : Optional.empty();
    }

    @Override
    public String toString() {
        return "Next[" + (reply == null ? "no reply" : "reply " + reply) + (then == null ? "" : ", then " + then)
                + (state == null ? "" : ", new state") + "]";
    }
}
