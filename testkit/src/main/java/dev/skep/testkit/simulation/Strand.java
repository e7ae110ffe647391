package dev.skep.testkit.simulation;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A virtual thread that runs tasks, one after the other, and only while it has the turn. Of all the strands of a
/// simulation exactly one has it at any moment.
///
/// A task that begins when another one has just ended begins on the same strand: then nothing is handed over,
/// which is several times cheaper. The thread's uncaught exception handler is the task's, as [dev.skep.Scheduler]
/// asks.
final class Strand implements Runnable {
    private final Turns turns;
    private final Thread thread;
    private boolean begun;
    private volatile boolean hasTurn;
    /// The thread was interrupted while it had not the turn. Set before the thread's own status is cleared, which
    /// must not keep it from waiting; so a look at the status first, and then at this, misses nothing.
    private volatile boolean interrupted;

    @Nullable
    Task task;

    /// A strand on a new virtual thread, which begins with its first turn.
    Strand(Turns turns) {
        this.turns = turns;
        this.thread = Thread.ofVirtual().unstarted(this);
    }

    /// A strand on a thread that runs already, and has the turn.
    Strand(Turns turns, Thread running) {
        this.turns = turns;
        this.thread = running;
        this.begun = true;
    }

    Thread thread() {
        return thread;
    }

    boolean isInterrupted() {
        return thread.isInterrupted() || interrupted;
    }

    /// Hands the turn to this strand. It is the last thing that the giver does with anything of the simulation.
    void giveTurn() {
        boolean first = !begun;
        begun = true;
        hasTurn = true;
        if (first) {
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    /// Waits for the turn. On its own thread.
    void awaitTurn() {
        while (!hasTurn) {
            LockSupport.park(this);
            if (thread.isInterrupted()) {
                interrupted = true;
                Thread.interrupted();
            }
        }
        hasTurn = false;
        if (interrupted) {
            interrupted = false;
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        awaitTurn();
        runTasks();
    }

    /// Runs tasks until the simulation is over. On its own thread, when it has the turn.
    void runTasks() {
        while (true) {
            Task mine = task;
            if (mine != null) {
                runTask(mine);
                task = null;
            }
            if (!turns.next(this)) {
                return;
            }
        }
    }

    private void runTask(Task mine) {
        thread.setUncaughtExceptionHandler(mine.handler);
        Thread.interrupted(); // was meant for what ran before
        interrupted = false;
        try {
            mine.code.run();
        } catch (Throwable failure) { // a thread of its own would end by it
            if (!turns.isOver()) {
                mine.handler.uncaughtException(thread, failure);
            }
        }
    }
}
