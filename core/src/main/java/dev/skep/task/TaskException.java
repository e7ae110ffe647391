package dev.skep.task;

import dev.skep.ExitReason;
import java.time.Duration;
import java.util.Objects;

/// A task that gave no value, or could not be started. The subclass says why. Unchecked: as in Elixir, whoever
/// does not expect it ends with it.
public abstract sealed class TaskException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TaskException(String message) {
        super(message);
    }

    /// The task has ended without a value. If it has crashed, the cause is what it threw.
    public static final class Exited extends TaskException {
        private static final long serialVersionUID = 1L;
        private final transient ExitReason reason;

        Exited(String what, ExitReason reason) {
            super(what + " ended without a value: " + reason);
            this.reason = Objects.requireNonNull(reason);
            if (reason instanceof ExitReason.Crashed(Throwable cause)) {
                initCause(cause);
            }
        }

        /// Why the task ended.
        ///
        /// @return its exit reason
        public ExitReason reason() {
            return reason;
        }
    }

    /// The value was not there in time.
    public static final class TimedOut extends TaskException {
        private static final long serialVersionUID = 1L;

        TimedOut(String what, Duration timeout) {
            super(what + " was not done within " + timeout);
        }
    }

    /// The waiting thread was interrupted. Its interrupt status is set again.
    public static final class Interrupted extends TaskException {
        private static final long serialVersionUID = 1L;

        Interrupted(String what, Throwable cause) {
            super(what + ": interrupted while waiting");
            initCause(cause);
        }
    }

    /// The supervisor has as many tasks as it may have.
    public static final class TooManyChildren extends TaskException {
        private static final long serialVersionUID = 1L;

        TooManyChildren(String supervisor, int limit) {
            super("task supervisor " + supervisor + " runs " + limit + " tasks, and may not run more: wait for some"
                    + " to end, lower the concurrency of streams, or raise TaskSupervisor.maxChildren");
        }
    }
}
