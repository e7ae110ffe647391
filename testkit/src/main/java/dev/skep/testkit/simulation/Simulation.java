package dev.skep.testkit.simulation;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.NodeBuilder;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.Report;
import dev.skep.Zombie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A run of the real runtime in which a seed decides everything: which process does the next step, how long things
/// take, who crashes when. The same seed gives the same run, step by step.
///
/// ```java
/// Simulation.run(seed, sim -> {
///     ServerRef<AccountRpc> account = sim.node().start(GenServer.spec(Account::new));
///     sim.killRandomly(3, CLIENT);
///     sim.invariant("no money is lost", () -> assertThat(bank.sum()).isEqualTo(100));
///     ...
/// });
/// ```
///
/// Everything in it takes turns: one thread runs, until it waits inside of the runtime (a call, a receive, a join,
/// a start), ends, or is about to do something that others may notice: to send, to answer, to receive, to look up
/// a name. Then the next one is drawn from all that could run. Time is the simulation's own: it stands still while
/// anything can run, and then jumps to the moment at which the next timer is due.
///
/// What has to be observed for that:
/// - Everything happens in processes, in the body, or in what [#start(String, Body)] runs. Other threads are
///   refused.
/// - Code that blocks outside of the runtime (a sleep, a lock, a socket, a future) holds everything up, since it
///   keeps the turn; after ten real seconds it fails the run with its stack. [#sleep(Duration)] is what stands for
///   work that takes time.
/// - Nothing depends on real time, random numbers from elsewhere, identity hash codes, or what earlier runs left
///   behind. If a failing seed does not fail in the same way again, the failure says so.
///
/// The methods are for the simulation's own threads, and for one simulation.
public final class Simulation {
    private final long seed;
    private final Turns turns;
    private final Choices random;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private @Nullable Node node;

    Simulation(long seed, Turns turns) {
        this.seed = seed;
        this.turns = turns;
        this.random = new Choices(seed, 3);
    }

    /// What is simulated. It runs in the simulation, on a thread that is no process.
    public interface Body {
        /// Starts processes, lets them work, and looks at what comes of it.
        ///
        /// @param sim the simulation
        /// @throws Exception to fail the run
        void run(Simulation sim) throws Exception;
    }

    /// Runs one seed with the default limits. Blocks, on any thread; see [Simulator] for more seeds, and other
    /// limits.
    ///
    /// @param seed decides everything
    /// @param body what is simulated
    /// @return what is to be said about the run
    /// @throws SimulationFailure if it fails: the body throws, an invariant does not hold, everybody waits for
    ///     ever, or a limit is exceeded
    public static Run run(long seed, Body body) {
        return Simulator.create().run(seed, body);
    }

    /// The whole run, on the thread that runs the body.
    void run(Body body) {
        try {
            body.run(this);
            turns.faults.stop();
            turns.delay(0, 1);
            for (Node each : nodes.reversed()) {
                List<Zombie> zombies = each.stop(Duration.ofSeconds(30));
                if (!zombies.isEmpty()) {
                    throw new AssertionError(
                            "processes do not end though they are killed: they ignore interruption: " + zombies);
                }
            }
        } catch (Throwable thrown) {
            turns.fail(thrown);
        }
    }

    // ---- The world -----------------------------------------------------------------------------------------------

    /// What decides this run.
    ///
    /// @return the seed
    public long seed() {
        return seed;
    }

    /// The node of the simulation, called `sim`. It is closed after the body, and what it reports is in
    /// [#reports()].
    ///
    /// @return the node, started by the first use
    public Node node() {
        Node started = node;
        if (started == null) {
            started = startNode(Node.builder("sim").listener(new Observer()));
            node = started;
        }
        return started;
    }

    /// Starts another node in this simulation. It is closed after the body, the latest first.
    ///
    /// @param settings everything but scheduler, clock and logger, which are the simulation's
    /// @return the node
    public Node startNode(NodeBuilder settings) {
        Node started = settings.scheduler(turns)
                .clock(turns.newClock())
                .logger(new InternalErrors(turns))
                .start();
        nodes.add(started);
        return started;
    }

    /// What [#node()] has reported so far: crashes, what supervisors say.
    ///
    /// @return the reports, oldest first
    public List<Report> reports() {
        return List.copyOf(reports);
    }

    /// Random numbers for what the test itself wants to vary, decided by the seed.
    ///
    /// @return a generator
    public RandomGenerator random() {
        return random;
    }

    /// The time that has passed in the simulation.
    ///
    /// @return zero at first
    public Duration elapsed() {
        return Duration.ofNanos(turns.now());
    }

