package dev.skep.conformance.scenario;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.FailedToStartChild;

/// An exit reason in a scenario.
sealed interface Reason {
    /// Those that have a meaning of their own.
    enum Plain implements Reason {
        NORMAL,
        SHUTDOWN,
        KILL,
        KILLED,
        NOPROC,
        NOCONNECTION
    }

    /// `{shutdown, Detail}`.
    record ShutdownWith(int detail) implements Reason {}

    /// Any other term.
    record User(int detail) implements Reason {}

    /// A crash in code, in a scenario's own processes.
    final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int number;

        Boom(int number) {
            super("boom " + number, null, false, false);
            this.number = number;
        }
    }

    /// The reason as Skep has it.
    default ExitReason onSkep() {
        return switch (this) {
            case Plain.NORMAL -> ExitReason.normal();
            case Plain.SHUTDOWN -> ExitReason.shutdown();
            case Plain.KILL -> ExitReason.kill();
            case Plain.KILLED -> ExitReason.killed();
            case Plain.NOPROC -> ExitReason.noProcess();
            case Plain.NOCONNECTION -> ExitReason.noConnection();
            case ShutdownWith(int detail) -> ExitReason.shutdown(detail);
            case User(int _) -> ExitReason.because(this);
        };
    }

    /// A reason of Skep's as it is observed: `seen_reason` on the other side.
    static String seen(ExitReason reason) {
        return switch (reason) {
            case ExitReason.Normal _ -> "normal";
            case ExitReason.Shutdown(var detail) -> detail.map(d -> "{shutdown," + seen(d) + "}").orElse("shutdown");
            case ExitReason.Kill _ -> "kill";
            case ExitReason.Killed _ -> "killed";
            case ExitReason.NoProcess _ -> "noproc";
            case ExitReason.NoConnection _ -> "noconnection";
            case ExitReason.Because(Object value) -> seen(value);
            case ExitReason.Crashed(Throwable cause) -> seen(cause);
        };
    }

    private static String seen(Object value) {
        return switch (value) {
            case FailedToStartChild(String id, ExitReason reason) ->
                "{failed_to_start_child," + id + "," + seen(reason) + "}";
            case ChildError.AlreadyStarted _ -> "already_started";
            default -> Terms.text(value);
        };
    }

    private static String seen(Throwable cause) {
        return switch (cause) {
            case Boom boom -> "{crash," + boom.number + "}";
            // What made a call fail in Erlang is the reason with which the caller ends.
            case CallException.ServerExited exited -> seen(exited.reason());
            case CallException.NoProcess _ -> "noproc";
            case CallException.Timeout _ -> "timeout";
            case CallException.CallingSelf _ -> "calling_self";
            default -> "unexpected: " + cause;
        };
    }
}
