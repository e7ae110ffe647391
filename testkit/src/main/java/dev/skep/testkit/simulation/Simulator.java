package dev.skep.testkit.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs simulations, with limits. Immutable; each method returns a changed copy.
///
/// | | default | set by |
/// |---|---|---|
/// | steps of a run | 1,000,000 | [#maxSteps(long)] |
/// | time that may pass in a run | 1 day | [#maxTime(Duration)] |
/// | real time of one step | 10 seconds | [#stepLimit(Duration)] |
public final class Simulator {
    private final long maxSteps;
    private final Duration maxTime;
    private final Duration stepLimit;
    private final boolean recording;

    private Simulator(long maxSteps, Duration maxTime, Duration stepLimit, boolean recording) {
        this.maxSteps = maxSteps;
        this.maxTime = maxTime;
        this.stepLimit = stepLimit;
        this.recording = recording;
    }

    /// A simulator with the default limits.
    ///
    /// @return the simulator
    public static Simulator create() {
        return new Simulator(1_000_000, Duration.ofDays(1), Duration.ofSeconds(10), false);
    }

    /// After how many steps a run fails, since it may go on for ever.
    ///
    /// @param steps one or more
    /// @return the changed simulator
    public Simulator maxSteps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("the limit of steps must be 1 or more, but was " + steps);
        }
        return new Simulator(steps, maxTime, stepLimit, recording);
    }

    /// After how much of its own time a run fails, since it may go on for ever.
    ///
    /// @param time longer than zero
    /// @return the changed simulator
    public Simulator maxTime(Duration time) {
        return new Simulator(maxSteps, positive(time, "the limit of time"), stepLimit, recording);
    }

    /// How long one step may take in real time: after that it is taken for one that blocks outside of the runtime.
    ///
    /// @param limit longer than zero
    /// @return the changed simulator
    public Simulator stepLimit(Duration limit) {
        return new Simulator(maxSteps, maxTime, positive(limit, "the limit of a step"), recording);
    }

    private static Duration positive(Duration value, String what) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be longer than zero, but was " + value);
        }
        return value;
    }

    /// Keeps every step as text, which makes runs slower. Failing runs are repeated so by themselves.
    ///
    /// @return the changed simulator
    public Simulator recording() {
        return new Simulator(maxSteps, maxTime, stepLimit, true);
    }

    /// Runs one seed. Blocks, on any thread.
    ///
    /// @param seed decides everything
    /// @param body what is simulated
    /// @return what is to be said about the run
    /// @throws SimulationFailure if it fails
    public Run run(long seed, Simulation.Body body) {
        return new Series(seed, 1, Objects.requireNonNull(body, "body")).run();
    }

    /// Runs a number of seeds, one after the other, up to the first that fails. Blocks, on any thread.
    ///
    /// @param first the first seed; the others follow it
    /// @param count how many seeds; one or more
    /// @param body what is simulated
    /// @return the number of steps of all runs together
    /// @throws SimulationFailure if a run fails
    public long runAll(long first, int count, Simulation.Body body) {
        if (count < 1) {
            throw new IllegalArgumentException("the number of seeds must be 1 or more, but was " + count);
        }
        Series series = new Series(first, count, Objects.requireNonNull(body, "body"));
        series.run();
        return series.steps;
    }

    /// Runs on a virtual thread, since giving the turn from one virtual thread to another is cheap, while the
    /// calling thread watches that the steps come to an end.
    private final class Series {
        private final long first;
        private final int count;
        private final Simulation.Body body;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable Turns running;
        /// Nobody waits for it any more.
        private volatile boolean abandoned;
        private @Nullable Run last;
        private @Nullable Throwable failure;
        long steps;

        Series(long first, int count, Simulation.Body body) {
            this.first = first;
            this.count = count;
            this.body = body;
        }

        Run run() {
            Thread.ofVirtual().start(this::runAll);
            watch();
            if (failure instanceof SimulationFailure failed) {
                throw failed;
            }
            if (failure != null) {
                throw new AssertionError("the simulation itself has failed", failure);
            }
            return Objects.requireNonNull(last);
        }

        private void runAll() {
            try {
                for (long seed = first; seed < first + count; seed++) {
                    Turns turns = attempt(seed, recording);
                    Throwable failed = turns.failure();
                    if (abandoned) {
                        return;
                    }
                    if (failed != null) {
                        failure = explained(seed, turns, failed);
                        return;
                    }
                    steps += turns.steps();
                    last = new Run(
                            seed,
                            turns.steps(),
                            Duration.ofNanos(turns.now()),
                            turns.trace.fingerprint(),
                            turns.trace.lines());
                }
            } catch (Throwable unexpected) {
                failure = unexpected;
            } finally {
                done.countDown();
            }
        }

        private Turns attempt(long seed, boolean recorded) {
            long nanos =
                    maxTime.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE - 1 : maxTime.toNanos();
            Turns turns = new Turns(seed, new Turns.Limits(maxSteps, nanos), recorded);
            running = turns;
            Simulation sim = new Simulation(seed, turns);
            turns.run(new Simulation.Named("the body", () -> sim.run(body)));
            return turns;
        }

        /// Runs a seed that has failed once more, to see its steps, and whether it fails again.
        private SimulationFailure explained(long seed, Turns failed, Throwable why) {
            Turns again = attempt(seed, true);
            boolean same = again.failure() != null
                    && again.steps() == failed.steps()
                    && again.trace.fingerprint() == failed.trace.fingerprint();
            String doubts = same
                    ? ""
                    : "But when it was run again it "
                            + (again.failure() == null ? "passed" : "took other steps")
                            + ": something that the seed does not decide has its hand in this. Do the runs share data, or"
                            + " depend on real time, on random numbers, or on the order of a set?";
            return new SimulationFailure(seed, doubts, why, again.trace.lines());
        }

        // ---- On the thread that waits ------------------------------------------------------------------------------

        private void watch() {
            Turns seen = null;
            long seenSteps = -1;
            long since = System.nanoTime();
            try {
                while (!done.await(50, TimeUnit.MILLISECONDS)) {
                    Turns now = running;
                    long nowSteps = now == null ? -1 : now.steps();
                    if (now != seen || nowSteps != seenSteps) {
                        seen = now;
                        seenSteps = nowSteps;
                        since = System.nanoTime();
                    } else if (now != null && System.nanoTime() - since > stepLimit.toNanos()) {
                        throw stuck(now);
                    }
                }
            } catch (InterruptedException e) {
                Turns now = running;
                abandoned = true;
                if (now != null) {
                    now.fail(new AssertionError("interrupted"));
                }
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while a simulation ran", e);
            }
        }

        private SimulationFailure stuck(Turns turns) {
            AssertionError why = new AssertionError("a step has not ended within " + stepLimit
                    + " of real time. What it does outside of the runtime, waiting or computing, holds up everything"
                    + " else in a simulation. Simulation.sleep stands for work that takes time.");
            Thread thread = turns.running();
            if (thread != null) {
                why.setStackTrace(thread.getStackTrace());
            }
            abandoned = true;
            turns.fail(why);
            if (thread != null) {
                thread.interrupt();
            }
            StringBuilder where = new StringBuilder("It was at:");
            for (StackTraceElement frame : why.getStackTrace()) {
                where.append(System.lineSeparator()).append("    ").append(frame);
            }
            return new SimulationFailure(turns.seed(), where.toString(), why, List.of());
        }
    }
}
