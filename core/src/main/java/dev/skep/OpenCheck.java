package dev.skep;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A health check that could not be decided at first sight. On the clock's thread, unless stated otherwise.
abstract sealed class OpenCheck {
    /// The answer of a process.
    ///
    /// @param problem what is wrong; null if nothing is
    /// @param at when it came, in the clock's nanoseconds
    record Answer(@Nullable String problem, long at) {
        static Answer of(@Nullable Result<?, String> result, String who, long at) {
            return switch (result) {
                case null -> new Answer(who + " returned null", at);
                case Result.Ok<?, String> _ -> new Answer(null, at);
                case Result.Err<?, String>(String problem) -> new Answer(problem, at);
            };
        }

        static Answer thrown(Throwable thrown, String who, long at) {
            return new Answer(who + " threw " + Rendering.value(thrown), at);
        }
    }

    final HealthChecks checks;
    final Process process;
    private final long begunAt;
    /// The wait for the answer began here: again when nothing at all has run meanwhile.
    private long waitsSince;
    /// It has failed because the answer had not come in time.
    private boolean overdue;
    /// Shows whether others get to run.
    private HealthChecks.@Nullable Turn turn;

    private OpenCheck(HealthChecks checks, Process process, long now) {
        this.checks = checks;
        this.process = process;
        this.begunAt = now;
        this.waitsSince = now;
    }

    /// Begins a check.
    ///
    /// @return null if it is passed already
    static @Nullable OpenCheck begin(HealthChecks checks, Process process, HealthCheck check, long now) {
        OpenCheck begun;
        HealthProbe probe = check.probe().orElse(null);
        boolean asks = probe == null && check.asksCallback() && process.canBeAsked();
        if (process.isTerminating() || (probe == null && !asks)) {
            if (process.isResting() || !process.showsProgress()) {
                return null;
            }
            begun = new Ping(checks, process, now);
        } else if (probe != null) {
            Outside outside = new Outside(checks, process, probe, now);
            begun = outside;
            checks.node.scheduler.start(outside);
        } else {
            Asked asked = new Asked(checks, process, check, now);
            begun = asked;
            process.deliver(new Signal.Urgent(asked.question));
        }
        if (begun.hasNoThread()) {
            begun.turn = checks.turn();
        }
        return begun;
    }

    final long begunAt() {
        return begunAt;
    }

    final long waitingFor(long now) {
        return now - waitsSince;
    }

    /// The answer, if it is there.
    abstract @Nullable Answer answer(long now);

    /// Whether the answer needs a thread to be given to somebody.
    abstract boolean hasNoThread();

    /// Whether nothing else gets to run either, so that the missing answer says nothing about the process.
    final boolean nothingRuns() {
        if (!hasNoThread()) {
            return false;
        }
        HealthChecks.Turn before = turn;
        return before == null || !before.ran;
    }

    /// Begins to wait for the answer anew.
    final void beginAgain(long now) {
        waitsSince = now;
        if (hasNoThread()) {
            turn = checks.turn();
        }
    }

    /// What has kept the answer from coming.
    String describe(long now) {
        return process.occupation() + " for " + Duration.ofNanos(now - begunAt).toMillis() + " ms";
    }

    /// The answer has not come in time. It may still come.
    void giveUp() {
        overdue = true;
    }

    final boolean isOverdue() {
        return overdue;
    }

    /// Whether another check should be begun in its place.
    abstract boolean isOutdated();

    /// Whether it was `terminate` that has taken too long.
    boolean isOfTerminate() {
        return false;
    }

    // ---- Whether it gets from one message to the next --------------------------------------------------------------

    private static final class Ping extends OpenCheck {
        private final long seen;
        private final boolean terminating;

        Ping(HealthChecks checks, Process process, long now) {
            super(checks, process, now);
            seen = process.pulse();
            terminating = process.isTerminating();
        }

        @Override
        @Nullable
        Answer answer(long now) {
            return process.isResting() || process.pulse() != seen ? new Answer(null, now) : null;
        }

        @Override
        boolean hasNoThread() {
            return !process.isResting() && !process.isBusy();
        }

        @Override
        boolean isOutdated() {
            return false;
        }

        @Override
        boolean isOfTerminate() {
            return terminating;
        }
    }

    // ---- What its own callback says --------------------------------------------------------------------------------

    private static final class Asked extends OpenCheck {
        final Question question;

        Asked(HealthChecks checks, Process process, HealthCheck check, long now) {
            super(checks, process, now);
            question = new Question(check, checks.node.clock);
        }

        @Override
        @Nullable
        Answer answer(long now) {
            return question.answer;
        }

        @Override
        boolean hasNoThread() {
            return question.answer == null && !process.isBusy();
        }

        @Override
        boolean isOutdated() {
            return process.isTerminating()
                    || !process.canBeAsked() // suspended meanwhile
                    || (isOverdue() && question.answer != null);
        }
    }

    /// Asks a behaviour for its health, before the messages that wait. In the process.
    static final class Question extends Message {
        private final HealthCheck check;
        private final Clock clock;
        private volatile @Nullable Answer answer;

        private Question(HealthCheck check, Clock clock) {
            this.check = check;
            this.clock = clock;
        }

        @Override
        void handle(Process process, Behaviour behaviour) {
            String who = "the health callback";
            try {
                answer = Answer.of(behaviour.health(), who, clock.nanoTime());
            } catch (ProcessExit exit) { // it ends, by a decision of its own or because it was told to
                throw exit;
            } catch (Throwable thrown) {
                answer = Answer.thrown(thrown, who, clock.nanoTime());
            }
        }

        @Override
        Object payload() {
            return check;
        }
    }

    // ---- What is seen from outside ---------------------------------------------------------------------------------

    private static final class Outside extends OpenCheck implements Runnable, Thread.UncaughtExceptionHandler {
        private final HealthProbe probe;
        private volatile @Nullable Thread thread;
        private volatile @Nullable Answer answer;

        Outside(HealthChecks checks, Process process, HealthProbe probe, long now) {
            super(checks, process, now);
            this.probe = probe;
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            String who = "the health probe";
            Clock clock = checks.node.clock;
            try {
                answer = Answer.of(probe.check(process), who, clock.nanoTime());
            } catch (Throwable thrown) {
                answer = Answer.thrown(thrown, who, clock.nanoTime());
            }
        }

        @Override
        public void uncaughtException(Thread failed, Throwable failure) {
            checks.node.reports.internalError("a health probe of " + process, failure);
        }

        @Override
        @Nullable
        Answer answer(long now) {
            return answer;
        }

        @Override
        boolean hasNoThread() {
            return thread == null;
        }

        @Override
        String describe(long now) {
            return "the health probe has not answered for "
                    + Duration.ofNanos(now - begunAt()).toMillis() + " ms";
        }

        @Override
        void giveUp() {
            super.giveUp();
            Thread running = thread;
            if (running != null && answer == null) {
                Objects.requireNonNull(running).interrupt();
            }
        }

        @Override
        boolean isOutdated() {
            return process.isTerminating() || (isOverdue() && answer != null);
        }
    }
}
