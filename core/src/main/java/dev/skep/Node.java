package dev.skep;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A world of processes: their names, their timers, and the threads that run them. Several nodes may live in one
/// JVM; they know nothing of each other.
///
/// ```java
/// try (Node node = Node.start("hive")) {
///     node.start(Supervisor.oneForOne().child(ChildSpec.server(USERS, UserManager::new)));
///     ServerRef<UserRpc> users = node.ref(USERS);
/// }
/// ```
///
/// Every method may be called from any thread. Erlang: a node.
public final class Node implements AutoCloseable {
    final Scheduler scheduler;
    final Clock clock;
    final TimingWheel timers;
    final Workers workers;
    final NodeTicker ticker;
    final HealthChecks healthChecks = new HealthChecks(this);
    /// Messages that come before all others at their processes, one or a chain for each.
    final Map<Process, Message> urgent = new ConcurrentHashMap<>();
    /// What processes say that they are; a table, since most say nothing.
    final Map<Process, Object> labels = new ConcurrentHashMap<>();
    final ProcessTable table = new ProcessTable();
    final Map<Name<?>, Process> names = new ConcurrentHashMap<>();
    final NameWaiters waiters = new NameWaiters();
    final Rings rings = new Rings();
    final Zombies zombies = new Zombies();
    /// Calls that were skipped.
    final LongAdder expired = new LongAdder();
    /// Calls that were handed to another server.
    final LongAdder retried = new LongAdder();
    final Reports reports;
    final Overloads overloads;
    /// Refuses mutable messages; null if the node is not strict.
    private final @Nullable Isolation isolation;
    /// In nanoseconds.
    final long killGrace;
    /// In nanoseconds.
    final long stallThreshold;
    /// The scheduler decides every step.
    final boolean stepwise;
    final Spin spin;
    /// Stands for the threads that are no processes: who exit signals come from, and the parent of what they start.
    final Process root;

    private final Watchdog watchdog;
    private final Newborns newborns;
    private final String name;
    private final Duration closeTimeout;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile boolean closed;

    Node(NodeBuilder builder) {
        this.name = builder.name;
        this.scheduler = builder.scheduler;
        this.clock = builder.clock;
        this.killGrace = Durations.nanos(builder.killGrace);
        this.closeTimeout = builder.closeTimeout;
        this.reports = new Reports(builder.logger, builder.listener);
        this.isolation = builder.isolation();
        this.overloads = new Overloads(reports, builder.highWater);
        this.timers = new TimingWheel(clock, failure -> reports.internalError("a timer", failure));
        this.stallThreshold = Durations.nanos(builder.stallThreshold);
        this.watchdog = new Watchdog(scheduler, builder.extraCarriers);
        this.stepwise = scheduler.decidesSteps();
        boolean onVirtualThreads = scheduler == Scheduler.virtualThreads();
        int processors = Runtime.getRuntime().availableProcessors();
        int carriers = Integer.getInteger("jdk.virtualThreadScheduler.parallelism", processors);
        this.spin = new Spin(onVirtualThreads && processors > 1, carriers);
        this.newborns = new Newborns(scheduler, onVirtualThreads ? Carriers::queuedInJvm : () -> 0, carriers);
        this.workers = new Workers(clock, watchdog, overloads, spin, !stepwise);
        this.ticker = new NodeTicker(clock, timers, workers);
        PlainProcess made = new PlainProcess(this, null, _ -> {});
        table.add(made);
        made.discard(); // signals to it are signals to the dead
        this.root = made;
        clock.start(name, ticker);
    }

    /// Refuses a message that can be changed after it was sent, if the node is strict. What a process tells
    /// itself is its own business.
    ///
    /// @param receiver who gets it, if that is known
    void refuseMutable(Object message, @Nullable Process receiver) {
        Isolation checks = isolation;
        if (checks != null) {
            Worker here = Worker.current();
            if (here == null || here.process != receiver) {
                checks.check(message);
            }
        }
    }

