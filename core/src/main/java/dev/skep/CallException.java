package dev.skep;

import java.time.Duration;
import java.util.Objects;

/// A call that got no answer. The subclass says what happened; the message says to whom, with what, and
/// for how long.
///
/// It is unchecked: as in OTP, a caller that does not expect its server to fail crashes with it, and is
/// restarted by its own supervisor.
public abstract sealed class CallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CallException(String message) {
        super(message);
    }

    /// No answer came in time. A late one is dropped, and the request is skipped if the server has not
    /// begun it. Erlang: `{timeout, _}`.
    public static final class Timeout extends CallException {
        private static final long serialVersionUID = 1L;

        Timeout(String what, Duration timeout) {
            super(what + " was not answered within " + timeout);
        }
    }

    /// There is no such process, or nobody has the name. Erlang: `{noproc, _}`.
    public static final class NoProcess extends CallException {
        private static final long serialVersionUID = 1L;

        NoProcess(String what) {
            super(what + ": there is no such process");
        }
    }

    /// The server ended before it answered. Erlang: `{Reason, _}`.
    public static final class ServerExited extends CallException {
        private static final long serialVersionUID = 1L;
        private final transient ExitReason reason;

        ServerExited(String what, ExitReason reason) {
            super(what + ": the server ended before it answered: " + reason);
            this.reason = Objects.requireNonNull(reason);
            if (reason instanceof ExitReason.Crashed(Throwable cause)) {
                initCause(cause);
            }
        }

        /// Why the server ended.
        ///
        /// @return its exit reason
        public ExitReason reason() {
            return reason;
        }
    }

    /// A process called itself, which could never be answered. Erlang: `calling_self`.
    public static final class CallingSelf extends CallException {
        private static final long serialVersionUID = 1L;

        CallingSelf(String what) {
            super(what + ": a process cannot call itself; handle the message directly, or cast it");
        }
    }

    /// The calling thread was interrupted while it waited. Its interrupt status is set again.
    public static final class Interrupted extends CallException {
        private static final long serialVersionUID = 1L;

        Interrupted(String what) {
            super(what + ": interrupted while waiting");
        }
    }
}
