package dev.skep.supervisor;

import java.util.ArrayDeque;

/// The latest restarts of a supervisor, to tell whether there are too many.
final class RestartLog {
    private Supervisor.Intensity limit;
    private final ArrayDeque<Long> times = new ArrayDeque<>();

    RestartLog(Supervisor.Intensity limit) {
        this.limit = limit;
    }

    /// Sets another limit, which counts for the restarts so far as well.
    void limit(Supervisor.Intensity changed) {
        limit = changed;
    }

    /// Notes a restart.
    ///
    /// @return false if it is one too many
    boolean note(long now) {
        long period = Nanos.of(limit.period());
        while (!times.isEmpty() && now - times.peekFirst() > period) {
            times.removeFirst();
        }
        times.addLast(now);
        return times.size() <= limit.restarts();
    }
}