    void refuseMutable(ExitReason reason) {
        Isolation checks = isolation;
        if (checks != null) {
            checks.checkReason(reason);
        }
    }

    /// Starts a node with default settings.
    ///
    /// @param name its name, which pids and log lines show; not blank
    /// @return the running node
    public static Node start(String name) {
        return builder(name).start();
    }

    /// A node with settings.
    ///
    /// @param name its name, which pids and log lines show; not blank
    /// @return the settings, to be completed with [NodeBuilder#start()]
    public static NodeBuilder builder(String name) {
        return new NodeBuilder(name);
    }

    /// The node's name.
    ///
    /// @return the name
    public String name() {
        return name;
    }

    /// The time that the node lives in.
    ///
    /// @return the clock
    public Clock clock() {
        return clock;
    }

    // ---- Processes -----------------------------------------------------------------------------------------------

    /// Starts a process, of a behaviour mostly, and waits until its init is done. It is not linked to anybody;
    /// closing the node ends it with `shutdown`. Blocks.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start, a supervisor for instance
    /// @return the reference
    /// @throws StartException if it does not run: its subclass says why
    /// @throws IllegalStateException if the node is closed
    public <R> R start(StartSpec<R> spec) {
        return tryStart(spec).orElseThrow();
    }

    /// Starts a process of a behaviour as [#start(StartSpec)] does, with the outcome as a value.
    ///
    /// @param <R> how the process is referred to
    /// @param spec what to start
    /// @return the outcome
    /// @throws IllegalStateException if the node is closed
    public <R> Started<R> tryStart(StartSpec<R> spec) {
        Objects.requireNonNull(spec, "spec");
        Started<R> refused = SelfProcess.refuse(this, spec);
        return refused != null ? refused : newFrom(spec, null, false).beginAndWait(spec);
    }

    /// Starts a plain process. Erlang: `spawn/1`.
    ///
    /// @param <M> what it is sent
    /// @param body its code
    /// @return its pid
    /// @throws IllegalStateException if the node is closed
    public <M> Pid spawn(Body<M> body) {
        return spawn(Mailbox.unbounded(), body);
    }

    /// Starts a plain process with a mailbox of your choice. Erlang: `spawn_opt/2`.
    ///
    /// @param <M> what it is sent
    /// @param mailbox how many messages may wait for it, and what happens beyond that
    /// @param body its code
    /// @return its pid
    /// @throws IllegalStateException if the node is closed
    public <M> Pid spawn(Mailbox mailbox, Body<M> body) {
        PlainProcess process = newPlain(mailbox, body, null);
        process.begin();
        return process;
    }

    /// Starts a plain process, unless the node is closed.
    @Nullable
    Pid trySpawn(Body<?> body) {
        if (closed) {
            return null;
        }
        try {
            return spawn(body);
        } catch (IllegalStateException closedMeanwhile) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // what it is sent is between the process and its clients
    <M> PlainProcess newPlain(Mailbox mailbox, Body<M> body, @Nullable Process parent) {
        Objects.requireNonNull(mailbox, "mailbox");
        Objects.requireNonNull(body, "body");
        return enrolled(new PlainProcess(this, parent, mailbox, (Body<Object>) body));
    }

    /// @param endsWithParent whether the parent's exit signal ends it even if it traps exits: not after a plain start,
    ///     as in OTP
    SelfProcess newFrom(StartSpec<?> spec, @Nullable Process parent, boolean endsWithParent) {
        Objects.requireNonNull(spec, "spec");
        ProcessSpec.Code<Object> code = spec.plainCode();
        return enrolled(
                code == null
                        ? new BehaviourProcess(this, parent, spec, endsWithParent)
                        : new PlainProcess(this, parent, code, spec.mailbox()));
    }

    private <T extends Process> T enrolled(T process) {
        Worker.refuseZombies();
        refuseIfClosed();
        table.add(process);
        // Who stops the node sets `closed`, then looks into the table: one of the two sees the other.
        if (closed) {
            process.discard();
            refuseIfClosed();
        }
        return process;
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("node " + name + " is closed: nothing can be started on it");
        }
    }

