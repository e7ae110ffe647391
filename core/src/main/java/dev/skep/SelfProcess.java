package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a process's own code may do with it: [Self]. Every operation takes the process's lock from the user's code
/// for its duration, and ends that code if the process has been told to end. Whatever may throw in between gives the
/// lock back: the process could neither go on nor be ended otherwise.
abstract sealed class SelfProcess extends PublicProcess implements Self<Object> permits BehaviourProcess, PlainProcess {
    /// What system requests have left behind; null for most processes. Only its own thread changes it, while the
    /// user's code runs.
    @Nullable
    Inspection inspection;

    SelfProcess(Node node, @Nullable Process parent, Mailbox mailbox) {
        super(node, parent, mailbox);
    }

    @Override
    public final Node node() {
        return node;
    }

    @Override
    public final Pid pid() {
        return this;
    }

    @Override
    public final ServerRef<Object> ref() {
        return new ServerRef<>(node, this);
    }

    @Override
    public final Optional<Duration> timeLeft() {
        ownWorker("timeLeft");
        return Durations.left(callersDeadline(), node.clock);
    }

    @Override
    public final void requireInside(String operation) {
        ownWorker(operation).unwindIfDoomed();
    }

    @Override
    public final boolean trapExit(boolean trap) {
        enter("trapExit");
        boolean before = trapExit;
        trapExit = trap;
        leave();
        return before;
    }

    @Override
    public final void link(Pid other) {
        Process target = local(other);
        enter("link");
        if (target != this && bonds().link(target)) {
            target.deliver(new Signal.Link(this));
        }
        leave();
    }

    @Override
    public final void label(Object label) {
        Objects.requireNonNull(label, "label");
        node.refuseMutable(label, null);
        enter("label");
        node.labels.put(this, label);
        leave();
    }

    @Override
    public final void unlink(Pid other) {
        Process target = local(other);
        enter("unlink");
        Signal.Unlink unlink = bonds().unlink(target);
        if (unlink != null) {
            target.deliver(unlink);
        }
        leave();
    }

    @Override
    public final Monitor monitor(Pid target) {
        return monitor(local(target), "monitor");
    }

    private Monitor monitor(Process target, String operation) {
        enter(operation);
        Monitor monitor = new Monitor(this, target);
        if (target != this) {
            bonds().addMonitor(monitor);
            target.deliver(new Signal.MonitorRequest(monitor));
        } else {
            monitor.active = false; // nobody hears of his own end: there is nothing to withdraw
        }
        leave();
        return monitor;
    }

    @Override
    public final Monitor monitor(Name<?> target) {
        Process found = Objects.requireNonNull(target, "name").find(node);
        if (found != null) {
            return monitor(found, "monitor");
        }
        enter("monitor");
        Monitor monitor = new Monitor(this, this);
        bonds().addMonitor(monitor);
        monitor.fire(ExitReason.noProcess());
        leave();
        return monitor;
    }

    @Override
    public final boolean demonitor(Monitor monitor) {
        return withdraw(monitor, false);
    }

    @Override
    public final boolean demonitorAndFlush(Monitor monitor) {
        return withdraw(monitor, true);
    }

    private boolean withdraw(Monitor monitor, boolean flush) {
        if (Objects.requireNonNull(monitor, "monitor").watcher != this) {
            throw new IllegalArgumentException(monitor + " does not belong to " + this);
        }
        enter("demonitor");
        boolean active = giveUp(monitor);
        monitor.flushed |= flush;
        leave();
        return active;
    }

    @Override
    public final Alias alias() {
        enter("alias");
        leave();
        return new Alias(this, false);
    }

    @Override
    public final Alias aliasForOneReply() {
        enter("alias");
        leave();
        return new Alias(this, true);
    }

    @Override
    public final AliasedMonitor monitorWithAlias(Pid target) {
        return monitorWithAlias(target, false);
    }

    @Override
    public final AliasedMonitor monitorWithAliasForOneReply(Pid target) {
        return monitorWithAlias(target, true);
    }

