package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process: what it is told, and its end. How signals reach it is in [Inbox]; what anybody may do with it in
/// [PublicProcess], and what its own code may in [SelfProcess]; what it runs is up to the subclasses.
abstract sealed class Process extends Inbox permits PublicProcess {
    private static final int HAND_OFFS_REFUSED = 100;

    private static final VarHandle NAME;

    static {
        try {
            NAME = MethodHandles.lookup().findVarHandle(Process.class, "name", Name.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Node node;
    /// Given by the node's table before anybody else sees the process.
    long id;
    /// Whether exit signals become messages.
    boolean trapExit;
    /// `init` has returned; a plain process has nothing to initialise.
    boolean initialised;
    /// A plain process that has called [Self#heartbeat()]: from now on one can tell whether it goes on.
    boolean beats;
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

    /// How many calls it has skipped. Only its own thread changes it.
    private int expiredSkipped;

    /// Calls whose handlers have returned without an answer.
    private @Nullable ArrayList<Message> unanswered;

    Process(Node node, @Nullable Process parent, Mailbox mailbox) {
        super(node, mailbox);
        this.node = node;
        this.parent = parent;
    }

    // ---- What its own code asks for ----------------------------------------------------------------------------

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

    // ---- What it is told: under the lock -----------------------------------------------------------------------

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
        Worker running = worker();
        if (running == null) {
            return;
        }
        if (isBorrowed() && running != Worker.current()) {
            running.interrupt();
        }
        // Also if the process itself has found the signal, inside an operation of its code: that is about to be
        // left by a ProcessExit, which it may catch, and go on. (A borrower cannot tell a handler that has just
        // begun from one that is about to: it always waits for it.)
        if (!patient && (isBorrowed() || isInUserCode())) {
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
        if (tryBorrow()) {
            ExitReason reason = doom;
            if (worker() == stuck && reason != null && terminating == whileTerminating) {
                stuck.abandon();
                Zombies.Abandoned entry = node.zombies.add(stuck, this, reason);
                end(reason);
                node.reports.abandoned(Zombies.zombie(stuck, entry)); // its death waits for no listener
            } else {
                giveBack();
            }
        } else if (isAlive() && worker() == stuck) { // it is being looked at, or in the runtime's code for a moment
            node.timers.add(new Grace(this, stuck, whileTerminating), 1_000_000);
        }
    }

    /// Withdraws a monitor of this process. Under the lock.
    ///
    /// @return false if it has fired or was withdrawn before
    final boolean giveUp(Monitor monitor) {
        if (!monitor.active) {
            return false;
        }
        if (monitor.target == this) {
            monitor.active = false; // there is nobody to tell
            if (monitor.alias != null) {
                monitor.alias.active = false;
            }
        } else {
            bonds().forgetMonitor(monitor);
            monitor.target.deliver(new Signal.Demonitor(monitor));
        }
        return true;
    }

    // ---- Its health ----------------------------------------------------------------------------------------------

    /// Whether one can see from [#pulse()] that it goes on.
    abstract boolean showsProgress();

    /// Whether it has a health callback, which can be called now.
    abstract boolean canBeAsked();

    /// Whether it runs the user's code, as far as another thread can tell. If it neither does nor rests, it waits
    /// for a thread.
    final boolean isBusy() {
        return current() != null || isRunningBody();
    }

    /// What keeps it from going on, in words. By the clock's thread.
    final String occupation() {
        Message handling = current();
        if (terminating) {
            return "in terminate";
        }
        if (handling instanceof OpenCheck.Question) {
            return "in its health callback";
        }
        if (handling != null) {
            return "in the same handler (" + handlerOf(handling) + ")";
        }
        return isRunningBody() ? "without a heartbeat" : "ready but not run";
    }

    /// Puts a message before all that are not urgent. Under the lock. It waits in a table of the node: hardly any
    /// process ever has one, and all that it costs the others is a flag.
    final void putUrgent(Message message) {
        message.next = node.urgent.put(this, message);
        urgentWaits(true);
    }

    /// Takes an urgent message: it is the current one. Under the lock.
    final @Nullable Message nextUrgent(Worker on) {
        if (!hasUrgent()) {
            return null;
        }
        Message taken = Objects.requireNonNull(node.urgent.remove(this), "the flag says that there is one");
        Message following = (Message) taken.next;
        taken.next = null;
        if (following != null) {
            node.urgent.put(this, following);
        }
        urgentWaits(following != null);
        on.setInHand(taken);
        return taken;
    }

    /// Its health checks have failed: it ends like by an exit signal, though nobody can trap this one. While it
    /// terminates, when only a kill counts, it counts if `terminate` itself was found to hang: that is
    /// interrupted, and abandoned after the kill grace.
    ///
    /// @param ofTerminate whether it was
    final void condemn(List<String> failures, boolean ofTerminate) {
        if (doom == null && terminating == ofTerminate) {
            tellToEnd(ExitReason.because(new Unhealthy(failures, currentStack())), false);
        }
    }

    /// Where its thread is; empty if it has none, or if it is this one.
    private List<StackTraceElement> currentStack() {
        Worker running = worker();
        return running == null || running == Worker.current() ? List.of() : running.stack();
    }

    // ---- Running: the process's own thread, under the lock unless stated otherwise --------------------------------

    /// Runs the process on this worker's thread for a turn.
    abstract void activate(Worker on);

    /// Whether a message that has its turn is dropped instead, since nobody wants it handled any more.
    final boolean skips(Message message) {
        if (!message.isObsolete()) {
            return false;
        }
        if (message instanceof Request) {
            expiredSkipped++;
            node.expired.increment();
        }
        return true;
    }

    /// Until when the caller of the message at hand waits, in the node's time; [Durations#FOREVER] if that is no
    /// call, has no limit, or has been answered. Cleaning up is nothing that a caller waits for. By the process's
    /// own thread.
    final long callersDeadline() {
        return current() instanceof Request request && !terminating && request.isUnanswered()
                ? request.deadline()
                : Durations.FOREVER;
    }

    /// Whether there are calls whose handlers have returned, and that may have to be forgotten.
    final boolean keepsUnanswered() {
        return unanswered != null && !unanswered.isEmpty();
    }

    /// Remembers a call whose handler has returned, until it is answered. Under the lock.
    final void keepUnanswered(Message request) {
        ArrayList<Message> open = unanswered;
        if (open == null) {
            open = new ArrayList<>(4);
            unanswered = open;
        }
        if (open.size() >= 16 && (open.size() & (open.size() - 1)) == 0) {
            open.removeIf(Message::isObsolete); // at each power of two, so that it costs a constant for each call
        }
        open.add(request);
    }

    /// Lets go of calls that have been answered, so that a process at rest does not keep what it was asked long ago; if
    /// there are many that are not, they are only looked through when another is added. Under the lock.
    final void forgetAnswered() {
        ArrayList<Message> open = unanswered;
        if (open != null && open.size() <= 16) {
            open.removeIf(message -> message instanceof Request request && !request.awaitsReply());
        }
    }

    /// Changes when the process handles another message or rests, and when its worker runs another process. By the
    /// clock's thread: an old value costs one look.
    final long progress(int hops) {
        return ((long) hops << 32) ^ progress();
    }

    /// Reports a handler that runs for too long; a plain process may run as long as it likes. By the clock's thread.
    final void reportStall(Duration running, boolean computing, List<StackTraceElement> stack) {
        Message handling = current();
        if (handling != null) {
            node.reports.report(new StallReport(
                    this,
                    handlerOf(handling),
                    running,
                    computing ? StallReport.Kind.HOG : StallReport.Kind.BLOCKED,
                    stack));
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
        beat();
        ExitReason told = doom;
        if (told != null && !killed) {
            doom = null;
        }
        return told;
    }

    final boolean isTerminating() {
        return terminating;
    }

    /// Whether it has been told to end, or does so. From any thread: what it says may have changed already.
    final boolean isEnding() {
        return doom != null || terminating;
    }

    boolean mayHandOff() {
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
        beginToEnd();
        Name<?> held = name;
        if (held != null) {
            freeAtEnd(held);
        }
        node.table.remove(this);
        if (!node.labels.isEmpty()) {
            node.labels.remove(this);
        }
        endedWith = reason;
        if (bonds != null) {
            bonds.lapse(reason);
        }
        if (unanswered != null) {
            unanswered.forEach(request -> abandonUnanswered(request, reason));
            unanswered = null;
        }
        seal(reason);
        if (hasUrgent()) {
            node.urgent.remove(this);
        }
        if (bonds != null) {
            bonds.sever(reason);
            bonds.announce(reason);
        }
        if (began) {
            node.reports.exited(this, held, reason);
        }
        bonds = null;
        parent = null;
        release();
    }

    private static void abandonUnanswered(Message request, ExitReason reason) {
        if (request instanceof Request call && !call.isDeferred()) {
            call.abandonInHand(reason);
        } else {
            request.abandon(reason);
        }
    }

    private void freeAtEnd(Name<?> held) {
        try {
            held.free(this);
        } catch (Throwable thrown) { // a registry's code: it must not keep a process from ending
            node.reports.internalError(
                    "the registry of " + held + ", at the end of <" + node.name() + "." + id + ">", thrown);
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
        boolean claimed = false;
        try {
            Process holder = wanted.claim(this);
            claimed = holder == this;
            if (!claimed) {
                return holder;
            }
        } finally {
            if (!claimed) {
                name = null;
            }
        }
        if (!isAlive()) {
            wanted.free(this); // its end may have missed the entry
        } else {
            node.waiters.claimed(wanted, this);
        }
        return null;
    }

    /// Takes the name away.
    ///
    /// @return false if it has another one, or none
    final boolean giveUpName(Name<?> held) {
        if (!held.free(this)) {
            return false;
        }
        if (held.equals(name)) {
            name = null;
        }
        return true;
    }

    final @Nullable Name<?> name() {
        return name;
    }

    // ---- What it tells of itself ---------------------------------------------------------------------------------

    /// What this process is doing. Under the lock.
    final ProcessInfo describeSelf() {
        Message handling = current();
        boolean resting = handling == null && !isRunningBody() && !hasMessagesToSee();
        ProcessInfo.Status status = doom != null || terminating
                ? ProcessInfo.Status.EXITING
                : !initialised
                        ? ProcessInfo.Status.STARTING
                        : isSuspended()
                                ? ProcessInfo.Status.SUSPENDED
                                : resting ? ProcessInfo.Status.WAITING : ProcessInfo.Status.RUNNING;
        List<Pid> ancestors = new ArrayList<>();
        for (Process p = parent; p != null; p = p.parent) {
            ancestors.add(p);
        }
        Bonds held = bonds();
        return new ProcessInfo(
                this,
                Optional.ofNullable(name),
                label(),
                initialCallSafely(),
                status,
                Optional.ofNullable(handling).map(Process::handlerOf),
                mailboxLength(),
                load(),
                handled(),
                expiredSkipped,
                held.links(),
                held.monitors(),
                held.monitoredBy(),
                ancestors,
                callersSafely(),
                trapExit);
    }

    private ProcessInfo.Load load() {
        boolean overloaded = node.overloads.isOverloaded(this);
        return bound == null
                ? new ProcessInfo.Load(Mailbox.unbounded(), overloaded, 0)
                : new ProcessInfo.Load(bound.mailbox, overloaded, bound.dropped());
    }

    private static String handlerOf(Message message) {
        return message instanceof Request request
                ? request.message.getClass().getName()
                : message.payload().getClass().getName();
    }

    /// Whether it handles nothing but system messages.
    abstract boolean isSuspended();

    /// Whether user code runs that handles no particular message.
    abstract boolean isRunningBody();

    /// Whether there are messages that it has not looked at yet. Under the lock.
    abstract boolean hasMessagesToSee();

    abstract String initialCall();

    private String initialCallSafely() {
        try {
            return initialCall();
        } catch (Throwable thrown) { // a behaviour's code: it must not hurt a borrower, or hide a crash
            return getClass().getName() + " whose initialCall failed: " + thrown;
        }
    }

    private List<Pid> callersSafely() {
        try {
            return List.copyOf(callers());
        } catch (Throwable thrown) { // the user's code, as above
            return List.of();
        }
    }

    /// Ends the process when its code lets it.
    public abstract void stop(ExitReason reason);

    /// Whether `other` started this process; the node's root stands for threads.
    final boolean isStartedBy(Pid other) {
        return other == (parent == null ? node.root : parent);
    }

    final @Nullable Process parent() {
        return parent;
    }

    final ExitReason endReason() {
        return Objects.requireNonNullElse(endedWith, ExitReason.noProcess());
    }

    /// A monitor of this process by the current thread.
    final Watch watch() {
        return watch(null);
    }

    /// Begins to watch this process, and sends it a message with that: it may end by it.
    final Watch watch(@Nullable Message sent) {
        Watch watch = new Watch(this, new Slot<>(node.scheduler));
        deliver(new Signal.MonitorRequest(watch, sent));
        return watch;
    }
}
