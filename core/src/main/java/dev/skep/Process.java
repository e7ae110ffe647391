package dev.skep;

import dev.skep.Signal.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A process: its queue, who may touch it, and its end. What it runs is up to the subclasses; what its own code may
/// do with it is in [SelfProcess].
///
/// ## The queue
/// Signals arrive in `inbox`, a stack that senders push onto by compare-and-set and that is taken whole and
/// reversed, so that the signals of one sender keep their order. What lies below the last signal says whether
/// somebody attends to the queue: [Signal#IDLE] means that nobody does, so the one sender whose push replaces it
/// makes the process ready; the process goes to rest by replacing [Signal#ATTENDED] with IDLE, which fails if
/// anything has arrived meanwhile. So no wake-up is lost, and none is given twice. (A node is pushed once and
/// never again, so a compare-and-set cannot mistake one stack for another; the marks are never pushed.)
///
/// Taken signals that are no messages take effect at once, in order; messages line up in `queue`. That is what
/// Erlang does: an exit signal does not wait for the messages before it.
///
/// ## The lock
/// `phase` says who may touch the process's bonds, `queue` and end. Code of the runtime that runs in the process has
/// it [#OWNED]. While the user's code runs it is [#USER]: then another thread that has just sent a signal may borrow
/// it ([#BORROWED]) for the moment that the signals need to take effect, so that a process that computes or blocks
/// can be linked, monitored, asked about and told to end. Nobody ever waits for the lock but the process itself,
/// for the few steps of a borrower.
///
/// A signal is not overlooked: a sender pushes, sets `attention`, then reads `phase`; the process (or a borrower)
/// sets `phase` to USER, then reads `attention`. All are volatile, so one of the two sees the other.
///
/// What happens before what: an activation begins after the push that made the process ready (compare-and-set of
/// `inbox`, start of the thread or exchange of the next slot), and that push comes after the previous activation's
/// last step, its compare-and-set of ATTENDED to IDLE. So the fields without `volatile` pass from one activation to
/// the next, and between the process and its borrowers by the compare-and-set of `phase`.
abstract sealed class Process extends Pid permits SelfProcess {
    /// The runtime's code, in the process's own thread; also a process at rest.
    private static final int OWNED = 0;
    /// The user's code runs.
    private static final int USER = 1;
    /// Another thread lets signals take effect, while the user's code runs.
    private static final int BORROWED = 2;
    /// The process is ending: its name is being freed.
    private static final int EXITING = 3;
    /// The process has ended.
    private static final int ENDED = 4;

    private static final int HAND_OFFS_REFUSED = 100;