    private AliasedMonitor monitorWithAlias(Pid target, boolean once) {
        Alias alias = new Alias(this, once);
        Process process = local(target);
        enter("monitor");
        Monitor monitor = new Monitor(this, process);
        monitor.alias = alias;
        alias.monitor = once ? monitor : null;
        if (process != this) {
            bonds().addMonitor(monitor);
            process.deliver(new Signal.MonitorRequest(monitor));
        } else {
            monitor.active = false; // and so is the alias, which ends with the monitor
            alias.active = false;
        }
        leave();
        return new AliasedMonitor(monitor, alias);
    }

    @Override
    public final boolean unalias(Alias alias) {
        return withdraw(alias, false);
    }

    @Override
    public final boolean unaliasAndFlush(Alias alias) {
        return withdraw(alias, true);
    }

    private boolean withdraw(Alias alias, boolean flush) {
        if (Objects.requireNonNull(alias, "alias").owner != this) {
            throw new IllegalArgumentException(alias + " does not belong to " + this);
        }
        enter("unalias");
        boolean active = alias.active;
        alias.active = false;
        alias.flushed |= flush;
        leave();
        return active;
    }

    @Override
    public void checkpoint() {
        ownWorker("checkpoint").unwindIfDoomed();
    }

    @Override
    public final void sleep(Duration time) throws InterruptedException {
        long nanos = Durations.nanos(Durations.notNegative(time, "time to sleep"));
        ownWorker("sleep").unwindIfDoomed();
        Slot<Boolean> neverFilled = new Slot<>(node.scheduler);
        if (Blocking.await(node, neverFilled, nanos) == Blocking.Outcome.INTERRUPTED) {
            Thread.interrupted();
            throw new InterruptedException("interrupted in a sleep of " + this);
        }
    }

    @Override
    public final <M> Pid spawn(Body<M> body) {
        return spawn(Mailbox.unbounded(), body);
    }

    @Override
    public final <M> Pid spawn(Mailbox mailbox, Body<M> body) {
        enter("spawn");
        PlainProcess child;
        try {
            child = node.newPlain(mailbox, body, this);
        } finally {
            unlock();
        }
        child.begin(); // even if this process has just been told to end: others can see the child already
        unwindIfDoomed();
        return child;
    }

    @Override
    public final <M> Pid spawnLink(Body<M> body) {
        return spawnLink(Mailbox.unbounded(), body);
    }

    @Override
    public final <M> Pid spawnLink(Mailbox mailbox, Body<M> body) {
        enter("spawnLink");
        PlainProcess child;
        try {
            child = node.newPlain(mailbox, body, this);
            linkNew(child);
        } finally {
            unlock();
        }
        child.begin();
        unwindIfDoomed();
        return child;
    }

    @Override
    public final <M> Monitor spawnMonitor(Body<M> body) {
        return spawnMonitor(Mailbox.unbounded(), body);
    }

    @Override
    public final <M> Monitor spawnMonitor(Mailbox mailbox, Body<M> body) {
        enter("spawnMonitor");
        PlainProcess child;
        Monitor monitor;
        try {
            child = node.newPlain(mailbox, body, this);
            monitor = monitorNew(child);
        } finally {
            unlock();
        }
        child.begin();
        unwindIfDoomed();
        return monitor;
    }

    /// Links to a process that has not begun to run. Under the lock.
    private void linkNew(Process child) {
        bonds().addLink(child);
        child.bonds().addLink(this);
    }

    private Monitor monitorNew(Process child) {
        Monitor monitor = new Monitor(this, child);
        bonds().addMonitor(monitor);
        child.bonds().addWatcher(monitor);
        return monitor;
    }

    @Override
    public final <R> Started<R> start(StartSpec<R> spec) {
        Objects.requireNonNull(spec, "spec");
        ownWorker("start");
        Started<R> refused = refuse(node, spec);
        if (refused != null) {
            return refused;
        }
        enter("start");
        SelfProcess child;
        try {
            child = node.newFrom(spec, this, false);
        } finally {
            unlock();
        }
        return child.beginAndWait(spec);
    }

