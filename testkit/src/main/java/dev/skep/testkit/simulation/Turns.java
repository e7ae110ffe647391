package dev.skep.testkit.simulation;

import dev.skep.ExitReason;
import dev.skep.ProcessExit;
import dev.skep.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides whose turn it is: the scheduler of a simulation.
///
/// One strand has the turn. Only it touches what is here, so nothing here is synchronised; giving the turn is what
/// makes it visible to the next one. The turn is given when a task parks, pauses or ends. Who gets it is drawn
/// from all that could run; when nobody could, the time moves to the next moment at which something is due.
///
/// How often a pause really gives the turn away is drawn for each seed too: some errors need many changes of turn,
/// others need one process to run far ahead of the others. Source: A. Groce and others, "Swarm Testing", ISSTA
/// 2012.
final class Turns implements Scheduler {
    /// How many of so many pauses give the turn away.
    private static final int PAUSES = 64;

    private static final int[] PAUSES_THAT_COUNT = {64, 32, 16, 4};

    private final long seed;
    private final Choices choices;
    private final int pausesThatCount;
    private final Limits limits;
    final Trace trace;
    final Checks checks = new Checks();
    final Faults faults;

    private final List<Task> ready = new ArrayList<>();
    private final List<Task> waiting = new ArrayList<>();
    private final Map<Thread, Strand> strands = new HashMap<>();
    private final ArrayDeque<Strand> idle = new ArrayDeque<>();
    private final List<SimulatedClock> clocks = new ArrayList<>();
    /// The strand that began, and ends last.
    private final Strand home;

    private @Nullable Task current;
    private @Nullable Task body;
    private boolean bodyHasEnded;
    private int numbers;
    private long now;
    private boolean choosing;
    private int delayPercent;
    private long maxDelay = 1;

    // Read by the thread that watches.
    private volatile long steps;
    private volatile boolean over;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread running;

    /// What a simulation may take at most.
    ///
    /// @param steps how many steps
    /// @param nanos how much of its own time
    record Limits(long steps, long nanos) {}

    Turns(long seed, Limits limits, boolean recording) {
        this.seed = seed;
        this.choices = new Choices(seed, 1);
        this.faults = new Faults(new Choices(seed, 2), this);
        this.pausesThatCount = PAUSES_THAT_COUNT[choices.below(PAUSES_THAT_COUNT.length)];
        this.limits = limits;
        this.trace = new Trace(recording);
        this.home = new Strand(this, Thread.currentThread());
        strands.put(home.thread(), home);
    }

    // ---- The whole run -------------------------------------------------------------------------------------------

    /// Runs the body on the current thread, and everything that comes of it, until the body has ended and nothing
    /// else can run, or something has failed.
    void run(Runnable code) {
        Task first = new Task(numbers++, code, (_, thrown) -> fail(thrown));
        body = first;
        first.strand = home;
        home.task = first;
        current = first;
        running = home.thread();
        home.runTasks();
        endOthers();
    }

