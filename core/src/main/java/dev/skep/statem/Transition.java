package dev.skep.statem;

import dev.skep.Call;
import dev.skep.ExitReason;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a state machine does after it has handled an event: the return value of its callback. It is begun by one of
/// the methods of [GenStatem], such as [GenStatem#goTo(Object)], and may be extended:
///
/// ```java
/// return goTo(OPEN).reply(m, true).stateTimeout(Duration.ofSeconds(10), "close");
/// return keepState().data(door.withOneMore());
/// return postpone();
/// return stop(ExitReason.shutdown()).reply(m, "bye");
/// ```
///
/// Immutable, and equal to another one that says the same, so that a test can compare what a callback returned with
/// what it should have. Erlang: the tuples `{next_state, ...}`, `{keep_state, ...}`, `{repeat_state, ...}`,
/// `{stop, ...}`, `{stop_and_reply, ...}` and the transition actions.
///
/// @param <S> the machine's states
/// @param <D> the machine's data
/// @param <P> the protocol
public final class Transition<S, D, P> extends Actions<D, Transition<S, D, P>> {
    /// What becomes of the state.
    enum Kind {
        KEEP,
        REPEAT,
        GO,
        STOP,
        UNHANDLED
    }

    private static final Transition<?, ?, ?> KEEP = new Transition<>(Kind.KEEP, null, null, null);
    private static final Transition<?, ?, ?> REPEAT = new Transition<>(Kind.REPEAT, null, null, null);
    private static final Transition<?, ?, ?> UNHANDLED = new Transition<>(Kind.UNHANDLED, null, null, null);
    private static final Transition<?, ?, ?> POSTPONE = KEEP.postpone();

    private final Kind kind;
    /// A state or an [ExitReason], as the kind says.
    private final @Nullable Object target;

    private Transition(Kind kind, @Nullable Object target, @Nullable D data, @Nullable Link last) {
        super(data, last);
        this.kind = kind;
        this.target = target;
    }

    static <S, D, P> Transition<S, D, P> to(S state) {
        return new Transition<>(Kind.GO, Objects.requireNonNull(state, "state"), null, null);
    }

    @SuppressWarnings("unchecked") // holds neither state nor data
    static <S, D, P> Transition<S, D, P> keep() {
        return (Transition<S, D, P>) KEEP;
    }

    @SuppressWarnings("unchecked") // holds neither state nor data
    static <S, D, P> Transition<S, D, P> repeat() {
        return (Transition<S, D, P>) REPEAT;
    }

    @SuppressWarnings("unchecked") // holds neither state nor data
    static <S, D, P> Transition<S, D, P> postponed() {
        return (Transition<S, D, P>) POSTPONE;
    }

    @SuppressWarnings("unchecked") // holds neither state nor data
    static <S, D, P> Transition<S, D, P> unhandled() {
        return (Transition<S, D, P>) UNHANDLED;
    }

    static <S, D, P> Transition<S, D, P> stopping(ExitReason reason) {
        return new Transition<>(Kind.STOP, Objects.requireNonNull(reason, "reason"), null, null);
    }

    @Override
    Transition<S, D, P> with(@Nullable D data, @Nullable Link actions) {
        if (kind == Kind.UNHANDLED) {
            throw new IllegalStateException("unhandled() drops the event and does nothing else;"
                    + " begin with keepState() to change data or to have actions");
        }
        return new Transition<>(kind, target, data, actions);
    }

    @Override
    void check(Action action) {
        if (kind == Kind.STOP && !(action instanceof Action.Reply) && !(action instanceof Action.Answer)) {
            throw new IllegalStateException("a machine that stops can reply, and nothing else, but was told " + action);
        }
    }

    /// Answers the call that is being handled. Erlang: `{reply, From, Reply}`.
    ///
    /// @param <R> the type of the answer
    /// @param message the call, as the callback got it; another one's caller is answered through
    ///     [Call#replyTo(dev.skep.From)] and [#reply(dev.skep.ReplyTo, Object)]
    /// @param value the answer; not null
    /// @return a copy with that in it
    public <R> Transition<S, D, P> reply(Call<P, R> message, R value) {
        return and(new Action.Answer(message, value));
    }