    @Override
    public final <R> Started<R> startLink(StartSpec<R> spec) {
        Objects.requireNonNull(spec, "spec");
        ownWorker("startLink");
        Started<R> refused = refuse(node, spec);
        if (refused != null) {
            return refused;
        }
        enter("startLink");
        SelfProcess child;
        try {
            child = node.newFrom(spec, this, true);
            linkNew(child);
        } finally {
            unlock();
        }
        return child.beginAndWait(spec);
    }

    @Override
    public final Pid requestStartLink(StartSpec<?> spec, Object label) {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(label, "label");
        Duration initTimeout = spec.initTimeout();
        enter("requestStartLink");
        SelfProcess child;
        try {
            child = node.newFrom(spec, this, true);
            linkNew(child);
        } finally {
            unlock();
        }
        // Even if this process has just been told to end, as in spawn.
        child.begin(spec, new ToldStart<>(this, label, child, initTimeout));
        unwindIfDoomed();
        return child;
    }

    @Override
    public final <R> StartedMonitored<R> startMonitor(StartSpec<R> spec) {
        Objects.requireNonNull(spec, "spec");
        ownWorker("startMonitor");
        Started<R> refused = refuse(node, spec);
        if (refused != null) {
            return new StartedMonitored<>(refused, Optional.empty());
        }
        enter("startMonitor");
        SelfProcess child;
        Monitor monitor;
        try {
            child = node.newFrom(spec, this, true);
            monitor = monitorNew(child);
        } finally {
            unlock();
        }
        Started<R> started = child.beginAndWait(spec);
        if (started instanceof Started.Running) {
            return new StartedMonitored<>(started, Optional.of(monitor));
        }
        demonitorAndFlush(monitor);
        return new StartedMonitored<>(started, Optional.empty());
    }

    /// Why nothing is started: nobody waits for it any more, or the name is taken. In the latter case no process runs,
    /// so that none leaves an exit signal behind; it may still be taken by another start meanwhile.
    ///
    /// @return null if there is no reason
    static <R> @Nullable Started<R> refuse(Node node, StartSpec<R> spec) {
        if (Limit.of(node, ServerRef.FOREVER, Worker.current()).isOver()) {
            return new Started.Failed<>(
                    spec.describe(),
                    ExitReason.because("it was not started, since the deadline of the call for which it is to be"
                            + " started is over"));
        }
        try {
            Process holder = spec.name()
                    .map(name -> name.find(node))
                    .filter(Process::isAlive)
                    .orElse(null);
            return holder == null ? null : new Started.AlreadyStarted<>(holder);
        } catch (RuntimeException broken) { // a registry of the user's own
            return new Started.Failed<>(spec.describe(), ExitReason.crashed(broken));
        }
    }

    /// Starts to run, and blocks until that has succeeded or failed. Who starts it while handling a call waits no
    /// longer than the caller of that does.
    final <R> Started<R> beginAndWait(StartSpec<R> spec) {
        Limit limit = Limit.of(node, spec.initTimeout(), Worker.current());
        Slot<Started<R>> outcome = new Slot<>(node.scheduler);
        begin(spec, outcome);
        Blocking.Outcome waited = Blocking.awaitUntil(node, outcome, limit.deadline());
        if (waited == Blocking.Outcome.DONE) {
            return Objects.requireNonNull(outcome.value());
        }
        giveUpStart();
        if (waited == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted("start of " + spec.describe());
        }
        Blocking.await(node, outcome, Durations.FOREVER); // until it has ended, and its name is free
        String what = outcome.value() instanceof Started.Failed<R> failed ? failed.what() : spec.describe();
        return new Started.Failed<>(what, ExitReason.because("init took longer than " + limit));
    }