    /// Ends what is still waiting, one after the other: it finds that it has to end when it gets the turn.
    private void endOthers() {
        for (Strand strand : List.copyOf(strands.values())) {
            if (strand != home) {
                strand.giveTurn();
                try {
                    strand.thread().join(1000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    long seed() {
        return seed;
    }

    boolean isOver() {
        return over;
    }

    long steps() {
        return steps;
    }

    long now() {
        return now;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /// Who has the turn. For the thread that watches.
    @Nullable
    Thread running() {
        return running;
    }

    /// The run has failed: nothing more runs. The first failure counts.
    void fail(Throwable why) {
        if (failure == null) {
            failure = why;
        }
        over = true;
    }

    // ---- Scheduler -----------------------------------------------------------------------------------------------

    @Override
    public boolean decidesSteps() {
        return true;
    }

    @Override
    public <T extends Runnable & Thread.UncaughtExceptionHandler> void start(T task) {
        start(task, task);
    }

    void start(Runnable code, Thread.UncaughtExceptionHandler handler) {
        here();
        if (!over) {
            becomesReady(new Task(numbers++, code, handler));
        }
    }

    @Override
    public void park() {
        Task me = mayWait();
        if (me.permit || Thread.currentThread().isInterrupted() || choices.below(PAUSES) == 0) { // or for no reason
            me.permit = false;
            return;
        }
        me.parked = true;
        await(me);
        me.permit = false;
    }

    @Override
    public void unpark(Thread thread) {
        here();
        Strand strand = strands.get(thread);
        Task task = strand == null ? null : strand.task;
        if (task != null) {
            task.permit = true;
        }
    }

    @Override
    public void pause() {
        Task me = here();
        if (choosing) {
            return; // a check looks at a name: that is no step
        }
        endIfOver();
        if (choices.below(PAUSES) < pausesThatCount) {
            ready.add(me);
            giveUpTurn(me);
        }
    }

    // ---- Waiting, for the simulation's own code --------------------------------------------------------------------

    /// The current task, which is about to wait.
    Task mayWait() {
        Task me = here();
        if (choosing) {
            throw new IllegalStateException("a check of a simulation may look at things, but not wait for any");
        }
        endIfOver();
        return me;
    }

    /// Gives the turn away until the task can go on.
    void await(Task me) {
        waiting.add(me);
        giveUpTurn(me);
    }

    /// The current task.
    private Task here() {
        Task me = current;
        if (me == null || me.strand == null || me.strand.thread() != Thread.currentThread()) {
            endIfOver();
            IllegalStateException intrusion = new IllegalStateException(Thread.currentThread()
                    + " is no part of the simulation, and nothing could decide when it does something: let processes do it,"
                    + " or Simulation.start");
            if (failure == null) {
                failure = intrusion; // whoever has the turn finds it at the next step
            }
            throw intrusion;
        }
        return me;
    }

    private void endIfOver() {
        if (over) {
            throw ended();
        }
    }

    /// What ends a task when everything is over. An orderly reason: there is nothing to report.
    private static ProcessExit ended() {
        return new ProcessExit(ExitReason.shutdown());
    }

    // ---- Handing over --------------------------------------------------------------------------------------------

    private void giveUpTurn(Task me) {
        Task next = choose();
        if (next == me) {
            return;
        }
        Strand mine = Objects.requireNonNull(me.strand);
        if (next != null) {
            handTo(next);
            mine.awaitTurn();
        } else if (mine != home) {
            home.giveTurn();
            mine.awaitTurn();
        }
        endIfOver();
    }

    /// A strand's task has ended: the strand runs another one, or waits for one.
    ///
    /// @return false if the strand ends
    boolean next(Strand strand) {
        Task ended = current;
        if (ended != null && ended == body) {
            bodyHasEnded = true;
        }
        Task next = choose();
        if (next == null) {
            if (strand != home) {
                home.giveTurn();
            }
            return false;
        }
        if (next.strand == null) {
            begin(next, strand);
            return true;
        }
        idle.push(strand);
        handTo(next);
        strand.awaitTurn();
        return !over;
    }

    private void handTo(Task next) {
        Strand strand = next.strand;
        if (strand == null) {
            strand = idle.isEmpty() ? newStrand() : idle.pop();
            begin(next, strand);
        } else {
            current = next;
            running = strand.thread();
        }
        strand.giveTurn();
    }

    private void begin(Task next, Strand strand) {
        next.strand = strand;
        strand.task = next;
        current = next;
        running = strand.thread();
    }

    private Strand newStrand() {
        Strand strand = new Strand(this);
        strands.put(strand.thread(), strand);
        return strand;
    }

    // ---- Choosing ------------------------------------------------------------------------------------------------

    /// Who is next.
    ///
    /// @return null when it is over
    private @Nullable Task choose() {
        if (over) {
            return null;
        }
        Thread here = Thread.currentThread();
        Thread.UncaughtExceptionHandler handler = here.getUncaughtExceptionHandler();
        choosing = true;
        here.setUncaughtExceptionHandler(Turns::nobody); // a check is nobody's code, least of all the last process's
        try {
            long taken = steps + 1; // only whoever has the turn writes it
            steps = taken;
            if (taken > limits.steps) {
                throw new AssertionError("it has not ended after " + limits.steps + " steps: it may go on for ever");
            }
            checks.run();
            faults.look(taken);
            return failure == null ? whoIsNext() : null;
        } catch (Throwable thrown) {
            fail(thrown);
            return null;
        } finally {
            if (failure != null) {
                over = true; // also when somebody else has failed
            }
            here.setUncaughtExceptionHandler(handler);
            choosing = false;
        }
    }

    /// Who a check belongs to.
    private static void nobody(Thread thread, Throwable thrown) {}

    private @Nullable Task whoIsNext() {
        while (true) {
            wakeWhoCanGoOn();
            if (!ready.isEmpty()) {
                return pick();
            }
            if (!tickClocks()) {
                if (bodyHasEnded) {
                    over = true;
                    return null;
                }
                if (!wakeSettled()) {
                    moveTime();
                }
            }
        }
    }

    private Task pick() {
        int size = ready.size();
        int at = size == 1 ? 0 : choices.below(size);
        Task last = ready.removeLast();
        Task picked = at == size - 1 ? last : ready.set(at, last);
        trace.add(picked.number);
        if (trace.isRecording()) {
            trace.write(now, picked + (picked.strand == null ? " begins" : " goes on"));
        }
        return picked;
    }

    private void wakeWhoCanGoOn() {
        for (int i = 0; i < waiting.size(); ) {
            Task task = waiting.get(i);
            if (task.canGoOn(now)) {
                Task last = waiting.removeLast();
                if (last != task) {
                    waiting.set(i, last);
                }
                boolean held = task.delayed;
                task.goesOn();
                if (held) {
                    ready.add(task);
                } else {
                    becomesReady(task);
                }
            } else {
                i++;
            }
        }
    }

    private void becomesReady(Task task) {
        if (delayPercent > 0 && task != body && choices.below(100) < delayPercent) {
            task.delayed = true;
            task.wakeAt = now + 1 + Long.remainderUnsigned(choices.nextLong(), maxDelay);
            waiting.add(task);
        } else {
            ready.add(task);
        }
    }

    void delay(int percent, long max) {
        delayPercent = percent;
        maxDelay = max;
    }

    /// Starts the ticks that are due.
    private boolean tickClocks() {
        boolean due = false;
        for (int i = 0; i < clocks.size(); i++) {
            SimulatedClock clock = clocks.get(i);
            if (clock.isDue(now)) {
                ready.add(new Task(numbers++, clock.tick(), (_, thrown) -> fail(thrown)));
                due = true;
            }
        }
        return due;
    }

    private boolean wakeSettled() {
        boolean any = false;
        for (Task task : waiting) {
            if (task.settling) {
                task.wakeAt = now;
                any = true;
            }
        }
        return any;
    }

    private void moveTime() {
        long next = Task.NEVER;
        for (Task task : waiting) {
            next = Math.min(next, task.wakeAt);
        }
        for (SimulatedClock clock : clocks) {
            next = Math.min(next, clock.next());
        }
        if (next == Task.NEVER) {
            throw new AssertionError("deadlock: everybody waits, and no timer runs that could end it" + whoWaits());
        }
        if (next > limits.nanos) {
            throw new AssertionError("it has not ended after " + limits.nanos / 1_000_000_000
                    + " s of its own time: it may go on for ever" + whoWaits());
        }
        now = next;
        trace.add(now);
    }

    private String whoWaits() {
        StringBuilder text = new StringBuilder();
        for (Task task : waiting) {
            text.append(System.lineSeparator()).append("  ").append(task).append(" waits at");
            Strand strand = task.strand;
            if (strand != null) {
                Arrays.stream(strand.thread().getStackTrace())
                        .filter(frame -> !isMachinery(frame.getClassName()))
                        .limit(8)
                        .forEach(frame -> text.append(System.lineSeparator())
                                .append("    ")
                                .append(frame));
            }
        }
        return text.toString();
    }

    private static boolean isMachinery(String className) {
        return className.startsWith("java.lang.")
                || className.startsWith("java.util.concurrent.locks.")
                || className.startsWith("jdk.internal.")
                || className.equals(Turns.class.getName())
                || className.equals(Strand.class.getName());
    }

    // ---- Clocks --------------------------------------------------------------------------------------------------

    SimulatedClock newClock() {
        SimulatedClock clock = new SimulatedClock(this);
        clocks.add(clock);
        return clock;
    }

    void forget(SimulatedClock clock) {
        clocks.remove(clock);
    }
}
