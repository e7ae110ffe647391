package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Started;
import java.util.Optional;

/// What the outcome of a start means to a supervisor.
final class Outcome {
    private Outcome() {}

    /// Why a child could not be started.
    ///
    /// @return empty if it runs, or need not
    static Optional<ExitReason> failure(Started<?> started) {
        return switch (started) {
            case Started.Running<?> _, Started.Ignored<?> _ -> Optional.empty();
            case Started.AlreadyStarted<?>(Pid pid) ->
                Optional.of(ExitReason.because(new ChildError.AlreadyStarted(pid)));
            case Started.Failed<?>(String _, ExitReason reason) -> Optional.of(reason);
        };
    }

    /// What to answer who has asked for a child.
    static Result<Optional<Pid>, ChildError> answer(String id, Started<?> started) {
        return switch (started) {
            case Started.Running<?>(Pid pid, var _) -> Result.ok(Optional.of(pid));
            case Started.Ignored<?> _ -> Result.ok(Optional.empty());
            case Started.AlreadyStarted<?>(Pid pid) -> Result.err(new ChildError.AlreadyStarted(pid));
            case Started.Failed<?>(String _, ExitReason reason) -> Result.err(new ChildError.StartFailed(id, reason));
        };
    }
}
