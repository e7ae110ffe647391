package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A thread that runs processes: one plain process for all its life, or one activation of a behaviour after the
/// other, for as long as there is a next one.
///
/// The next slot (of Go and Tokio): a behaviour that is made ready from within an activation is not given
/// a thread of its own, but runs on this one, next; ten times cheaper. It must not be stranded behind a
/// handler that blocks or computes. So it is given away before any wait of the runtime ([#giveAway()]), by a later
/// occupant, and by the clock's thread if it has been there for a tick or two ([#look(long)]). The slot is emptied
/// by exchange only, so a process leaves it exactly once, whoever takes it; only its own thread fills it.
///
/// How the runtime finds the process that the current thread runs: the worker is its thread's uncaught exception
/// handler. That is one field read, costs no memory, and works from any thread, where a thread local or a scoped
/// value costs an allocation for every thread.
final class Worker implements Runnable, Thread.UncaughtExceptionHandler {
    /// After so many processes run in a row, other virtual threads get their turn.
    private static final int HOPS_IN_A_ROW = 2_048;
    /// How long it may take to see where a thread is, in milliseconds.
    private static final long STACK_PATIENCE = 200;

    /// A [#place] outside of the registry.
    static final int NOWHERE = -1;
    /// A [#place] in the part of the registry that has no numbers.
    static final int IN_OVERFLOW = -2;

