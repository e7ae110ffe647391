package dev.skep.statem;

import dev.skep.ReplyTo;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a callback asks for besides the next state: what a [Transition] and an [Entry] have in common. Immutable:
/// each method returns a copy with one thing more. Erlang: the enter actions.
///
/// Actions take effect in the order in which they are given, after the callback has returned. Of several that say
/// something about the same timeout, the last wins.
///
/// ## Timeouts
/// | | one at a time | started by | becomes | ends by itself |
/// |---|---|---|---|---|
/// | state | per machine | [#stateTimeout(Duration, Object)] | [Event.StateTimeout] | when the state changes |
/// | event | per machine | [#eventTimeout(Duration, Object)] | [Event.EventTimeout] | when any event is handled |
/// | named | per name | [#timeout(Object, Duration, Object)] | [Event.NamedTimeout] | never |
///
/// Starting one that runs starts it anew. A state timeout that is started together with a change of state belongs to
/// the new state. [dev.skep.ServerRef#FOREVER] is no timeout at all, and cancels one that runs.
///
/// A timeout of zero does not go through a timer: it comes when the events that the machine has at hand are handled
/// (inserted, and postponed ones that are tried again), and before any message that has not been received. Several
/// of them come in the order of their start. So an event timeout of zero comes only if nothing else is at hand.
///
/// An update changes what a timeout that runs will say, not when. One that does not run is started with zero.
///
/// All timers of a machine end with it.
///
/// @param <D> the machine's data
/// @param <T> the type that is extended
public abstract sealed class Actions<D, T extends Actions<D, T>> permits Transition, Entry {
    private final @Nullable D data;
    /// The last action, which knows those before it.
    private final @Nullable Link last;

    record Link(@Nullable Link before, Action action, int length) {}

    Actions(@Nullable D data, @Nullable Link last) {
        this.data = data;
        this.last = last;
    }

    /// The same with other data or actions.
    abstract T with(@Nullable D data, @Nullable Link actions);

    /// Refuses an action that does not go with the rest.
    abstract void check(Action action);

    final T and(Action action) {
        check(action);
        return with(data, new Link(last, action, last == null ? 1 : last.length + 1));
    }

    /// Replaces the machine's data. What is mutated in place needs no replacing.
    ///
    /// @param data the data from here on
    /// @return a copy with that in it
    public final T data(D data) {
        return with(Objects.requireNonNull(data, "data"), last);
    }

    /// Answers a call that was left open before, for which [dev.skep.Call#replyTo(dev.skep.From)] has made a handle.
    /// An answer that nobody waits for any more is dropped. Erlang: `{reply, From, Reply}`.
    ///
    /// @param <R> the type of the answer
    /// @param to whom to answer
    /// @param value the answer
    /// @return a copy with that in it
    public final <R> T reply(ReplyTo<R> to, R value) {
        return and(new Action.Reply(to, value));
    }

    // ---- Timeouts ------------------------------------------------------------------------------------------------

    /// Starts the state timeout. Erlang: `{state_timeout, Time, Content}`.
    ///
    /// @param after zero or more; [dev.skep.ServerRef#FOREVER] cancels it
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T stateTimeout(Duration after, Object content) {
        return and(new Action.Start(TimeoutKey.Single.STATE, after, content));
    }

    /// Starts the state timeout for a moment. Erlang: `{state_timeout, Time, Content, {abs, true}}`.
    ///
    /// @param nanoTime a time of the node's clock, as [dev.skep.Clock#nanoTime()] gives it; what is over comes as
    ///     soon as possible, but after the messages that have arrived
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T stateTimeoutAt(long nanoTime, Object content) {
        return and(new Action.StartAt(TimeoutKey.Single.STATE, nanoTime, content));
    }

    /// Changes what the state timeout will say; if there is none, it comes at once.
    /// Erlang: `{state_timeout, update, Content}`.
    ///
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T updateStateTimeout(Object content) {
        return and(new Action.Update(TimeoutKey.Single.STATE, content));
    }

    /// Stops the state timeout, if it runs. Erlang: `{state_timeout, cancel}`.
    ///
    /// @return a copy with that in it
    public final T cancelStateTimeout() {
        return and(new Action.Cancel(TimeoutKey.Single.STATE));
    }