    /// Runs code on a thread of its own in the simulation that is no process: a client from the outside. What it
    /// throws fails the run. It is not waited for.
    ///
    /// @param name what the trace calls it
    /// @param code what to run
    public void start(String name, Body code) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(code, "code of " + name);
        turns.mayWait();
        turns.start(new Named(name, () -> code(code)), (_, thrown) -> turns.fail(thrown));
    }

    private void code(Body code) {
        try {
            code.run(this);
        } catch (Exception thrown) {
            turns.fail(thrown);
        }
    }

    /// Code with a name for the trace.
    record Named(String name, Runnable code) implements Runnable {
        @Override
        public void run() {
            code.run();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    // ---- Waiting -------------------------------------------------------------------------------------------------

    /// Waits in the simulation's time, which costs no real time. Handlers may use it too, in place of work that
    /// takes long: a kill interrupts it.
    ///
    /// @param time how long, zero or more
    /// @throws InterruptedException if the thread is interrupted
    public void sleep(Duration time) throws InterruptedException {
        if (Objects.requireNonNull(time, "time").isNegative()) {
            throw new IllegalArgumentException("the time to sleep must not be negative, but was " + time);
        }
        long end = turns.now() + time.toNanos();
        do {
            Task me = turns.mayWait();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted in a sleep of a simulation");
            }
            me.permit = false;
            me.parked = true;
            me.wakeAt = end;
            turns.await(me);
        } while (turns.now() < end);
    }

    /// Waits until nobody else can do anything before time passes. An interrupt does not end it.
    public void settle() {
        Task me = turns.mayWait();
        me.settling = true;
        turns.await(me);
    }

    /// Waits until a condition holds. It is looked at after every step, by whoever does the step, so it must only
    /// look, at the test's own data or a name for instance. An interrupt does not end it.
    ///
    /// @param condition what to wait for
    public void await(BooleanSupplier condition) {
        Task me = turns.mayWait();
        me.condition = Objects.requireNonNull(condition, "condition");
        turns.await(me);
    }

    // ---- Checks and faults ---------------------------------------------------------------------------------------

    /// Says what has to hold after every step. The check is made by whoever does the step, so it must only look,
    /// at the test's own data or a name for instance.
    ///
    /// @param what its name, for the failure
    /// @param check throws if it does not hold
    public void invariant(String what, Runnable check) {
        turns.checks.add(Objects.requireNonNull(what, "what"), Objects.requireNonNull(check, "check of " + what));
    }

    /// Kills processes of [#node()] at random moments, until the body has ended. A kill cannot be trapped.
    ///
    /// @param times how often at most
    /// @param which who may be hit; each time, one of those that live then is drawn
    public void killRandomly(int times, Predicate<? super Pid> which) {
        strike(times, which, ExitReason.kill());
    }

    /// Kills whoever has one of the names, at random moments, until the body has ended.
    ///
    /// @param times how often at most
    /// @param names the names
    public void killRandomly(int times, Name<?>... names) {
        killRandomly(times, holderOf(names));
    }

    /// Crashes processes of [#node()] at random moments, until the body has ended: an exit signal, with a
    /// [SimulatedCrash] as the reason, interrupts what they do. Who traps exits gets it as a message instead.
    /// There is no crash report, since the process has not crashed by itself.
    ///
    /// @param times how often at most
    /// @param which who may be hit; each time, one of those that live then is drawn
    public void crashRandomly(int times, Predicate<? super Pid> which) {
        strike(times, which, ExitReason.crashed(new SimulatedCrash()));
    }

    /// Crashes whoever has one of the names, at random moments, until the body has ended.
    ///
    /// @param times how often at most
    /// @param names the names
    public void crashRandomly(int times, Name<?>... names) {
        crashRandomly(times, holderOf(names));
    }

    private void strike(int times, Predicate<? super Pid> which, ExitReason reason) {
        Objects.requireNonNull(which, "which");
        if (times < 0) {
            throw new IllegalArgumentException("the number of faults must not be negative, but was " + times);
        }
        turns.mayWait();
        turns.faults.add(node(), times, which, reason);
    }

    private Predicate<Pid> holderOf(Name<?>... names) {
        List<Name<?>> wanted = List.of(names);
        return pid -> wanted.stream()
                .anyMatch(name -> node().whereis(name)
                        .filter(holder -> holder.equals(pid))
                        .isPresent());
    }

    /// From now on, processes that have something to do do not always begin at once: some are held up for a random
    /// time, as by a busy machine, while others go on and timers ring. Until the body has ended.
    ///
    /// @param percent how many of a hundred are held up; 0 to 100
    /// @param max how long at most; longer than zero
    public void delayRandomly(int percent, Duration max) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent must be from 0 to 100, but was " + percent);
        }
        if (Objects.requireNonNull(max, "max").isNegative() || max.isZero()) {
            throw new IllegalArgumentException("the longest delay must be longer than zero, but was " + max);
        }
        turns.mayWait();
        turns.delay(percent, max.toNanos());
    }

    /// Sees what happens on the node.
    private final class Observer implements NodeListener {
        @Override
        public void spawned(Pid pid) {
            turns.trace.add(pid.id());
            if (turns.trace.isRecording()) {
                turns.trace.write(turns.now(), "  " + pid + " is started");
            }
        }

        @Override
        public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
            turns.trace.add(~pid.id());
            turns.trace.add(reason.getClass().getSimpleName().hashCode());
            if (turns.trace.isRecording()) {
                turns.trace.write(
                        turns.now(), "  " + pid + name.map(n -> " " + n).orElse("") + " has ended: " + reason);
            }
        }

        @Override
        public void reported(Report report) {
            reports.add(report);
        }
    }
}