    /// Runs what a user has attached to an outcome. Not on the thread of the process that brings it about: it could
    /// hold that up, and would be taken for it.
    void runElsewhere(Runnable action) {
        scheduler.start(new Errand(this, action));
    }

    private record Errand(Node node, Runnable action) implements Runnable, Thread.UncaughtExceptionHandler {
        @Override
        public void run() {
            action.run();
        }

        @Override
        public void uncaughtException(Thread failed, Throwable failure) {
            node.reports.internalError("an action on a future of " + node, failure);
        }
    }

    /// Comes before every step that others may notice, unless [Worker#mayStep()] does.
    void step() {
        if (stepwise) {
            scheduler.pause();
        }
    }

    /// Makes a process run that has just been spawned.
    void startNew(Process process) {
        if (newborns.take(process)) {
            noteStart();
        } else {
            startWorker(process);
        }
    }

    void startWorker(Process process) {
        noteStart();
        scheduler.start(new Worker(this, process));
    }

    private static void noteStart() {
        Worker starter = Worker.current();
        if (starter != null) {
            starter.hasStarted = true;
        }
    }

    /// All living processes, oldest first. Erlang: `processes/0`.
    ///
    /// @return their pids
    public List<Pid> processes() {
        return table.list();
    }

    /// A living process by its number.
    ///
    /// @param id the number, as [Pid#id()] gives it
    /// @return the process, if it lives
    public Optional<Pid> process(long id) {
        return Optional.ofNullable(table.find(id));
    }

    /// Begins to check the health of a process, as a supervisor does for its children. Does nothing for one that
    /// has ended. Checks of one process are independent of each other.
    ///
    /// @param pid a process of this node
    /// @param check how to check it
    /// @return the checks, to be read and stopped
    /// @throws IllegalArgumentException if the process lives on another node
    public HealthWatch checkHealth(Pid pid, HealthCheck check) {
        Process process = (Process) Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(check, "health check of " + pid);
        Worker.refuseZombies();
        if (process.node != this) {
            throw new IllegalArgumentException("cannot check the health of " + pid + ": it lives on another node");
        }
        HealthWatch watch = new HealthWatch(healthChecks, process, check);
        healthChecks.change(watch);
        return watch;
    }

    /// Threads that run on although their processes have ended.
    ///
    /// @return the zombies, with their stacks
    public List<Zombie> zombies() {
        return zombies.list();
    }

    /// By how much the parallelism of the JVM's virtual threads has been raised at most, since handlers kept all
    /// carriers.
    ///
    /// @return zero if that never happened
    public int extraCarriersPeak() {
        return watchdog.peak();
    }

    // ---- Calls ---------------------------------------------------------------------------------------------------

    /// How many calls the node's processes have skipped, since their callers had given up, or their time limits were
    /// over, when their turn came. When this grows, servers get more calls than they can answer in time.
    ///
    /// @return the number since the node's start; [ProcessInfo#expiredSkipped()] has it for one process
    public long expiredRequests() {
        return expired.sum();
    }

    /// How often an [IdempotentCall] has been handed to another server, since the one that had it ended before it
    /// answered.
    ///
    /// @return the number since the node's start
    public long retriedCalls() {
        return retried.sum();
    }

    // ---- Names ---------------------------------------------------------------------------------------------------

    /// A reference to whoever has the name at each use: it survives restarts.
    ///
    /// @param <P> the protocol
    /// @param name the name
    /// @return the reference; nobody needs to have the name yet
    public <P> ServerRef<P> ref(Name<P> name) {
        return new ServerRef<>(this, name);
    }

