package dev.skep.supervisor;

import dev.skep.HealthWatch;
import dev.skep.Pid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A child in the mind of its supervisor.
final class Child {
    ChildSpec spec;
    private @Nullable Pid pid;
    /// The restart that has not succeeded yet; compared by identity, so that a withdrawn one is recognised.
    private @Nullable Object attempt;

    private boolean waiting;
    /// Its health checks, while it runs.
    private @Nullable HealthWatch health;

    private long startedAt;
    private int failures;
    private long restarts;

    Child(ChildSpec spec) {
        this.spec = spec;
    }

    @Nullable
    Pid pid() {
        return pid;
    }

    void runs(Pid started, long now, @Nullable HealthWatch checked) {
        stopped();
        pid = started;
        startedAt = now;
        health = checked;
    }

    /// It has no process, and none is to come.
    void stopped() {
        leave();
        attempt = null;
        waiting = false;
    }

    private void leave() {
        pid = null;
        if (health != null) {
            health.stop();
            health = null;
        }
    }

    /// It has no process, but is to have one.
    ///
    /// @return the attempt to restart it
    Object restarting(boolean afterWaiting) {
        Object next = new Object();
        leave();
        attempt = next;
        waiting = afterWaiting;
        return next;
    }

    boolean isRestarting() {
        return attempt != null;
    }

    boolean isRestarting(Object which) {
        return attempt == which;
    }

    /// It has ended or could not be started; counts how often in a row.
    int failed(Backoff backoff, long now) {
        if (pid != null && now - startedAt >= Nanos.of(backoff.resetAfter())) {
            failures = 0;
        }
        return ++failures;
    }

    void restarted() {
        restarts++;
    }

    ChildInfo info() {
        ChildInfo.State state = pid != null
                ? ChildInfo.State.RUNNING
                : attempt == null
                        ? ChildInfo.State.STOPPED
                        : waiting ? ChildInfo.State.WAITING : ChildInfo.State.RESTARTING;
        return new ChildInfo(
                spec.id(),
                state,
                Optional.ofNullable(pid),
                spec.type(),
                restarts,
                Optional.ofNullable(health).map(HealthWatch::health));
    }
}