    /// Keeps the event for another state: once the state has changed, it is handled again, after postponed events
    /// that are older, and before all that came later. Erlang: `postpone`.
    ///
    /// A call whose caller has given up by then is dropped. (OTP would handle it.)
    ///
    /// @return a copy with that in it
    public Transition<S, D, P> postpone() {
        return postpone(true);
    }

    /// Postpones the event or not, in place of what was said before. Erlang: `{postpone, Postpone}`.
    ///
    /// @param postpone whether to keep the event for another state
    /// @return a copy with that in it
    public Transition<S, D, P> postpone(boolean postpone) {
        return and(new Action.Postpone(postpone));
    }

    /// Handles an event before all others, in the state that follows. Several of them are handled in the order in
    /// which they are given. Erlang: `{next_event, Type, Content}`.
    ///
    /// @param event mostly an [Event.Internal], but any will do; a [Event.Message] of a call keeps its caller
    /// @return a copy with that in it
    public Transition<S, D, P> nextEvent(Event<P> event) {
        return and(new Action.NextEvent(event));
    }

    /// Handles an [Event.Internal] before all others. Erlang: `{next_event, internal, Content}`.
    ///
    /// @param content what the machine has to tell itself
    /// @return a copy with that in it
    public Transition<S, D, P> nextInternal(Object content) {
        return nextEvent(new Event.Internal<>(content));
    }

    /// Lets other callbacks handle everything from here on, beginning with the enter call of this transition. Their
    /// `init` is not called; state, data, postponed events and timeouts stay as they are.
    /// Erlang: `{change_callback_module, Module}`.
    ///
    /// @param callbacks the other callbacks
    /// @return a copy with that in it
    public Transition<S, D, P> changeCallbacks(GenStatem<S, D, P> callbacks) {
        return and(new Action.ChangeCallbacks(callbacks));
    }

    /// As [#changeCallbacks(GenStatem)], but keeps the present ones for [#popCallbacks()].
    /// Erlang: `{push_callback_module, Module}`.
    ///
    /// @param callbacks the other callbacks
    /// @return a copy with that in it
    public Transition<S, D, P> pushCallbacks(GenStatem<S, D, P> callbacks) {
        return and(new Action.PushCallbacks(callbacks));
    }

    /// Goes back to the callbacks before the latest [#pushCallbacks(GenStatem)]. Without any the machine crashes.
    /// Erlang: `pop_callback_module`.
    ///
    /// @return a copy with that in it
    public Transition<S, D, P> popCallbacks() {
        return and(new Action.PopCallbacks());
    }

    // ---- What there is -------------------------------------------------------------------------------------------

    /// The state to go to, which may be the present one.
    ///
    /// @return empty for a transition that keeps or repeats the state, or stops
    public Optional<S> nextState() {
        return Optional.ofNullable(stateOrNull());
    }

    @SuppressWarnings("unchecked") // put in by to(S)
    @Nullable
    S stateOrNull() {
        return kind == Kind.GO ? (S) target : null;
    }

    /// Why the machine stops.
    ///
    /// @return the reason, if this transition stops it
    public Optional<ExitReason> stopReason() {
        return kind == Kind.STOP ? Optional.ofNullable((ExitReason) target) : Optional.empty();
    }

    /// Whether this is [GenStatem#unhandled()].
    ///
    /// @return true if the event was not expected
    public boolean isUnhandled() {
        return kind == Kind.UNHANDLED;
    }

    /// Whether nothing changes and nothing is to be done.
    boolean isPlainKeep() {
        return this == KEEP;
    }

    boolean repeats() {
        return kind == Kind.REPEAT;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Transition<?, ?, ?> that
                && kind == that.kind
                && Objects.equals(target, that.target)
                && asksTheSameAs(that);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, target, actionsHash());
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case KEEP -> "keep state";
            case REPEAT -> "repeat state";
            case GO -> "go to " + target;
            case STOP -> "stop " + target;
            case UNHANDLED -> "unhandled";
        };
        return "Transition[" + what + details() + "]";
    }
}
