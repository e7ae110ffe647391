package dev.skep.statem;

import dev.skep.From;
import dev.skep.Reportable;
import java.util.Objects;

/// What a state machine is called with. Erlang: the event type and content of a state callback.
///
/// | event | where it comes from | Erlang's event type |
/// |---|---|---|
/// | [Message] | a call or a cast | `{call, From}`, `cast` |
/// | [Info] | any other message, such as [dev.skep.Down] or [dev.skep.Response] | `info` |
/// | [StateTimeout] | [Actions#stateTimeout(java.time.Duration, Object)] | `state_timeout` |
/// | [EventTimeout] | [Actions#eventTimeout(java.time.Duration, Object)] | `timeout` |
/// | [NamedTimeout] | [Actions#timeout(Object, java.time.Duration, Object)] | `{timeout, Name}` |
/// | [Internal] | [Transition#nextEvent(Event)] | `internal` |
///
/// A `switch` over an event needs no `default`:
///
/// ```java
/// return switch (event) {
///     case Message(Press m, _) -> goTo(OPEN).reply(m, true);
///     case Message(Count m, _) -> keepState().reply(m, door.pressed());
///     case TimedOut<DoorRpc> _ -> goTo(LOCKED);
///     case Info(_), Internal(_) -> unhandled();
/// };
/// ```
///
/// @param <P> the protocol
public sealed interface Event<P> extends Reportable {
    /// A call or a cast.
    ///
    /// @param <P> the protocol
    /// @param message what came
    /// @param from the caller; of a cast, nobody
    record Message<P>(P message, From from) implements Event<P> {
        /// Checks the parts.
        ///
        /// @param message what came
        /// @param from the caller; of a cast, nobody
        public Message {
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(from, "from");
        }
    }

    /// A message outside of the protocol.
    ///
    /// @param <P> the protocol
    /// @param message what came
    record Info<P>(Object message) implements Event<P> {
        /// Checks the message.
        ///
        /// @param message what came
        public Info {
            Objects.requireNonNull(message, "message");
        }
    }

    /// A timeout of the machine has come.
    ///
    /// @param <P> the protocol
    sealed interface TimedOut<P> extends Event<P> {
        /// What the timeout was started with, or last updated to.
        ///
        /// @return the content
        Object content();
    }

    /// The machine has been in one state for the given time.
    ///
    /// @param <P> the protocol
    /// @param content what the timeout was started with, or last updated to
    record StateTimeout<P>(Object content) implements TimedOut<P> {
        /// Checks the content.
        ///
        /// @param content what the timeout was started with
        public StateTimeout {
            Objects.requireNonNull(content, "content");
        }
    }

    /// No event has come for the given time.
    ///
    /// @param <P> the protocol
    /// @param content what the timeout was started with, or last updated to
    record EventTimeout<P>(Object content) implements TimedOut<P> {
        /// Checks the content.
        ///
        /// @param content what the timeout was started with
        public EventTimeout {
            Objects.requireNonNull(content, "content");
        }
    }

    /// The given time is over, whatever has happened meanwhile.
    ///
    /// @param <P> the protocol
    /// @param name which of them
    /// @param content what the timeout was started with, or last updated to
    record NamedTimeout<P>(Object name, Object content) implements TimedOut<P> {
        /// Checks the parts.
        ///
        /// @param name which of them
        /// @param content what the timeout was started with
        public NamedTimeout {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(content, "content");
        }
    }

    /// An event that the machine has made for itself. Nothing else can look like it.
    ///
    /// @param <P> the protocol
    /// @param content what the machine has to tell itself
    record Internal<P>(Object content) implements Event<P> {
        /// Checks the content.
        ///
        /// @param content what the machine has to tell itself
        public Internal {
            Objects.requireNonNull(content, "content");
        }
    }

    /// The event as reports, logs and traces show it: its content is [Reportable] too, if it likes.
    ///
    /// @return what kind of event it is, and its content
    @Override
    default String toReport() {
        return switch (this) {
            case Message<P>(P message, From _) -> StateAndData.text(message);
            case Info<P>(Object message) -> StateAndData.text(message);
            case StateTimeout<P>(Object content) -> "state timeout: " + StateAndData.text(content);
            case EventTimeout<P>(Object content) -> "event timeout: " + StateAndData.text(content);
            case NamedTimeout<P>(Object name, Object content) ->
                "timeout " + StateAndData.text(name) + ": " + StateAndData.text(content);
            case Internal<P>(Object content) -> "internal: " + StateAndData.text(content);
        };
    }
}
