package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How to find out whether a process is well, and when to give it up. Immutable; each method returns a changed
/// copy. For `ChildSpec.health`, or for [Node#checkHealth(Pid, HealthCheck)].
///
/// ```java
/// ChildSpec.server(USERS, UserManager::new)
///         .health(HealthCheck.every(Duration.ofSeconds(5)).timeout(Duration.ofSeconds(2)))
/// ```
///
/// | | default | set by |
/// |---|---|---|
/// | what is asked | whether the process gets from one message to the next | [#callback()], [#probe(HealthProbe)] |
/// | timeout | the interval, five seconds at most | [#timeout(Duration)] |
/// | failures in a row until it is given up | 3 | [#failures(int)] |
/// | time from a failure to the next check | a fifth of the interval | [#retryAfter(Duration)] |
///
/// ## What is asked by default: a ping
/// A process answers a ping *between* two messages, before those that wait: a long mailbox is no stall. It takes
/// no message to find out. A process at rest is well by inspection; one that has begun another message, or has
/// gone to rest, has been between two. So a check of an idle server costs a look at a field, and only a process
/// that is in the same handler for the whole timeout fails. A handler that has to take so long calls
/// [Self#heartbeat()] meanwhile.
///
/// A plain process that waits in a receive is well. One that does something else cannot be told from one that hangs
/// until it has called [Self#heartbeat()] for the first time; from then on it has to call that, or receive, within
/// each timeout.
///
/// ## What happens to a process that is given up
/// It ends with an [Unhealthy] as its reason, even if it traps exits: its handler is interrupted, and abandoned
/// with its thread if it has not returned after the node's kill grace. If it does return, `terminate` runs, and
/// is subject to the checks too. A supervisor restarts it as after any crash.
///
/// Checks are made on the clock's thread: they depend neither on a free carrier nor on the supervisor. Goes
/// beyond OTP, where a process is well if it exists.
public final class HealthCheck {
    private static final Duration LONGEST_DEFAULT_TIMEOUT = Duration.ofSeconds(5);
    private static final int DEFAULT_FAILURES = 3;

    private final Duration interval;
    private final Duration timeout;
    private final int failures;
    private final Duration retryAfter;
    private final boolean callback;
    private final @Nullable HealthProbe probe;

    private HealthCheck(
            Duration interval,
            Duration timeout,
            int failures,
            Duration retryAfter,
            boolean callback,
            @Nullable HealthProbe probe) {
        this.interval = interval;
        this.timeout = timeout;
        this.failures = failures;
        this.retryAfter = retryAfter;
        this.callback = callback;
        this.probe = probe;
    }

    /// A ping every so often. The first one comes at most one interval after the start: those of many processes are
    /// spread over it.
    ///
    /// @param interval from one check to the next, longer than zero
    /// @return the check
    public static HealthCheck every(Duration interval) {
        Durations.positive(interval, "interval of a health check");
        Duration timeout = interval.compareTo(LONGEST_DEFAULT_TIMEOUT) < 0 ? interval : LONGEST_DEFAULT_TIMEOUT;
        Duration retry = interval.dividedBy(5);
        return new HealthCheck(interval, timeout, DEFAULT_FAILURES, retry.isZero() ? interval : retry, false, null);
    }

    /// How long a check may take before it has failed. It should be longer than the slowest handler, calls to other
    /// servers included.
    ///
    /// @param limit longer than zero, and not longer than the interval
    /// @return the changed check
    public HealthCheck timeout(Duration limit) {
        return new HealthCheck(interval, withinInterval(limit, "timeout"), failures, retryAfter, callback, probe);
    }

    /// How many checks in a row have to fail until the process is given up.
    ///
    /// @param inARow one or more
    /// @return the changed check
    public HealthCheck failures(int inARow) {
        if (inARow < 1) {
            throw new IllegalArgumentException(
                    "the number of failed health checks in a row must be one or more, but was " + inARow);
        }
        return new HealthCheck(interval, timeout, inARow, retryAfter, callback, probe);
    }

    /// How soon the next check comes after one that has failed.
    ///
    /// @param wait longer than zero, and not longer than the interval
    /// @return the changed check
    public HealthCheck retryAfter(Duration wait) {
        return new HealthCheck(interval, timeout, failures, withinInterval(wait, "retry time"), callback, probe);
    }

    private Duration withinInterval(Duration value, String what) {
        if (Durations.positive(value, what + " of a health check").compareTo(interval) > 0) {
            throw new IllegalArgumentException(what + " of a health check must not be longer than its interval "
                    + interval + ", but was " + value);
        }
        return value;
    }

    /// Asks the process itself: its health callback, [Behaviour#health()] or that of its GenServer, runs in the
    /// process, between two messages and before those that wait. A process at rest is woken for it. The process has
    /// answered with what the callback returns; if that throws, the check has failed, but the process goes on.
    ///
    /// A plain process has no such callback, and that of a suspended process is not called: they get a ping.
    ///
    /// @return the changed check
    public HealthCheck callback() {
        return new HealthCheck(interval, timeout, failures, retryAfter, true, null);
    }

    /// Looks from outside, and leaves it at that: whether the process gets from one message to the next does not
    /// matter then.
    ///
    /// @param outside the probe
    /// @return the changed check
    public HealthCheck probe(HealthProbe outside) {
        Objects.requireNonNull(outside, "probe of a health check");
        return new HealthCheck(interval, timeout, failures, retryAfter, false, outside);
    }

    /// The time from one check to the next.
    ///
    /// @return the interval
    public Duration interval() {
        return interval;
    }

    /// How long a check may take.
    ///
    /// @return the timeout
    public Duration timeout() {
        return timeout;
    }

    /// How many checks in a row have to fail.
    ///
    /// @return one or more
    public int failures() {
        return failures;
    }

    /// How soon the next check comes after one that has failed.
    ///
    /// @return the time
    public Duration retryAfter() {
        return retryAfter;
    }

    /// Whether the process's own callback is asked.
    ///
    /// @return true after [#callback()]
    public boolean asksCallback() {
        return callback;
    }

    /// What looks from outside.
    ///
    /// @return the probe, if [#probe(HealthProbe)] set one
    public Optional<HealthProbe> probe() {
        return Optional.ofNullable(probe);
    }

    @Override
    public String toString() {
        return (callback ? "health callback" : probe != null ? "health probe" : "ping") + " every " + interval
                + ", timeout " + timeout + ", " + failures + " failures";
    }
}