    /// Gives a process a name. Erlang: `register/2`.
    ///
    /// @param name the name
    /// @param pid a living process of this node without a name
    /// @throws IllegalArgumentException if the name is taken, or the process has ended, has a name, or lives
    ///     elsewhere
    public void register(Name<?> name, Pid pid) {
        Objects.requireNonNull(name, "name");
        Process process = (Process) Objects.requireNonNull(pid, "pid");
        step();
        Worker.refuseZombies();
        String refused = "cannot register " + pid + " as \"" + name + "\": ";
        if (process.node != this) {
            throw new IllegalArgumentException(refused + "it lives on another node");
        }
        Process holder = process.claimName(name);
        if (holder == process) {
            throw new IllegalArgumentException(refused + "it is registered as \"" + process.name() + "\"");
        }
        if (holder != null) {
            throw new IllegalArgumentException(refused + "the name is taken by " + holder);
        }
        if (!process.isAlive()) {
            throw new IllegalArgumentException(refused + "it has ended");
        }
    }

    /// Tells calls that wait for a name, as an [IdempotentCall] does, that a process has it now. The runtime does this
    /// itself when a process is started under a name, or is given one by [#register(Name, Pid)]; a registry of your
    /// own ([Via]) does it when it puts a process under a key by itself. Never blocks.
    ///
    /// @param name the name
    /// @param pid who has it; a process that has ended is as good as none
    public void announceName(Name<?> name, Pid pid) {
        Objects.requireNonNull(name, "name");
        waiters.claimed(name, (Process) Objects.requireNonNull(pid, "pid"));
    }

    /// Takes a name away from whoever has it. Erlang: `unregister/1`.
    ///
    /// @param name the name
    /// @throws IllegalArgumentException if nobody has it
    public void unregister(Name<?> name) {
        Objects.requireNonNull(name, "name");
        step();
        Worker.refuseZombies();
        Process holder = name.find(this);
        if (holder == null || !holder.giveUpName(name)) {
            throw new IllegalArgumentException("cannot unregister \"" + name + "\": nobody has that name");
        }
    }

    /// Who has the name now. Erlang: `whereis/1`.
    ///
    /// @param name the name
    /// @return the process, if there is one
    public Optional<Pid> whereis(Name<?> name) {
        Objects.requireNonNull(name, "name");
        step();
        return Optional.ofNullable(name.find(this));
    }

    /// All names of the node and who has them; the keys of registries are not among them. Erlang: `registered/0`.
    ///
    /// @return the names in alphabetical order
    public Map<Name<?>, Pid> registered() {
        Map<Name<?>, Pid> all = new TreeMap<>(Comparator.comparing(Name::text));
        all.putAll(names);
        return all;
    }

    /// Sends a message to whoever has the name; silent if nobody has. Erlang: `Name ! Message`, which fails then.
    ///
    /// @param name the name
    /// @param message an immutable value
    public void send(Name<?> name, Object message) {
        Objects.requireNonNull(message, "message");
        Process holder = Objects.requireNonNull(name, "name").find(this);
        if (holder != null) {
            holder.send(message);
        }
    }

    // ---- Timers --------------------------------------------------------------------------------------------------

    /// Sends a message after `delay`. Erlang: `erlang:send_after/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it; nobody, if it has ended by then
    /// @param message an immutable value
    /// @return the timer
    public Timer sendAfter(Duration delay, Pid target, Object message) {
        return MessageTimer.start(this, delay, target, message, false);
    }

    /// Sends a message, after `delay`, to whoever has the name by then. Erlang: `erlang:send_after/3`.
    ///
    /// @param delay zero or more
    /// @param target the name
    /// @param message an immutable value
    /// @return the timer
    public Timer sendAfter(Duration delay, Name<?> target, Object message) {
        return MessageTimer.start(this, delay, target, message, false);
    }

    /// Sends a message from the clock's thread, on which a registry's code must not run.
    void sendFromTimer(Name<?> target, Object message) {
        if (target.isVia()) {
            runElsewhere(() -> send(target, message));
        } else {
            send(target, message);
        }
    }