    private static final VarHandle SLOT;
    private static final VarHandle AWAITED;
    private static final VarHandle BATCH;
    private static final VarHandle IN_HAND;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SLOT = lookup.findVarHandle(Worker.class, "slot", Process.class);
            AWAITED = lookup.findVarHandle(Worker.class, "awaited", Outstanding.class);
            BATCH = lookup.findVarHandle(Worker.class, "batch", Message.class);
            IN_HAND = lookup.findVarHandle(Worker.class, "inHand", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Node node;
    /// The process that it runs now. For others it may be over at once: [Inbox#current()].
    Process process;
    /// The message that its process handles, and those that this has taken to handle next. They are here, not in the
    /// process, since they change with each message: a reference in an old object costs the garbage collector's
    /// note of it, and a worker is mostly young. Only its own thread changes them.
    private @Nullable Message inHand;

    private @Nullable Message batch;
    /// Set when it begins to run.
    private @Nullable Thread thread;

    @SuppressWarnings("unused") // by SLOT
    private volatile @Nullable Process slot;

    /// Its process was abandoned, so nothing that this thread still does may have an effect.
    private volatile boolean zombie;
    /// It is a zombie, or the scheduler decides its steps: one read tells that neither is so.
    private volatile boolean hindered;
    /// The record of its looks before a wait.
    int spins = Spin.NEW;
    /// Which line it had to wait in for its thread, of the node's [Newborns]; negative for none.
    byte line = -1;
    /// It has started another worker since its last wait.
    boolean hasStarted;
    /// The alarm of its last wait with a limit, which may still ring; null for none.
    Blocking.@Nullable WakeUp wakeUp;
    /// How many processes it has begun to run.
    private int hops;
    /// How often it has left its carrier to others, to wait or to let them have their turn. Like [#off] it is written
    /// by its own thread, and read by the clock's, for which an old value does no harm.
    private int leaves;
    /// It has left its carrier, and has not come back.
    private boolean off;
    /// Its turn has been a long one: it is to end after the message at hand. Set by the clock's thread.
    private volatile boolean turnOver;

    /// The call that its process waits for, for [Rings]. Written when a wait begins, before the process parks, and
    /// when it is over.
    private @Nullable Outstanding awaited;

    // For the workers' registry and the clock's thread.
    int place = NOWHERE;
    /// What the clock's thread has seen of it; null before the first look, which most workers do not live to see.
    private @Nullable Observation observation;

    Worker(Node node, Process first) {
        this.node = node;
        this.process = first;
        if (node.stepwise) { // mostly not, and a volatile store costs a fence
            this.hindered = true;
        }
    }

    /// The worker that the current thread is; null if it is none.
    static @Nullable Worker current() {
        return Thread.currentThread().getUncaughtExceptionHandler() instanceof Worker worker ? worker : null;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        node.workers.add(this);
        try {
            Process next = process;
            while (next != null) {
                process = next;
                hops++;
                next.activate(this);
                if (zombie) {
                    break;
                }
                inHand = null;
                if (turnOver || hops % HOPS_IN_A_ROW == 0) {
                    pause(node.scheduler);
                }
                next = emptySlot();
                if (next != null) {
                    Thread.interrupted(); // what a handler has left behind is not meant for the next process
                }
            }
        } finally {
            giveAway(); // only if the runtime itself has failed
            node.workers.remove(this);
            cancelWakeUp();
            if (zombie) {
                node.zombies.remove(this);
            }
        }
    }

    @Nullable
    Message inHand() {
        return (Message) IN_HAND.getAcquire(this);
    }

    void setInHand(@Nullable Message message) {
        IN_HAND.setRelease(this, message);
    }

    @Nullable
    Message batch() {
        return (Message) BATCH.getAcquire(this);
    }

    void setBatch(@Nullable Message first) {
        BATCH.setRelease(this, first);
    }

    /// Makes a process run after the current one, on this thread.
    ///
    /// @return false if it should rather have a thread of its own
    boolean runNext(Process ready) {
        if (hindered || ready.node != node || !process.mayHandOff()) {
            return false;
        }
        Process before = occupySlot(ready);
        if (before != null) {
            node.startWorker(before);
        }
        return true;
    }

    /// By its own thread. Nobody else puts anything in, so an empty slot stays empty.
    ///
    /// @return who was there before; null for nobody
    private @Nullable Process occupySlot(Process ready) {
        if (slot == null) {
            SLOT.setRelease(this, ready);
            return null;
        }
        return (Process) SLOT.getAndSet(this, ready);
    }

    private @Nullable Process emptySlot() {
        return slot == null ? null : (Process) SLOT.getAndSet(this, (Process) null);
    }

    /// Whether somebody waits for the current process to be done.
    boolean isSlotTaken() {
        return slot != null;
    }

    /// The current process has used up its turn: whoever else is ready comes before it.
    void runAgain(Process unfinished) {
        Process other = occupySlot(unfinished);
        if (other != null) {
            node.startWorker(other);
        }
        pause(node.scheduler);
    }

    /// Lets others run first; all of them, if its turn is over.
    void pause(Scheduler scheduler) {
        leaves++;
        off = true;
        if (turnOver) {
            turnOver = false;
            scheduler.pauseLong();
        } else {
            scheduler.pause();
        }
        off = false;
    }

    /// Parks its own thread.
    void park(Scheduler scheduler) {
        leaves++;
        off = true;
        scheduler.park();
        off = false;
    }

    /// Nothing is to unpark its thread any more because of a time limit.
    void cancelWakeUp() {
        Blocking.WakeUp kept = wakeUp;
        if (kept != null) {
            wakeUp = null;
            node.timers.cancel(kept);
        }
    }

    /// Others are to have their turn.
    void endTurnSoon() {
        turnOver = true;
    }

    /// Whether others should have their turn before the current process handles another message.
    boolean isTurnOver() {
        return turnOver;
    }

    /// This thread is about to wait: what is in the slot runs elsewhere.
    void giveAway() {
        Process next = emptySlot();
        if (next != null) {
            node.startWorker(next);
        }
    }

    /// Looks after this worker. On the clock's thread.
    Observation.Finding look(long now) {
        Observation soFar = observation;
        if (soFar == null) {
            soFar = new Observation(this);
            observation = soFar;
        }
        return soFar.look(now);
    }

    /// Whether it had done something at the last look since the one before. On the clock's thread.
    boolean isActive() {
        Observation soFar = observation;
        return soFar != null && soFar.isActive();
    }

    /// Who runs next on this thread; null for nobody.
    @Nullable
    Process occupant() {
        return slot;
    }

    int hops() {
        return hops;
    }

    int leaves() {
        return leaves;
    }

    /// Whether it has left its carrier to others.
    boolean isOff() {
        return off;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /// The current process is about to wait for a call; null when that is over. A store without a fence: who parks
    /// makes it visible by the compare-and-set that announces it, and who does not park waits for nobody.
    void awaits(@Nullable Outstanding call) {
        AWAITED.setRelease(this, call);
    }

    /// What its process waits for. From any thread.
    @Nullable
    Outstanding awaited() {
        return (Outstanding) AWAITED.getAcquire(this);
    }

    /// Until when the caller of what is being handled here waits, in the time of `in`; [Durations#FOREVER] if there
    /// is no such limit.
    long inheritedDeadline(Node in) {
        long deadline = process.callersDeadline();
        return deadline == Durations.FOREVER || in == node
                ? deadline
                : in.clock.nanoTime() + (deadline - node.clock.nanoTime());
    }

    /// The worker of the calling process; null for a thread outside of any process.
    ///
    /// @throws ProcessExit if that process has been told to end, or was abandoned: this thread may not act for it
    ///     any more
    static @Nullable Worker acting() {
        Worker here = current();
        if (here != null) {
            here.unwindIfDoomed();
        }
        return here;
    }

    boolean isZombie() {
        return zombie;
    }

    /// Its process is abandoned. Called under that process's lock.
    void abandon() {
        zombie = true;
        hindered = true;
        giveAway();
    }

    /// Comes before every step that others may notice: a scheduler that decides the steps may let others go first.
    ///
    /// @return false if the step is not to be taken, since this thread's process was abandoned
    boolean mayStep() {
        return !hindered || mayStepLater();
    }

    private boolean mayStepLater() {
        if (!zombie) {
            node.step();
        }
        return !zombie;
    }

    void interrupt() {
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
        }
    }

    /// Where its thread is. Empty if that cannot be seen: the JDK looks until it meets a virtual thread that yields
    /// over and over in the right moment, and nobody here can wait for that.
    List<StackTraceElement> stack() {
        Thread seeing = thread;
        if (seeing == null) {
            return List.of();
        }
        if (!seeing.isVirtual() || seeing.getState() != Thread.State.RUNNABLE) {
            return List.of(seeing.getStackTrace());
        }
        CompletableFuture<List<StackTraceElement>> stack = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("skep stack").start(() -> stack.complete(List.of(seeing.getStackTrace())));
        return stack.completeOnTimeout(List.of(), STACK_PATIENCE, TimeUnit.MILLISECONDS)
                .join();
    }

    /// Keeps a thread whose process was abandoned from doing anything more to the node.
    ///
    /// @throws ProcessExit if the current thread is one
    static void refuseZombies() {
        Worker here = current();
        if (here != null && here.zombie) {
            throw new ProcessExit(ExitReason.killed());
        }
    }

    /// Ends the user code of a process that has been told to end.
    void unwindIfDoomed() {
        if (zombie) {
            throw new ProcessExit(ExitReason.killed());
        }
        process.unwindIfDoomed();
    }

    @Override
    public void uncaughtException(Thread failed, Throwable failure) {
        node.reports.internalError("a worker thread of process " + process, failure);
    }

    /// Who runs there, for a scheduler that shows its steps.
    @Override
    public String toString() {
        return process.toString();
    }
}
