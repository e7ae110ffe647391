package dev.skep.supervisor;

import dev.skep.Clock;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /// Waits until many children have ended that were told to at once, each within its own time.
    ///
    /// @param told who was told, by how
    /// @param began when, in the clock's nanoseconds
    /// @return why those have ended that may not have done so as they were told to
    static Map<Pid, ExitReason> awaitAll(Map<Shutdown, List<Pid>> told, long began, Clock clock) {
        Map<Pid, ExitReason> otherwise = new HashMap<>();
        List<Pid> killed = new ArrayList<>();
        told.entrySet().stream()
                .sorted(Comparator.comparing(group -> patience(group.getKey())))
                .forEach(group -> {
                    Shutdown shutdown = group.getKey();
                    for (Pid pid : group.getValue()) {
                        Optional<ExitReason> end =
                                endOf(pid, signal(shutdown), left(patience(shutdown), clock.nanoTime() - began));
                        if (end.isEmpty()) {
                            pid.exit(ExitReason.kill()); // and on to the next, which may have to be killed too
                            killed.add(pid);
                        } else if (!isAsTold(end.get(), shutdown, true)) {
                            otherwise.put(pid, end.get());
                        }
                    }
                });
        killed.forEach(pid -> otherwise.put(
                pid, pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER).orElseThrow()));
        return otherwise;
    }

    /// Why a process has ended that was told to, if it does in time. It is told once more only when it has ended: a
    /// living one that traps exits would notice.
    private static Optional<ExitReason> endOf(Pid told, ExitReason signal, Duration timeout) {
        Optional<ExitReason> end = told.isAlive() ? told.join(timeout) : Optional.of(ExitReason.noProcess());
        return end.filter(ExitReason.NoProcess.class::isInstance).isPresent()
                ? told.exitAndJoin(signal, ServerRef.FOREVER)
                : end;
    }

    private static Duration left(Duration patience, long passed) {
        if (patience.equals(ServerRef.FOREVER)) {
            return patience;
        }
        Duration left = patience.minusNanos(passed);
        return left.isNegative() ? Duration.ZERO : left;
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