    private <R> void begin(StartSpec<R> spec, Slot<Started<R>> outcome) {
        prepareStart(spec, outcome);
        node.reports.spawned(this);
        node.startWorker(this);
    }

    /// Kills it. Its starter is not to end by that, if it is linked.
    private void giveUpStart() {
        Worker here = Worker.current();
        try {
            if (here != null) {
                ((SelfProcess) here.process).unlink(this);
            }
        } finally {
            deliver(new Signal.ExitRequest(node.root, ExitReason.kill()));
        }
    }

    /// Gets what it is to run, before it runs.
    ///
    /// @param outcome to be filled when it has started, or has ended before that
    abstract <R> void prepareStart(StartSpec<R> spec, Slot<Started<R>> outcome);

    @Override
    public final Timer sendAfter(Duration delay, Object message) {
        return sendAfter(delay, (Pid) this, message);
    }

    @Override
    public final Timer sendAfter(Duration delay, Pid target, Object message) {
        enter("sendAfter");
        leave();
        MessageTimer timer = MessageTimer.start(node, delay, target, message, false);
        return target == this ? own(timer) : timer;
    }

    @Override
    public final Timer sendAfter(Duration delay, Name<?> target, Object message) {
        enter("sendAfter");
        leave();
        return node.sendAfter(delay, target, message);
    }

    @Override
    public final Timer startTimer(Duration delay, Object message) {
        enter("startTimer");
        leave();
        return own(MessageTimer.start(node, delay, this, message, true));
    }

    @Override
    public final Timers timers() {
        return new Timers(node, this);
    }

    /// A timer of this process for itself: cancelled when it ends, so that nothing keeps the message until it is due.
    private Timer own(MessageTimer timer) {
        if (timer.isPending()) {
            enter("a timer");
            bonds().own(timer);
            leave();
        }
        return timer;
    }

    @Override
    public final <Q, R> void request(ServerRef<Q> server, Call<Q, R> message, Object label) {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(label, "label");
        enter("request");
        leave();
        server.request(message, outcome -> deliver(new Message.Notice(new Response(label, outcome))));
    }

    @Override
    public void heartbeat() {
        ownWorker("heartbeat").unwindIfDoomed();
        beat();
    }

    // ---- Inspection ----------------------------------------------------------------------------------------------

    @Override
    public final void debug(Supplier<? extends SystemEvent> event) {
        Objects.requireNonNull(event, "event");
        ownWorker("debug");
        Inspection watching = inspection;
        if (watching != null && watching.isWatched()) {
            watching.tell(event.get(), callbacks());
        }
    }

    /// What its code lets be done to it; null if that is not known, as of a plain process.
    abstract @Nullable SystemCallbacks callbacks();

    /// Does what a system message asks for. While the user's code runs.
    final void obey(SystemCall call, SystemCallbacks callbacks) {
        Inspection inspected = inspection;
        if (inspected == null) {
            inspected = new Inspection(this);
            inspection = inspected;
        }
        boolean ran = !inspected.isSuspended();
        inspected.execute(call, callbacks);
        if (inspected.isIdle()) {
            inspection = null;
        } else if (ran && inspected.isSuspended()) {
            suspended();
        }
    }

    /// It has been suspended.
    abstract void suspended();

    @Override
    final boolean isSuspended() {
        Inspection inspected = inspection;
        return inspected != null && inspected.isSuspended();
    }

    /// Whether a message is handled although the process is suspended.
    final boolean isForSuspended(Message message) {
        return message.isSystem() || isEndOfParent(message);
    }

    /// Whether this is the exit signal of the process's parent, as a message.
    final boolean isEndOfParent(Message message) {
        return message instanceof Message.Info info && info.message instanceof Exit exit && isParent(exit.pid());
    }

    /// Whether an exit signal from there, which it traps, ends it all the same.
    abstract boolean isParent(Pid pid);

    private static Process local(Pid pid) {
        return (Process) Objects.requireNonNull(pid, "pid");
    }
}
