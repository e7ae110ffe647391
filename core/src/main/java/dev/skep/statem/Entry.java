package dev.skep.statem;

import dev.skep.ExitReason;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a state machine does when it has entered a state: the return value of
/// [GenStatem#enter(Object, Object, Object)]. It is begun by [GenStatem#entered()], and may be extended:
///
/// ```java
/// return entered().stateTimeout(Duration.ofSeconds(10), "close");
/// ```
///
/// An enter call handles no event and decides about none: it cannot change the state, postpone, insert events or
/// change the callbacks, and there is no method for that. (OTP refuses it at run time.) Immutable, and equal to
/// another one that says the same. Erlang: `state_enter_result`.
///
/// @param <D> the machine's data
public final class Entry<D> extends Actions<D, Entry<D>> {
    private static final Entry<?> DONE = new Entry<>(false, null, null, null);

    private final boolean again;
    private final @Nullable ExitReason reason;

    private Entry(boolean again, @Nullable ExitReason reason, @Nullable D data, @Nullable Link last) {
        super(data, last);
        this.again = again;
        this.reason = reason;
    }

    @SuppressWarnings("unchecked") // holds no data
    static <D> Entry<D> done() {
        return (Entry<D>) DONE;
    }

    @Override
    Entry<D> with(@Nullable D data, @Nullable Link actions) {
        return new Entry<>(again, reason, data, actions);
    }

    @Override
    void check(Action action) {
        if (reason != null && !(action instanceof Action.Reply)) {
            throw new IllegalStateException("a machine that stops can reply, and nothing else, but was told " + action);
        }
    }

    /// Calls `enter` once more when the actions are done. Erlang: `{repeat_state, NewData, Actions}`.
    ///
    /// @return a copy with that in it
    public Entry<D> again() {
        if (reason != null) {
            throw new IllegalStateException("a machine that stops does not enter again");
        }
        return new Entry<>(true, null, dataOrNull(), last());
    }

    /// Stops the machine, after the replies. Erlang: `{stop_and_reply, Reason, Replies, NewData}`.
    ///
    /// @param why why it stops
    /// @return a copy with that in it
    public Entry<D> thenStop(ExitReason why) {
        Objects.requireNonNull(why, "reason");
        if (again) {
            throw new IllegalStateException("a machine that enters again does not stop");
        }
        Entry<D> stop = new Entry<>(false, why, dataOrNull(), last());
        inOrder().forEach(stop::check);
        return stop;
    }

    /// Why the machine stops.
    ///
    /// @return the reason, if it stops
    public Optional<ExitReason> stopReason() {
        return Optional.ofNullable(reason);
    }

    boolean isAgain() {
        return again;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry<?> that
                && again == that.again
                && Objects.equals(reason, that.reason)
                && asksTheSameAs(that);
    }

    @Override
    public int hashCode() {
        return Objects.hash(again, reason, actionsHash());
    }

    @Override
    public String toString() {
        return "Entry[" + (reason != null ? "stop " + reason : again ? "again" : "done") + details() + "]";
    }
}