    private static final VarHandle INBOX;
    private static final VarHandle PHASE;
    private static final VarHandle NAME;
    private static final VarHandle CURRENT;
    private static final VarHandle BATCH;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INBOX = lookup.findVarHandle(Process.class, "inbox", Signal.class);
            PHASE = lookup.findVarHandle(Process.class, "phase", int.class);
            NAME = lookup.findVarHandle(Process.class, "name", Name.class);
            CURRENT = lookup.findVarHandle(Process.class, "current", Message.class);
            BATCH = lookup.findVarHandle(Process.class, "batch", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Node node;
    /// Given by the node's table before anybody else sees the process.
    long id;
    private volatile Signal inbox = Signal.ATTENDED;
    private volatile int phase;
    private volatile boolean attention;

    /// Whether exit signals become messages.
    boolean trapExit;
    /// `init` has returned; a plain process has nothing to initialise.
    boolean initialised;
    /// `terminate` runs, or the body has been left: only a kill counts now.
    private boolean terminating;
    /// How often the next slot is still not to be used from here, since a handler of this process left one stranded.
    private byte refusals;

    /// Why the process has to end. Written under the lock.
    private volatile @Nullable ExitReason doom;
    /// Whether it has to end because of a kill signal, which nothing withstands. Written under the lock.
    private boolean killed;
    /// Whether its starter has told it to end, and kills it when that takes too long. Written under the lock.
    private boolean limitedByStarter;
    /// Why the process has ended. Written before the inbox is dead, read once it is.
    private @Nullable ExitReason endedWith;
    /// The registered name. Claimed by compare-and-set from null.
    private volatile @Nullable Name<?> name;
    /// Who started it; null for what a thread started, and once this process has ended.
    private @Nullable Process parent;

    private @Nullable Bonds bonds;

    /// Messages that have arrived, oldest first. Under the lock.
    private @Nullable Message queueHead;

    private @Nullable Message queueTail;
    private int queueLength;

    /// Messages that the process has taken for itself, oldest first. Only its own thread changes it; others read it
    /// under the lock.
    @Nullable
    Message batch;

    private int batchLength;
    /// The message that is being handled. Only its own thread changes it; others read it under the lock.
    private @Nullable Message current;
    /// Calls whose handlers have returned without an answer.
    private @Nullable ArrayList<Request> unanswered;

    private long handled;
    /// How often it has gone to rest.
    private int rests;
    /// The thread that runs it. Valid under the lock while the user's code runs.
    private @Nullable Worker worker;

    Process(Node node, @Nullable Process parent) {
        this.node = node;
        this.parent = parent;
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    @Override
    final void deliver(Signal signal) {
        Worker sender = Worker.current();
        if (sender != null && sender.isZombie()) {
            return;
        }
        Signal top;
        do {
            top = inbox;
            if (top == Signal.DEAD) {
                signal.arriveDead(this);
                return;
            }
            signal.next = top;
            signal.depth = top.depth + 1;
        } while (!INBOX.compareAndSet(this, top, signal));
        if (top == Signal.IDLE) {
            ready(sender);
        } else if (!(signal instanceof Message)) {
            attend();
        }
    }

    /// The process was at rest and has something to do now. Called once for each rest.
    abstract void ready(@Nullable Worker sender);

    /// Lets signals take effect if the user's code holds the process up.
    private void attend() {
        attention = true;
        while (attention && phase == USER && PHASE.compareAndSet(this, USER, BORROWED)) {
            try {
                takeInbox();
            } finally {
                phase = USER; // even if the sender's stack overflows here
            }
        }
    }

    // ---- The lock: the process's own thread ----------------------------------------------------------------------

    /// From the user's code into the runtime's.
    ///
    /// @return false if the process was abandoned meanwhile, and this thread has lost it
    final boolean lock() {
        for (int spins = 0; !PHASE.compareAndSet(this, USER, OWNED); spins++) {
            int now = phase;
            if (now >= EXITING) {
                return false;
            }
            if (now == OWNED) { // only this thread can have it, and it would wait for itself for ever
                throw new IllegalStateException("an operation of " + this + " was begun inside another one");
            }
            if (spins < 100) {
                Thread.onSpinWait();
            } else {
                Thread.yield(); // a borrower's thread has lost its processor
            }
        }
        return true;
    }

    /// From the runtime's code into the user's.
    final void unlock() {
        do {
            phase = USER;
        } while (attention && PHASE.compareAndSet(this, USER, OWNED) && takeInbox());
    }

    /// Begins an operation that the process's own code asks for.
    ///
    /// @throws IllegalStateException from any thread but its own
    /// @throws ProcessExit if the process has been told to end
    final void enter(String operation) {
        ownWorker(operation).unwindIfDoomed();
        if (!lock()) {
            throw new ProcessExit(ExitReason.killed());
        }
    }

    /// The worker of the current thread, which has to be the process's own.
    final Worker ownWorker(String operation) {
        Worker here = Worker.current();
        if (here == null || here.process != this) {
            throw new IllegalStateException(operation + " of " + this + " was called from another thread ("
                    + Thread.currentThread() + "): only the process itself may use its Self");
        }
        return here;
    }

    /// Ends what [#enter(String)] began.
    final void leave() {
        unlock();
        unwindIfDoomed();
    }

    // ---- Signals take effect: under the lock ---------------------------------------------------------------------

    /// Takes what has arrived: signals take effect, messages line up.
    ///
    /// @return true
    private boolean takeInbox() {
        attention = false;
        Signal top = (Signal) INBOX.getAndSet(this, Signal.ATTENDED);
        if (top == Signal.ATTENDED || top == Signal.IDLE) {
            return true;
        }
        Signal oldestFirst = reverse(top);
        while (oldestFirst != null) {
            Signal signal = oldestFirst;
            oldestFirst = signal.next;
            signal.next = null;
            Message message = signal instanceof Message itself ? itself : signal.arrive(this);
            if (message != null) {
                Message tail = queueTail;
                if (tail == null) {
                    queueHead = message;
                } else {
                    tail.next = message;
                }
                queueTail = message;
                queueLength++;
            }
        }
        return true;
    }

    private static Signal reverse(Signal top) {
        Signal reversed = null;
        Signal signal = top;
        while (signal != Signal.ATTENDED && signal != Signal.IDLE) {
            Signal before = Objects.requireNonNull(signal.next);
            signal.next = reversed;
            reversed = signal;
            signal = before;
        }
        return Objects.requireNonNull(reversed);
    }

    final Bonds bonds() {
        Bonds held = bonds;
        if (held == null) {
            held = new Bonds(this);
            bonds = held;
        }
        return held;
    }

    /// The process has to end: at once if its code is at rest or in the runtime; its code is interrupted if it
    /// blocks. While it terminates, and when it has been told to end before, this counts no more.
    ///
    /// @param patient whether somebody else limits the time that its code may take: a supervisor that ends a child
    ///     in order kills it when its shutdown time is over
    final void doom(ExitReason reason, boolean patient) {
        if (!killed && !terminating && doom == null) {
            tellToEnd(reason, patient);
        }
    }

    /// A kill signal has come. Not to be confused with the reason `killed`, by which a linked process ends like by
    /// any other.
    final void kill() {
        if (!killed) {
            killed = true;
            tellToEnd(ExitReason.killed(), false);
        }
    }

    /// Whether `other` has told this process to end, and sees to it that it does not take too long.
    final boolean isLimitedBy(Pid other) {
        return limitedByStarter && isStartedBy(other);
    }

    private void tellToEnd(ExitReason reason, boolean patient) {
        limitedByStarter = patient;
        doom = reason;
        Worker running = worker;
        if (running == null) {
            return;
        }
        if (phase == BORROWED && running != Worker.current()) {
            running.interrupt();
        }
        // Also if the process itself has found the signal, inside an operation of its code: that is about to be
        // left by a ProcessExit, which it may catch, and go on. (A borrower cannot tell a handler that has just
        // begun from one that is about to: it always waits for it.)
        if (!patient && (phase == BORROWED || isInUserCode())) {
            node.timers.add(new Grace(this, running, terminating), node.killGrace);
        }
    }

    /// Whether an operation is running that the user's code has asked for, which has to be left before the process
    /// can end. In the process's own thread, under the lock.
    abstract boolean isInUserCode();

    final boolean isKilled() {
        return killed;
    }

    /// Waits for a handler that has been told to end to give up.
    private static final class Grace extends Alarm {
        private final Process process;
        private final Worker worker;
        private final boolean whileTerminating;

        Grace(Process process, Worker worker, boolean whileTerminating) {
            this.process = process;
            this.worker = worker;
            this.whileTerminating = whileTerminating;
        }

        @Override
        void ring() {
            process.abandonIfStuck(worker, whileTerminating);
        }
    }

    /// Takes the process from a thread that has ignored its interruption, so that its death can go on without it.
    private void abandonIfStuck(Worker stuck, boolean whileTerminating) {
        if (PHASE.compareAndSet(this, USER, BORROWED)) {
            ExitReason reason = doom;
            if (worker == stuck && reason != null && terminating == whileTerminating) {
                stuck.abandon();
                node.reports.abandoned(node.zombies.add(stuck, this, reason));
                end(reason);
            } else {
                phase = USER;
                attend();
            }
        } else if (phase == BORROWED || (phase == OWNED && worker == stuck)) {
            node.timers.add(new Grace(this, stuck, whileTerminating), 1_000_000);
        }
    }

    // ---- Running: the process's own thread, under the lock unless stated otherwise --------------------------------

    /// Runs the process on this worker's thread for a turn.
    abstract void activate(Worker on);

    final void runOn(@Nullable Worker on) {
        worker = on;
    }

    /// Takes the inbox, and then what lines up in the queue, if the batch is used up.
    final void takeMessages() {
        if (attention || inbox != Signal.ATTENDED) {
            takeInbox();
        }
        if (batch == null) {
            batch = queueHead;
            batchLength = queueLength;
            queueHead = null;
            queueTail = null;
            queueLength = 0;
        }
    }

    /// Puts the first message of a process that does not run yet into its batch.
    final void beginWith(Message message) {
        batch = message;
        batchLength = 1;
    }

    /// Takes the inbox, and appends all that lines up to the batch.
    ///
    /// @param last the end of the batch
    /// @return its new end
    final @Nullable Message appendMessages(@Nullable Message last) {
        takeInbox();
        Message tail = queueTail;
        if (tail == null) {
            return last;
        }
        if (last == null) {
            batch = queueHead;
        } else {
            last.next = queueHead;
        }
        batchLength += queueLength;
        queueHead = null;
        queueTail = null;
        queueLength = 0;
        return tail;
    }

    /// Takes the next message out of the batch. While the user's code runs.
    final @Nullable Message nextInBatch() {
        Message message = batch;
        if (message != null) {
            BATCH.setRelease(this, (Message) message.next);
            message.next = null;
            batchLength--;
        }
        return message;
    }

    /// A message has been taken out of the batch other than by [#nextInBatch()].
    final void tookFromBatch() {
        batchLength--;
    }

    final void handling(@Nullable Message message) {
        CURRENT.setRelease(this, message);
    }

    /// A message is about to be given to the process's code.
    final void countHandled() {
        handled++;
    }

    final @Nullable Message current() {
        return current;
    }

    /// Whether something other than a message wants to take effect. While the user's code runs.
    final boolean wantsAttention() {
        return attention;
    }

    /// Goes to rest. If this returns true, the process may be running on another thread already.
    ///
    /// @return false if something has arrived
    final boolean rest() {
        if (inbox != Signal.ATTENDED) {
            return false;
        }
        rests++;
        Worker was = worker;
        worker = null; // a process at rest must not keep a thread from being collected
        if (INBOX.compareAndSet(this, Signal.ATTENDED, Signal.IDLE)) {
            return true;
        }
        worker = was;
        return false;
    }

    /// Whether a borrower has lined up messages since the last look.
    final boolean hasQueued() {
        return queueHead != null;
    }

    final boolean hasArrivals() {
        Signal top = inbox;
        return top != Signal.ATTENDED && top != Signal.IDLE;
    }

    /// Whether the process still rests, after [#rest()].
    final boolean isResting() {
        return inbox == Signal.IDLE;
    }

    /// Remembers a call whose handler has returned, until it is answered. Under the lock.
    final void keepUnanswered(Request request) {
        ArrayList<Request> open = unanswered;
        if (open == null) {
            open = new ArrayList<>(4);
            unanswered = open;
        }
        if (open.size() >= 16 && (open.size() & (open.size() - 1)) == 0) {
            open.removeIf(Request::isObsolete); // at each power of two, so that it costs a constant for each call
        }
        open.add(request);
    }

    /// Changes when the process handles another message or rests, and when its worker runs another process. By the
    /// clock's thread: an old value costs one look.
    final long progress(int hops) {
        return ((long) hops << 32) ^ handled ^ ((long) rests << 16);
    }

    /// Reports a handler that runs for too long; a plain process may run as long as it likes. By the clock's thread.
    final void reportStall(Duration running, boolean computing, @Nullable Thread thread) {
        Message handling = (Message) CURRENT.getAcquire(this);
        if (handling != null && thread != null) {
            node.reports.report(new StallReport(
                    this,
                    handlerOf(handling),
                    running,
                    computing ? StallReport.Kind.HOG : StallReport.Kind.BLOCKED,
                    List.of(thread.getStackTrace())));
        }
    }

    final @Nullable ExitReason doomed() {
        return doom;
    }

    /// From the user's code: ends it if the process has been told to end.
    final void unwindIfDoomed() {
        ExitReason reason = doom;
        if (reason != null) {
            throw new ProcessExit(reason);
        }
    }

    /// From here on only a kill ends the process's code.
    ///
    /// @return why the process has been told to end, if it has
    final @Nullable ExitReason beginToTerminate() {
        terminating = true;
        ExitReason told = doom;
        if (!killed) {
            doom = null;
        }
        return told;
    }

    final boolean isTerminating() {
        return terminating;
    }

    final boolean mayHandOff() {
        if (refusals > 0) {
            refusals--;
            return false;
        }
        return true;
    }

    /// A handler of this process has kept the next slot from running. By the clock's thread: a race loses a
    /// refusal or two.
    final void refuseHandOffs() {
        refusals = HAND_OFFS_REFUSED;
    }

    // ---- The end: under the lock ---------------------------------------------------------------------------------

    /// Ends the process: its name is free, its pending calls fail, its links and monitors are told, in this order.
    final void end(ExitReason reason) {
        cease(reason, true);
    }

    /// Ends a process that has not begun to run, and never will.
    final void discard() {
        cease(ExitReason.noProcess(), false);
    }

    private void cease(ExitReason reason, boolean began) {
        phase = EXITING;
        Name<?> held = name;
        if (held != null) {
            node.names.remove(held, this);
        }
        node.table.remove(this);
        phase = ENDED;
        endedWith = reason;
        Signal top = (Signal) INBOX.getAndSet(this, Signal.DEAD);
        abandonMessages(reason);
        if (top != Signal.ATTENDED && top != Signal.IDLE) {
            for (Signal signal = reverse(top); signal != null; signal = signal.next) {
                if (signal instanceof Message message) {
                    message.abandon(reason);
                } else {
                    signal.arriveDead(this);
                }
            }
        }
        if (began) {
            node.reports.exited(this, held, reason);
        }
        if (bonds != null) {
            bonds.sever(reason);
        }
        bonds = null;
        parent = null;
        release();
    }

    private void abandonMessages(ExitReason reason) {
        abandonTaken(reason);
        if (unanswered != null) {
            unanswered.forEach(request -> request.abandon(reason));
        }
        for (Signal s = queueHead; s != null; s = s.next) {
            ((Message) s).abandon(reason);
        }
        unanswered = null;
        queueHead = null;
        queueTail = null;
    }

    /// Fails the calls among the messages that the process has taken for itself. A thread that finds its process
    /// abandoned does it again: it may have taken another message while that happened.
    final void abandonTaken(ExitReason reason) {
        if (CURRENT.getAcquire(this) instanceof Message message) {
            message.abandon(reason);
        }
        for (Signal s = (Signal) BATCH.getAcquire(this); s != null; s = s.next) {
            ((Message) s).abandon(reason);
        }
    }

    /// Lets go of the user's objects: a pid that is kept must not keep a dead process's state.
    abstract void release();

    // ---- Names ---------------------------------------------------------------------------------------------------

    /// Gives this process a name.
    ///
    /// @return who has the name already, this process if it has another name; null if it worked, or if this process
    ///     has ended
    final @Nullable Process claimName(Name<?> wanted) {
        if (!NAME.compareAndSet(this, null, wanted)) {
            return this;
        }
        Process holder = node.names.putIfAbsent(wanted, this);
        if (holder != null) {
            name = null;
            return holder;
        }
        if (phase >= EXITING) {
            node.names.remove(wanted, this); // its end may have missed the entry
        }
        return null;
    }

    /// Takes the name away.
    ///
    /// @return false if it has another one, or none
    final boolean giveUpName(Name<?> held) {
        if (node.names.remove(held, this)) {
            name = null;
            return true;
        }
        return false;
    }

    final @Nullable Name<?> name() {
        return name;
    }

    // ---- For everybody -------------------------------------------------------------------------------------------

    /// What this process is doing. Under the lock.
    final ProcessInfo describeSelf() {
        Message handling = (Message) CURRENT.getAcquire(this);
        boolean resting = handling == null && !isRunningBody();
        ProcessInfo.Status status = doom != null || terminating
                ? ProcessInfo.Status.EXITING
                : !initialised
                        ? ProcessInfo.Status.STARTING
                        : resting ? ProcessInfo.Status.WAITING : ProcessInfo.Status.RUNNING;
        List<Pid> ancestors = new ArrayList<>();
        for (Process p = parent; p != null; p = p.parent) {
            ancestors.add(p);
        }
        Bonds held = bonds();
        return new ProcessInfo(
                this,
                Optional.ofNullable(name),
                initialCallSafely(),
                status,
                Optional.ofNullable(handling).map(Process::handlerOf),
                mailboxLength(),
                handled,
                held.links(),
                held.monitors(),
                held.monitoredBy(),
                ancestors,
                trapExit);
    }

    private static String handlerOf(Message message) {
        return message instanceof Request request
                ? request.message.getClass().getName()
                : message.payload().getClass().getName();
    }

    /// Whether user code runs that handles no particular message.
    abstract boolean isRunningBody();

    abstract String initialCall();

    private String initialCallSafely() {
        try {
            return initialCall();
        } catch (Throwable thrown) { // a behaviour's code: it must not hurt a borrower, or hide a crash
            return getClass().getName() + " whose initialCall failed: " + thrown;
        }
    }

    /// Ends the process when its code lets it.
    public abstract void stop(ExitReason reason);

    final int mailboxLength() {
        Signal top = inbox;
        return queueLength + batchLength + top.depth;
    }

    /// Whether `other` started this process; the node's root stands for threads.
    final boolean isStartedBy(Pid other) {
        return other == (parent == null ? node.root : parent);
    }

    final @Nullable Process parent() {
        return parent;
    }

    @Override
    public final String nodeName() {
        return node.name();
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final boolean isAlive() {
        return phase < EXITING;
    }

    @Override
    public final void send(Object message) {
        deliver(new Signal.Info(Objects.requireNonNull(message, "message")));
    }

    @Override
    public final void exit(ExitReason reason) {
        Objects.requireNonNull(reason, "reason");
        Worker sender = Worker.current();
        deliver(new Signal.ExitRequest(sender == null ? node.root : sender.process, reason));
        if (sender != null && sender.process == this) {
            sender.unwindIfDoomed();
        }
    }

    @Override
    public final Optional<ProcessInfo> info() {
        Worker here = Worker.current();
        if (here != null && here.process == this) {
            if (!lock()) {
                return Optional.empty();
            }
            ProcessInfo info;
            try {
                info = describeSelf();
            } finally {
                unlock();
            }
            unwindIfDoomed(); // unlocking may have let an exit signal take effect, of which nobody else tells it
            return Optional.of(info);
        }
        Slot<ProcessInfo> answer = new Slot<>(node.scheduler);
        deliver(new Signal.InfoRequest(answer));
        if (Blocking.await(node, answer, Durations.FOREVER) == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted("info of " + this);
        }
        return Optional.ofNullable(answer.value());
    }

    @Override
    public final CompletableFuture<ExitReason> exited() {
        return Watch.future(this);
    }

    @Override
    public final Optional<ExitReason> join(Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        refuseToAwaitItself();
        return watch().await(nanos);
    }

    @Override
    public final Optional<ExitReason> exitAndJoin(ExitReason reason, Duration timeout) {
        long nanos = Durations.nanos(Durations.notNegative(timeout, "timeout"));
        refuseToAwaitItself();
        Watch watch = watch();
        exit(reason);
        return watch.await(nanos).map(end -> end instanceof ExitReason.NoProcess ? endReason() : end);
    }

    private ExitReason endReason() {
        return Objects.requireNonNullElse(endedWith, ExitReason.noProcess());
    }

    private void refuseToAwaitItself() {
        Worker here = Worker.current();
        if (here != null && here.process == this) {
            throw new IllegalStateException(this + " cannot wait for its own end");
        }
    }

    /// A monitor of this process by the current thread.
    final Watch watch() {
        Watch watch = new Watch(this, new Slot<>(node.scheduler));
        deliver(new Signal.MonitorRequest(watch));
        return watch;
    }

    @Override
    public final String toString() {
        Name<?> held = name;
        return "<" + node.name() + "." + id + (held == null ? ">" : " " + held + ">");
    }
}