    /// Starts the event timeout. Erlang: `{timeout, Time, Content}`.
    ///
    /// @param after zero or more; [dev.skep.ServerRef#FOREVER] cancels it
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T eventTimeout(Duration after, Object content) {
        return and(new Action.Start(TimeoutKey.Single.EVENT, after, content));
    }

    /// Starts the event timeout for a moment. Erlang: `{timeout, Time, Content, {abs, true}}`.
    ///
    /// @param nanoTime a time of the node's clock, as [dev.skep.Clock#nanoTime()] gives it; what is over comes as
    ///     soon as possible, but after the messages that have arrived
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T eventTimeoutAt(long nanoTime, Object content) {
        return and(new Action.StartAt(TimeoutKey.Single.EVENT, nanoTime, content));
    }

    /// Makes the event timeout come at once: none can be running, since the event at hand has ended it. Of use after
    /// another action for it, which this one overrides. Erlang: `{timeout, update, Content}`.
    ///
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T updateEventTimeout(Object content) {
        return and(new Action.Update(TimeoutKey.Single.EVENT, content));
    }

    /// Takes back an event timeout that an action before this one would start. One that runs has been ended by the
    /// event at hand. Erlang: `{timeout, cancel}`.
    ///
    /// @return a copy with that in it
    public final T cancelEventTimeout() {
        return and(new Action.Cancel(TimeoutKey.Single.EVENT));
    }

    /// Starts a named timeout. Erlang: `{{timeout, Name}, Time, Content}`.
    ///
    /// @param name which, an immutable value with `equals`
    /// @param after zero or more; [dev.skep.ServerRef#FOREVER] cancels it
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T timeout(Object name, Duration after, Object content) {
        return and(new Action.Start(new TimeoutKey.Named(name), after, content));
    }

    /// Starts a named timeout for a moment. Erlang: `{{timeout, Name}, Time, Content, {abs, true}}`.
    ///
    /// @param name which, an immutable value with `equals`
    /// @param nanoTime a time of the node's clock, as [dev.skep.Clock#nanoTime()] gives it; what is over comes as
    ///     soon as possible, but after the messages that have arrived
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T timeoutAt(Object name, long nanoTime, Object content) {
        return and(new Action.StartAt(new TimeoutKey.Named(name), nanoTime, content));
    }

    /// Changes what a named timeout will say; if there is none of that name, it comes at once.
    /// Erlang: `{{timeout, Name}, update, Content}`.
    ///
    /// @param name which, an immutable value with `equals`
    /// @param content what the event will say, an immutable value
    /// @return a copy with that in it
    public final T updateTimeout(Object name, Object content) {
        return and(new Action.Update(new TimeoutKey.Named(name), content));
    }

    /// Stops a named timeout, if it runs. Erlang: `{{timeout, Name}, cancel}`.
    ///
    /// @param name which, an immutable value with `equals`
    /// @return a copy with that in it
    public final T cancelTimeout(Object name) {
        return and(new Action.Cancel(new TimeoutKey.Named(name)));
    }

    /// Does nothing: a machine without messages holds no thread and no stack, so that it always hibernates. It is
    /// here for those who look for it. Erlang: `hibernate`.
    ///
    /// @return the same
    @SuppressWarnings("unchecked") // T is the type of this
    public final T hibernate() {
        return (T) this;
    }

    // ---- What there is -------------------------------------------------------------------------------------------

    /// The data that replace the machine's.
    ///
    /// @return the new data, if they are replaced
    public final Optional<D> newData() {
        return Optional.ofNullable(data);
    }

    final @Nullable D dataOrNull() {
        return data;
    }

    final @Nullable Link last() {
        return last;
    }

    final boolean hasActions() {
        return last != null;
    }

    /// The actions in the order in which they were given.
    final List<Action> inOrder() {
        Link link = last;
        if (link == null) {
            return List.of();
        }
        Action[] ordered = new Action[link.length];
        for (; link != null; link = link.before) {
            ordered[link.length - 1] = link.action;
        }
        return Arrays.asList(ordered);
    }

    /// Whether two of one kind ask for the same data and actions.
    final boolean asksTheSameAs(Actions<?, ?> other) {
        return Objects.equals(data, other.data) && inOrder().equals(other.inOrder());
    }

    final int actionsHash() {
        return Objects.hash(data, inOrder());
    }

    /// What is asked for, for texts.
    final String details() {
        return (data == null ? "" : ", new data") + (last == null ? "" : ", " + inOrder());
    }
}
