package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.Optional;

/// Ends children as their specifications say.
final class Ending {
    private Ending() {}

    /// Ends one child, and waits until it has ended.
    ///
    /// @return why it ended, if that was not as it was told to: that is to be reported
    static Optional<ExitReason> end(Pid pid, Shutdown shutdown, boolean permanent) {
        ExitReason reason = switch (shutdown) {
            case Shutdown.BrutalKill _ ->
                pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER).orElseThrow();
            case Shutdown.Within(Duration timeout) ->
                pid.exitAndJoin(ExitReason.shutdown(), timeout)
                        .or(() -> pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER))
                        .orElseThrow();
        };
        return isAsTold(reason, shutdown, permanent) ? Optional.empty() : Optional.of(reason);
    }

    static boolean isAsTold(ExitReason reason, Shutdown shutdown, boolean permanent) {
        boolean told = shutdown instanceof Shutdown.BrutalKill
                ? reason instanceof ExitReason.Killed
                : reason.equals(ExitReason.shutdown());
        return told || (!permanent && reason.isOrderly());
    }
}
