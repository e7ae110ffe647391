package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// Something that a process does, as its debug functions hear of it. The state is not a part of it, since it
/// may be mutated in place: a [DebugView] shows it while the function runs.
///
/// For a behaviour the runtime tells of everything but [Continue] and [Other]; a plain process tells of what it
/// likes, with [Self#debug(java.util.function.Supplier)]. System messages are no events.
///
/// Erlang: `sys:system_event()`.
public sealed interface SystemEvent {
    /// A call is about to be handled. Erlang: `{in, {'$gen_call', From, Msg}}`.
    ///
    /// @param message the request
    /// @param from who calls; nobody, if it is a thread
    record Called(Object message, Optional<Pid> from) implements SystemEvent {
        /// Checks the parts.
        ///
        /// @param message the request
        /// @param from who calls; nobody, if it is a thread
        public Called {
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(from, "from");
        }
    }

    /// A cast is about to be handled. Erlang: `{in, {'$gen_cast', Msg}}`.
    ///
    /// @param message the message
    record Told(Object message) implements SystemEvent {
        /// Checks the message.
        ///
        /// @param message the message
        public Told {
            Objects.requireNonNull(message, "message");
        }
    }

    /// Another message is about to be handled. Erlang: `{in, Msg}`.
    ///
    /// @param message the message
    record Received(Object message) implements SystemEvent {
        /// Checks the message.
        ///
        /// @param message the message
        public Received {
            Objects.requireNonNull(message, "message");
        }
    }

    /// A call has been handled and answered. Erlang: `{out, Reply, To, State}`.
    ///
    /// @param answer the answer
    /// @param to who called; nobody, if it is a thread
    record Answered(Object answer, Optional<Pid> to) implements SystemEvent {
        /// Checks the parts.
        ///
        /// @param answer the answer
        /// @param to who called; nobody, if it is a thread
        public Answered {
            Objects.requireNonNull(answer, "answer");
            Objects.requireNonNull(to, "to");
        }
    }

    /// Another message has been handled, or a call without being answered. Erlang: `{noreply, State}`.
    record Handled() implements SystemEvent {}

    /// A behaviour goes on without looking at another message. Erlang: `{continue, Continuation}`.
    ///
    /// @param argument what it goes on with
    record Continue(Object argument) implements SystemEvent {
        /// Checks the argument.
        ///
        /// @param argument what it goes on with
        public Continue {
            Objects.requireNonNull(argument, "argument");
        }
    }

    /// `terminate` is about to run. Erlang: `{terminate, Reason, State}`.
    ///
    /// @param reason why the process ends
    record Terminate(ExitReason reason) implements SystemEvent {
        /// Checks the reason.
        ///
        /// @param reason why the process ends
        public Terminate {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// Something of a behaviour's own. Erlang: any other term.
    ///
    /// @param event what happened; a value whose text says it
    record Other(Object event) implements SystemEvent {
        /// Checks the event.
        ///
        /// @param event what happened; a value whose text says it
        public Other {
            Objects.requireNonNull(event, "event");
        }
    }

    /// Whether it is a message that has come, so that it counts as one.
    ///
    /// @return true for a call, a cast and another message
    default boolean isIncoming() {
        return this instanceof Called || this instanceof Told || this instanceof Received;
    }

    /// Whether the state may be another one than at the event before.
    ///
    /// @return true when a message has been handled
    default boolean mayHaveChangedState() {
        return this instanceof Answered || this instanceof Handled;
    }

    /// The text for people, without the process and its state, bounded in size. Values are shown as in reports.
    ///
    /// @return one line, such as `got call Find[id=1] from <hive.7>`
    default String text() {
        return switch (this) {
            case Called(Object message, Optional<Pid> from) ->
                "got call " + Rendering.value(message) + " from " + who(from);
            case Told(Object message) -> "got cast " + Rendering.value(message);
            case Received(Object message) -> "got " + Rendering.value(message);
            case Answered(Object answer, Optional<Pid> to) -> "sent " + Rendering.value(answer) + " to " + who(to);
            case Handled() -> "is done";
            case Continue(Object argument) -> "continues with " + Rendering.value(argument);
            case Terminate(ExitReason reason) -> "terminates: " + Rendering.value(reason);
            case Other(Object event) -> Rendering.value(event);
        };
    }

    private static String who(Optional<Pid> pid) {
        return pid.map(Pid::toString).orElse("a thread");
    }
}
