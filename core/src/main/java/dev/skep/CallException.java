package dev.skep;

import java.time.Duration;
import java.util.List;
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
    ///
    /// A call that is made while another one is handled does not wait past the deadline of that one; the message
    /// says so when that is what ended it.
    public static final class Timeout extends CallException {
        private static final long serialVersionUID = 1L;
        private final transient List<Pid> ring;

        private Timeout(String message, List<Pid> ring) {
            super(ring.isEmpty() ? message : message + ": " + Rings.describe(ring));
            this.ring = List.copyOf(ring);
        }

        static Timeout ofCall(String what, Limit limit, String story, List<Pid> ring) {
            return new Timeout(what + " was not answered within " + limit + story, ring);
        }

        static Timeout ofStop(String what, Limit limit) {
            return new Timeout(what + ": it had not ended after " + limit, List.of());
        }

        static Timeout notSent(String what) {
            return new Timeout(what + " was not made: its own caller's deadline is over", List.of());
        }

        /// The servers that waited for each other when the call timed out, and would have waited for ever: each has
        /// called the next, and the last has called the first. The caller is the first, if it is one of them.
        ///
        /// It is found by following who waits for whom, when the call times out. Not seen are waits other than
        /// calls, for a lock for instance, and servers that answer later instead of waiting.
        ///
        /// @return empty if there was no such ring; after deserialization too
        public List<Pid> ring() {
            return ring == null ? List.of() : ring;
        }
    }

    /// The answer is asked for of a [PendingCall] that was given up before it came.
    public static final class Cancelled extends CallException {
        private static final long serialVersionUID = 1L;

        Cancelled(String what) {
            super(what + " was given up before it was answered");
        }
    }

    /// There is no such process, or nobody has the name. Erlang: `{noproc, _}`.
    public static final class NoProcess extends CallException {
        private static final long serialVersionUID = 1L;

        NoProcess(String what) {
            this(what, "");
        }

        NoProcess(String what, String story) {
            super(what + ": there is no such process" + story);
        }
    }

    /// The server ended before it answered. Erlang: `{Reason, _}`.
    public static final class ServerExited extends CallException {
        private static final long serialVersionUID = 1L;
        private final transient ExitReason reason;

        private ServerExited(String message, ExitReason reason) {
            super(message);
            this.reason = Objects.requireNonNull(reason);
            if (reason instanceof ExitReason.Crashed(Throwable cause)) {
                initCause(cause);
            }
        }

        static ServerExited ofCall(String what, ExitReason reason, String story) {
            return new ServerExited(what + ": the server ended before it answered: " + reason + story, reason);
        }

        static ServerExited ofStop(String what, ExitReason reason) {
            return new ServerExited(what + ": it ended for another reason: " + reason, reason);
        }

        /// Why the server ended.
        ///
        /// @return its exit reason
        public ExitReason reason() {
            return reason;
        }
    }

    /// There was no room in the server's bounded mailbox ([Mailbox]), so the message was dropped, and not
    /// handled. Also thrown to the sender of a message that is no call, after it has waited for room for as long
    /// as the mailbox says.
    public static final class Overloaded extends CallException {
        private static final long serialVersionUID = 1L;

        private Overloaded(String message) {
            super(message);
        }

        static Overloaded of(String what, int capacity) {
            return new Overloaded(what + ": its mailbox is full (capacity " + capacity + "); it was dropped");
        }

        static Overloaded after(String what, int capacity, Duration waited) {
            return new Overloaded(what + ": its mailbox (capacity " + capacity + ") had no room for it within " + waited
                    + "; it was not sent");
        }
    }

    /// A process called itself, which could never be answered, or waited for its own stop. Erlang: `calling_self`.
    public static final class CallingSelf extends CallException {
        private static final long serialVersionUID = 1L;

        CallingSelf(String what) {
            super(what + ": a process cannot wait for itself; do directly what was asked for, or cast");
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
