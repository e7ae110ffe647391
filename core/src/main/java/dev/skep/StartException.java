package dev.skep;

import java.util.Objects;

/// A process that could not be started. The subclass says why.
public abstract sealed class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StartException(String message) {
        super(message);
    }

    /// The name is taken. Erlang: `{error, {already_started, Pid}}`.
    public static final class AlreadyStarted extends StartException {
        private static final long serialVersionUID = 1L;
        private final transient Pid pid;

        /// The name is taken by a running process.
        ///
        /// @param pid the process that has it
        public AlreadyStarted(Pid pid) {
            super("already started as " + pid);
            this.pid = Objects.requireNonNull(pid, "pid");
        }

        /// Who has the name.
        ///
        /// @return the running process
        public Pid pid() {
            return pid;
        }
    }

    /// `init` asked not to be started, which is no failure; throw it from `init`. Erlang: `ignore`.
    public static final class Ignore extends StartException {
        private static final long serialVersionUID = 1L;

        /// Not to be started.
        public Ignore() {
            super("init asked to be ignored");
        }
    }

    /// `init` failed, took too long, or the process was ended before it was done.
    /// Erlang: `{error, Reason}`.
    public static final class Failed extends StartException {
        private static final long serialVersionUID = 1L;
        private final transient ExitReason reason;

        /// The start failed.
        ///
        /// @param what what was started
        /// @param reason why it failed; one that says so when init took too long
        public Failed(String what, ExitReason reason) {
            super(what + " could not be started: " + reason);
            this.reason = Objects.requireNonNull(reason, "reason");
            if (reason instanceof ExitReason.Crashed(Throwable cause)) {
                initCause(cause);
            }
        }

        /// Why the start failed.
        ///
        /// @return the exit reason of the process
        public ExitReason reason() {
            return reason;
        }
    }
}
