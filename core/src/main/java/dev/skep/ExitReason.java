package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// Why a process ended, or is told to end. Every process ends once, with one reason.
///
/// | reason | Erlang | a transient child is restarted |
/// |---|---|---|
/// | [Normal] | `normal` | no |
/// | [Shutdown] | `shutdown`, `{shutdown, Detail}` | no |
/// | [Kill], [Killed] | `kill`, `killed` | yes |
/// | [NoProcess] | `noproc` | yes |
/// | [NoConnection] | `noconnection` | yes |
/// | [Crashed] | `{Error, Stacktrace}` | yes |
/// | [Because] | any other term | yes |
public sealed interface ExitReason {
    /// The work was done. Links are not affected by it.
    record Normal() implements ExitReason {
        static final Normal INSTANCE = new Normal();

        @Override
        public String toString() {
            return "normal";
        }
    }

    /// An orderly end that somebody asked for.
    ///
    /// @param detail what there is to say about it, if anything
    record Shutdown(Optional<Object> detail) implements ExitReason {
        static final Shutdown PLAIN = new Shutdown(Optional.empty());

        /// Checks the detail.
        ///
        /// @param detail what there is to say about it, if anything
        public Shutdown {
            Objects.requireNonNull(detail, "detail");
        }

        @Override
        public String toString() {
            return detail.map(d -> "{shutdown, " + d + "}").orElse("shutdown");
        }
    }

    /// As a signal: end at once, trapping or not. As the reason of a link's death it is like any other.
    record Kill() implements ExitReason {
        static final Kill INSTANCE = new Kill();

        @Override
        public String toString() {
            return "kill";
        }
    }

    /// The process was ended by a [Kill] signal.
    record Killed() implements ExitReason {
        static final Killed INSTANCE = new Killed();

        @Override
        public String toString() {
            return "killed";
        }
    }

    /// There was no such process.
    record NoProcess() implements ExitReason {
        static final NoProcess INSTANCE = new NoProcess();

        @Override
        public String toString() {
            return "noproc";
        }
    }

    /// The node of the process cannot be reached.
    record NoConnection() implements ExitReason {
        static final NoConnection INSTANCE = new NoConnection();

        @Override
        public String toString() {
            return "noconnection";
        }
    }

    /// An uncaught exception or error.
    ///
    /// @param cause what was thrown
    record Crashed(Throwable cause) implements ExitReason {
        /// Checks the cause.
        ///
        /// @param cause what was thrown
        public Crashed {
            Objects.requireNonNull(cause, "cause");
        }

        @Override
        public String toString() {
            return "crashed: " + Rendering.value(cause);
        }
    }

    /// A reason of the application's own.
    ///
    /// @param value an immutable value that says why
    record Because(Object value) implements ExitReason {
        /// Checks the value.
        ///
        /// @param value an immutable value that says why
        public Because {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /// The work was done.
    ///
    /// @return `normal`
    static ExitReason normal() {
        return Normal.INSTANCE;
    }

    /// An orderly end that somebody asked for.
    ///
    /// @return `shutdown`
    static ExitReason shutdown() {
        return Shutdown.PLAIN;
    }

    /// An orderly end, with something to say about it.
    ///
    /// @param detail an immutable value
    /// @return `{shutdown, detail}`
    static ExitReason shutdown(Object detail) {
        return new Shutdown(Optional.of(Objects.requireNonNull(detail, "detail")));
    }

    /// The signal that cannot be trapped.
    ///
    /// @return `kill`
    static ExitReason kill() {
        return Kill.INSTANCE;
    }

    /// The reason of a process that a [#kill()] signal ended.
    ///
    /// @return `killed`
    static ExitReason killed() {
        return Killed.INSTANCE;
    }

    /// There was no such process.
    ///
    /// @return `noproc`
    static ExitReason noProcess() {
        return NoProcess.INSTANCE;
    }

    /// The node of the process cannot be reached.
    ///
    /// @return `noconnection`
    static ExitReason noConnection() {
        return NoConnection.INSTANCE;
    }

    /// An uncaught exception or error.
    ///
    /// @param cause what was thrown
    /// @return the reason; that of the exit itself when `cause` is a [ProcessExit]
    static ExitReason crashed(Throwable cause) {
        return cause instanceof ProcessExit exit ? exit.reason() : new Crashed(cause);
    }

    /// A reason of the application's own.
    ///
    /// @param value an immutable value that says why
    /// @return the reason
    static ExitReason because(Object value) {
        return new Because(value);
    }

    /// Whether this is an orderly end: [Normal] or [Shutdown]. Nothing is reported for it, and a
    /// transient child is not restarted.
    ///
    /// @return true for `normal`, `shutdown` and `{shutdown, _}`
    default boolean isOrderly() {
        return this instanceof Normal || this instanceof Shutdown;
    }
}
