package dev.skep.supervisor;

import dev.skep.Clock;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Ends children as their specifications say.
final class Ending {
    private Ending() {}

    /// Ends one child, and waits until it has ended.
    ///
    /// @return why it ended, if that was not as it was told to: that is to be reported
    static Optional<ExitReason> end(Pid pid, Shutdown shutdown, boolean permanent) {
        ExitReason reason = pid.exitAndJoin(signal(shutdown), patience(shutdown))
                .or(() -> pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER))
                .orElseThrow();
        return isAsTold(reason, shutdown, permanent) ? Optional.empty() : Optional.of(reason);
    }

    /// Ends many children at once, each within its own time, and waits until all have ended.
    ///
    /// @param ended is told why each has ended, in the given order
    static void endAll(Map<Pid, Shutdown> children, Clock clock, BiConsumer<Pid, ExitReason> ended) {
        long began = clock.nanoTime();
        children.forEach((pid, shutdown) -> pid.exit(signal(shutdown)));
        List<Map.Entry<Pid, Shutdown>> byTime = new ArrayList<>(children.entrySet());
        byTime.sort(Comparator.comparing(child -> patience(child.getValue())));
        for (Map.Entry<Pid, Shutdown> child : byTime) {
            Duration left = patience(child.getValue());
            if (!left.equals(ServerRef.FOREVER)) {
                left = left.minusNanos(clock.nanoTime() - began);
            }
            if (child.getKey().join(left.isNegative() ? Duration.ZERO : left).isEmpty()) {
                child.getKey().exit(ExitReason.kill()); // and on to the next, which may have to be killed too
            }
        }
        // Once more: only so is the reason known of one that had ended before it was told to.
        children.forEach((pid, shutdown) -> ended.accept(
                pid, pid.exitAndJoin(signal(shutdown), ServerRef.FOREVER).orElseThrow()));
    }

    /// What a child is told.
    static ExitReason signal(Shutdown shutdown) {
        return switch (shutdown) {
            case Shutdown.BrutalKill _ -> ExitReason.kill();
            case Shutdown.Within _ -> ExitReason.shutdown();
        };
    }

    /// How long it may take after that.
    static Duration patience(Shutdown shutdown) {
        return switch (shutdown) {
            case Shutdown.BrutalKill _ -> ServerRef.FOREVER;
            case Shutdown.Within(Duration timeout) -> timeout;
        };
    }

    static boolean isAsTold(ExitReason reason, Shutdown shutdown, boolean permanent) {
        boolean told = switch (shutdown) {
            case Shutdown.BrutalKill _ -> reason instanceof ExitReason.Killed;
            case Shutdown.Within _ -> reason.equals(ExitReason.shutdown());
        };
        return told || (!permanent && reason.isOrderly());
    }
}