    /// Sends a [Timeout] with `message` after `delay`. Erlang: `erlang:start_timer/3`.
    ///
    /// @param delay zero or more
    /// @param target who gets it; nobody, if it has ended by then
    /// @param message an immutable value
    /// @return the timer, which the message carries
    public Timer startTimer(Duration delay, Pid target, Object message) {
        return MessageTimer.start(this, delay, target, message, true);
    }

    /// Sends a [Timeout] with `message`, after `delay`, to whoever has the name by then.
    /// Erlang: `erlang:start_timer/3`.
    ///
    /// @param delay zero or more
    /// @param target the name
    /// @param message an immutable value
    /// @return the timer, which the message carries
    public Timer startTimer(Duration delay, Name<?> target, Object message) {
        return MessageTimer.start(this, delay, target, message, true);
    }

    /// Timers that do more than send one message, and belong to nobody. Erlang: the module `timer`.
    ///
    /// @return the timers
    public Timers timers() {
        return new Timers(this, null);
    }

    /// How many timers and time limits were pending when the clock's thread looked last, a few milliseconds ago
    /// while processes run. A thread that has waited with a limit may count for one until it ends, or that limit
    /// is over. For monitoring: a number that grows without end is a leak. Does not block; from any thread.
    /// Erlang: none; `ets:info(timer_tab, size)` for the module `timer`.
    ///
    /// @return their number
    public int pendingTimers() {
        return timers.pendingAtTick();
    }

    // ---- Reports -------------------------------------------------------------------------------------------------

    /// Refuses a value that can be changed, if the node is strict. For what is kept where many look at it without
    /// having been sent it, as an entry of a registry is; messages are looked at by those who send them. Does not
    /// block.
    ///
    /// @param value the value
    /// @throws NotSendableException if the node is strict and the value can be changed
    public void requireSendable(Object value) {
        refuseMutable(Objects.requireNonNull(value, "value"), null);
    }

    /// Hands out a report, as behaviours do: to the log and to the listener.
    ///
    /// @param report the report
    public void report(Report report) {
        reports.report(Objects.requireNonNull(report, "report"));
    }

    /// Logs a message that a behaviour did not expect and has dropped.
    ///
    /// @param pid the process
    /// @param what what happened to the message
    /// @param message the message
    public void unexpected(Pid pid, String what, Object message) {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(what, "what happened to the message");
        Objects.requireNonNull(message, "message");
        reports.unexpected(pid, what, message);
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// Ends all processes: what threads have started, latest first, with `shutdown`, so that a supervisor ends its
    /// children in their order; then what is left; and kills what does not end in time. Blocks; waits for another
    /// thread's close.
    /// An interrupt ends the waiting: the killing begins at once, and the thread's interrupt status is kept.
    ///
    /// @param timeout how long all of it may take before the killing begins
    /// @return what does not end even so: processes whose threads ignore interruption
    public List<Zombie> stop(Duration timeout) {
        Durations.notNegative(timeout, "timeout");
        Worker here = Worker.current();
        if (here != null && here.process.node == this) {
            throw new IllegalStateException("a process of node " + name + " cannot stop its own node: it would wait"
                    + " for its own end; let a thread of its own do it");
        }
        if (closing.compareAndSet(false, true)) {
            waiters.close(); // nobody restarts what they wait for; and no cleaning up should wait for that
            try {
                new Closing(this, timeout).run();
            } finally {
                closed = true;
                watchdog.stop();
                stopped.complete(true);
            }
        }
        stopped.join();
        return zombies();
    }

    /// Nothing can be started from here on.
    void refuseStarts() {
        closed = true;
    }

    /// Ends all processes as [#stop(Duration)] does, within the node's close timeout; what did not end is in the log.
    @Override
    public void close() {
        stop(closeTimeout);
    }

    @Override
    public String toString() {
        return "node " + name;
    }
}
