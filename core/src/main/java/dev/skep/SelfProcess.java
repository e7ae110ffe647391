package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a process's own code may do with it: [Self]. Every operation takes the process's lock from the user's code
/// for its duration, and ends that code if the process has been told to end. Whatever may throw in between gives the
/// lock back: the process could neither go on nor be ended otherwise.
abstract sealed class SelfProcess extends Process implements Self<Object> permits BehaviourProcess, PlainProcess {
    SelfProcess(Node node, @Nullable Process parent) {
        super(node, parent);
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
        }
        leave();
        return monitor;
    }

    @Override
    public final Monitor monitor(Name<?> target) {
        Process found = node.names.get(Objects.requireNonNull(target, "name"));
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
    public final void demonitor(Monitor monitor) {
        withdraw(monitor, false);
    }

    @Override
    public final boolean demonitorAndFlush(Monitor monitor) {
        return withdraw(monitor, true);
    }

    private boolean withdraw(Monitor monitor, boolean flush) {
        if (monitor.watcher != this) {
            throw new IllegalArgumentException(monitor + " does not belong to " + this);
        }
        enter("demonitor");
        boolean active = monitor.active;
        if (active) {
            if (monitor.target == this) {
                monitor.active = false;
            } else {
                bonds().forgetMonitor(monitor);
                monitor.target.deliver(new Signal.Demonitor(monitor));
            }
        }
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
        Alias alias = new Alias(this, false);
        Process process = local(target);
        enter("monitor");
        Monitor monitor = new Monitor(this, process);
        monitor.alias = alias;
        if (process != this) {
            bonds().addMonitor(monitor);
            process.deliver(new Signal.MonitorRequest(monitor));
        }
        leave();
        return new AliasedMonitor(monitor, alias);
    }

    @Override
    public final boolean unalias(Alias alias) {
        if (alias.owner != this) {
            throw new IllegalArgumentException(alias + " does not belong to " + this);
        }
        enter("unalias");
        boolean active = alias.active;
        alias.active = false;
        leave();
        return active;
    }

    @Override
    public final <M> Pid spawn(Body<M> body) {
        enter("spawn");
        PlainProcess child;
        try {
            child = node.newPlain(body, this);
        } finally {
            unlock();
        }
        child.begin(); // even if this process has just been told to end: others can see the child already
        unwindIfDoomed();
        return child;
    }

    @Override
    public final <M> Pid spawnLink(Body<M> body) {
        enter("spawnLink");
        PlainProcess child;
        try {
            child = node.newPlain(body, this);
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
        enter("spawnMonitor");
        PlainProcess child;
        Monitor monitor;
        try {
            child = node.newPlain(body, this);
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
        enter("start");
        BehaviourProcess child;
        try {
            child = node.newBehaviour(spec, this, false);
        } finally {
            unlock();
        }
        return child.beginAndWait(spec);
    }

    @Override
    public final <R> Started<R> startLink(StartSpec<R> spec) {
        enter("startLink");
        BehaviourProcess child;
        try {
            child = node.newBehaviour(spec, this, true);
            linkNew(child);
        } finally {
            unlock();
        }
        return child.beginAndWait(spec);
    }

    @Override
    public final <R> StartedMonitored<R> startMonitor(StartSpec<R> spec) {
        enter("startMonitor");
        BehaviourProcess child;
        Monitor monitor;
        try {
            child = node.newBehaviour(spec, this, false);
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

    @Override
    public final Timer sendAfter(Duration delay, Object message) {
        return sendAfter(delay, (Pid) this, message);
    }

    @Override
    public final Timer sendAfter(Duration delay, Pid target, Object message) {
        enter("sendAfter");
        leave();
        MessageTimer timer = node.timer(delay, target, message, false);
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
        return own(node.timer(delay, this, message, true));
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
        Objects.requireNonNull(label, "label");
        enter("request");
        leave();
        server.request(message, outcome -> deliver(new Signal.Info(new Response(label, outcome))));
    }

    @Override
    public void heartbeat() {
        ownWorker("heartbeat").unwindIfDoomed();
        beat();
    }

    private static Process local(Pid pid) {
        return (Process) Objects.requireNonNull(pid, "pid");
    }
}
