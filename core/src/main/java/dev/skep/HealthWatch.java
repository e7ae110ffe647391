package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The health checks of one process, begun by [Node#checkHealth(Pid, HealthCheck)]. They end with the process.
///
/// Most checks are decided at first sight: the process rests. One that is not is *open*: it is looked at again
/// after a millisecond, then each time after as long as it has been open, until the answer is there or the
/// timeout is over. A check that has failed for want of an answer stays open until the retry: a process that is
/// still in the same handler then fails again, without another timeout.
public final class HealthWatch {
    /// From the first look at an open check to the second, in nanoseconds.
    private static final long SECOND_LOOK = 1_000_000;
    /// So many failures in a row are told, the latest; nobody reads more.
    private static final int PROBLEMS = 10;

    /// What a check has found; one of them serves all that passed at once.
    private record Outcome(
            Health.Verdict verdict,
            int failures,
            Duration latency,
            @Nullable String problem) {
        static final Outcome NONE = new Outcome(Health.Verdict.UNCHECKED, 0, Duration.ZERO, null);
        static final Outcome PASSED_AT_ONCE = passed(0);

        static Outcome passed(long nanos) {
            return new Outcome(Health.Verdict.HEALTHY, 0, Duration.ofNanos(nanos), null);
        }
    }

    private final HealthChecks checks;
    private final Process process;
    private final HealthCheck check;
    private final boolean pings;
    private volatile boolean stopped;

    /// What the last check has found, and when. Written by the clock's thread.
    private volatile Outcome outcome = Outcome.NONE;

    private volatile long decidedAt;

    // Only the clock's thread touches what follows.
    private @Nullable HealthRound round;
    private int slice;
    private int index;
    private @Nullable OpenCheck open;
    /// How many checks have failed in a row. While there are any, an alarm of the watch's own sees to the next
    /// check, not the round.
    private int failed;
    /// What was wrong in the latest of them.
    private List<String> problems = List.of();

    HealthWatch(HealthChecks checks, Process process, HealthCheck check) {
        this.checks = checks;
        this.process = process;
        this.check = check;
        this.pings = !check.asksCallback() && check.probe().isEmpty();
    }

    // ---- From any thread -----------------------------------------------------------------------------------------

    /// What the checks have found so far. Never blocks.
    ///
    /// @return the health; that of a process that has ended stays as it was
    public Health health() {
        Outcome latest = outcome;
        long now = checks.node.clock.nanoTime();
        Optional<Health.Check> last = latest == Outcome.NONE
                ? Optional.empty()
                : Optional.of(new Health.Check(
                        Duration.ofNanos(Math.max(0, now - decidedAt)),
                        latest.latency,
                        Optional.ofNullable(latest.problem)));
        return new Health(latest.verdict, latest.failures, last);
    }

    /// Ends the checks; the process lives on. Does nothing if they have ended.
    public void stop() {
        if (!stopped) {
            stopped = true;
            checks.change(this);
        }
    }

    /// In nanoseconds.
    long interval() {
        return Durations.nanos(check.interval());
    }

    @Override
    public String toString() {
        return check + " of " + process;
    }

    // ---- Its place in a round: the clock's thread ----------------------------------------------------------------

    void enterRound(HealthRound entered, int atSlice, int atIndex) {
        round = entered;
        slice = atSlice;
        index = atIndex;
    }

    void leaveRound() {
        HealthRound left = round;
        if (left != null) {
            round = null;
            left.remove(slice, index);
        }
        forget();
    }

    /// There is nothing more to check.
    boolean isOver() {
        return stopped || !process.isAlive();
    }

    // ---- Checks: the clock's thread ------------------------------------------------------------------------------

    /// It is the watch's turn in its round.
    void look(long now) {
        if (open == null && failed == 0) {
            if (pings && process.isResting()) {
                passed(now, 0); // as nearly all do: without a look at anything else
            } else {
                safely(() -> begin(now));
            }
        }
    }

    /// Whatever goes wrong in one check (a scheduler that starts no threads, for instance) must end neither the
    /// checks of this process nor those of others.
    private void safely(Runnable step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            forget();
            checks.node.reports.internalError("a health check of " + process, thrown);
        }
    }

    private void begin(long now) {
        if (process.doomed() != null) {
            failed = 0; // it has been told to end, and whoever told it sees to it that it does
            return;
        }
        OpenCheck begun = OpenCheck.begin(checks, process, check, now);
        if (begun == null) {
            passed(now, 0);
        } else {
            open = begun;
            lookAgain(SECOND_LOOK, now);
        }
    }

    private final class Again extends Alarm {
        private final long at;

        Again(long at) {
            this.at = at;
        }

        @Override
        void ring() {
            long now = checks.node.clock.nanoTime();
            safely(() -> lookAgainNow(now, now - at));
        }
    }

    private void lookAgain(long delay, long now) {
        checks.node.timers.add(new Again(now + delay), delay);
    }

    /// @param late how much later it is than it should be, in nanoseconds
    private void lookAgainNow(long now, long late) {
        OpenCheck looked = open;
        if (isOver() || process.doomed() != null) {
            forget();
        } else if (looked == null) {
            begin(now);
        } else if (looked.isOutdated()) {
            looked.giveUp();
            open = null;
            begin(now);
        } else {
            decide(looked, now, late);
        }
    }

    private void decide(OpenCheck looked, long now, long late) {
        long timeout = Durations.nanos(check.timeout());
        OpenCheck.Answer answer = looked.answer(now);
        if (answer != null) {
            open = null;
            if (answer.problem() == null) {
                passed(now, answer.at() - looked.begunAt());
            } else {
                failed(now, answer.at() - looked.begunAt(), answer.problem());
            }
        } else if (looked.waitingFor(now) < timeout) {
            long soon = Math.max(SECOND_LOOK, looked.waitingFor(now));
            lookAgain(Math.min(soon, timeout - looked.waitingFor(now)), now);
        } else if (late >= timeout || looked.nothingRuns()) {
            looked.beginAgain(now); // that nobody ran says nothing about this process
            lookAgain(Math.min(SECOND_LOOK, timeout), now);
        } else {
            looked.giveUp();
            failed(now, now - looked.begunAt(), looked.describe(now));
        }
    }

    private void passed(long now, long latency) {
        if (failed > 0) {
            failed = 0;
            problems = List.of();
        }
        decidedAt = now;
        if (latency > 0) {
            outcome = Outcome.passed(latency);
        } else if (outcome != Outcome.PASSED_AT_ONCE) {
            outcome = Outcome.PASSED_AT_ONCE;
        }
    }

    private void failed(long now, long latency, String problem) {
        failed++;
        if (problems.size() == PROBLEMS) {
            problems = new ArrayList<>(problems.subList(1, PROBLEMS));
        } else if (failed == 1) {
            problems = new ArrayList<>();
        }
        problems.add(problem);
        HealthReport report = new HealthReport(process, problem, failed, check.failures());
        decidedAt = now;
        outcome = new Outcome(
                report.isFinal() ? Health.Verdict.UNHEALTHY : Health.Verdict.FAILING,
                failed,
                Duration.ofNanos(latency),
                problem);
        checks.node.reports.report(report);
        if (report.isFinal()) {
            Signal verdict = new Signal.Condemn(List.copyOf(problems), open != null && open.isOfTerminate());
            forget();
            process.deliver(verdict);
        } else {
            lookAgain(Durations.nanos(check.retryAfter()), now);
        }
    }

    private void forget() {
        if (open != null) {
            open.giveUp();
            open = null;
        }
        failed = 0;
        problems = List.of();
    }
}
