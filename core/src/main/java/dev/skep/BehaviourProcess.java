package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process that a [Behaviour] drives. It is activated on some worker's thread when something has arrived, handles a
/// bounded batch of messages, and lets go of the thread.
final class BehaviourProcess extends SelfProcess implements Spin.Sought {
    /// After so many messages other processes get their turn, as a rule; or after a while ([Worker#isTurnOver()]).
    private static final int TURN = 1000;

    private static final VarHandle BEHAVIOUR;

    static {
        try {
            BEHAVIOUR = MethodHandles.lookup().findVarHandle(BehaviourProcess.class, "behaviour", Behaviour.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What was started; nothing once it runs, since its code may be another by then.
    private @Nullable StartSpec<?> spec;

    /// Only its own thread changes it; others find it by [#BEHAVIOUR].
    private @Nullable Behaviour behaviour;
    /// The record of its looks before it rests: [Spin].
    private int spins = Spin.NEW;
    /// The end of the number of whose call it has handled last before it had nothing to do: two bytes that fit into the
    /// 128 of a server.
    private char lastCaller;
    /// Asked for by [#stop(ExitReason)]; [#SUSPENDED] when the process has been suspended.
    private @Nullable ExitReason stopping;

    /// Whether the exit signal of its parent ends it even if it traps exits.
    private final boolean endsWithParent;

    BehaviourProcess(Node node, @Nullable Process parent, StartSpec<?> spec, boolean endsWithParent) {
        super(node, parent, spec.mailbox());
        this.spec = spec;
        this.endsWithParent = endsWithParent;
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    /// The first message of a behaviour: it registers the name, makes the behaviour and runs its `init`. Who starts
    /// the process waits for the outcome, which is told when the process runs, or has ended.
    private final class Begin<R> extends Message {
        private final StartSpec<R> spec;
        private final Slot<Started<R>> outcome;
        private @Nullable Started<R> failure;

        Begin(StartSpec<R> spec, Slot<Started<R>> outcome) {
            this.spec = spec;
            this.outcome = outcome;
        }

        @Override
        void handle(Process process, Behaviour none) {
            throw new AssertionError("handled by its process");
        }

        @Override
        Object payload() {
            return spec;
        }

        @Override
        void abandon(ExitReason reason) {
            if (outcome.isDone()) {
                return; // it has started, and ends in its first turn
            }
            outcome.fill(failure != null ? failure : new Started.Failed<>(describeStart(), reason));
        }
    }

    @Override
    <R> void prepareStart(StartSpec<R> same, Slot<Started<R>> outcome) {
        beginWith(new Begin<>(same, outcome));
    }

    /// What could not be started: the class if there is one by now, since that says more than the spec.
    private String describeStart() {
        Behaviour made = behaviour;
        StartSpec<?> started = Objects.requireNonNull(spec, "only a start that has not succeeded is described");
        return made == null
                ? started.describe()
                : made.initialCall() + started.name().map(name -> " as " + name).orElse("");
    }

    private <R> ExitReason begin(Begin<R> begin) throws Exception {
        StartSpec<R> start = begin.spec;
        if (start.name().isPresent()) {
            Process holder = claimName(start.name().get());
            if (holder != null) {
                begin.failure = new Started.AlreadyStarted<>(holder);
                return ExitReason.normal();
            }
        }
        try {
            Behaviour made = start.behaviour(this);
            BEHAVIOUR.setRelease(this, made);
            made.init();
            initialised = true; // from here on, terminate is due
            made.initialised();
        } catch (StartException.Ignore e) {
            begin.failure = new Started.Ignored<>();
            return ExitReason.normal();
        }
        begin.outcome.fill(new Started.Running<>(this, start.reference(this)));
        spec = null;
        Objects.requireNonNull(behaviour).started();
        return asked();
    }

    private ExitReason asked() {
        ExitReason asked = stopping;
        return asked == null ? NOTHING : asked;
    }

    // ---- Running -------------------------------------------------------------------------------------------------

    /// Stands for: no reason to end.
    private static final ExitReason NOTHING = ExitReason.because("nothing");
    /// Stands for: no reason to end, but to handle nothing but system messages.
    private static final ExitReason SUSPENDED = ExitReason.because("suspended");

    @Override
    void ready(@Nullable Worker sender) {
        if (sender == null || !sender.runNext(this)) {
            node.startWorker(this);
        }
    }

    /// After how many messages others get their turn: after each when the scheduler decides every step.
    private int turn() {
        return node.stepwise ? 1 : TURN;
    }

    @Override
    void activate(Worker on) {
        runOn(on);
        int left = turn();
        Message only = inspection == null && batch == null ? takeOne(on) : null;
        while (true) {
            Message urgent = null;
            if (only == null) {
                if (isSuspended() && !activateSuspended(on)) {
                    return;
                }
                takeMessages();
                ExitReason meanwhile = doomed();
                if (meanwhile != null) {
                    finish(meanwhile, false);
                    return;
                }
                urgent = nextUrgent(on);
                if (urgent == null && batch == null) {
                    forgetAnswered();
                    if (rest()) {
                        return;
                    }
                    continue;
                }
                handOut(on);
                unlock();
            }
            ExitReason ending = NOTHING;
            if (only != null) {
                ending = handle(only);
                left--;
                only = null;
            } else if (urgent != null && doomed() == null) {
                ending = answer(urgent);
            }
            Message oldest = on.batch();
            while (oldest != null
                    && ending == NOTHING
                    && left-- > 0
                    && !hasUrgent()
                    && !on.isTurnOver()
                    && doomed() == null) {
                Message next = nextInBatch(on, oldest);
                ending = next == null ? NOTHING : handle(next);
                oldest = on.batch();
            }
            if (oldest == null && ending == NOTHING && !on.isZombie() && hasNothingToDo()) {
                if (!comesSoon(on)) {
                    if (restAtOnce()) {
                        return;
                    }
                } else if (left > 0 && !on.isTurnOver()) {
                    only = takeOne(on);
                    if (only != null) {
                        continue;
                    }
                }
            }
            if (on.isZombie() || !lock()) {
                abandonTaken(ExitReason.killed(), on);
                return;
            }
            takeBack(on);
            ExitReason told = doomed();
            if (told != null) { // what is in hand is given up with the process
                finish(told, false);
                return;
            }
            if (ending == SUSPENDED) {
                stopping = null;
            } else if (ending != NOTHING) {
                finish(ending, true);
                return;
            }
            on.setInHand(null);
            if (left <= 0 || on.isTurnOver()) {
                runOn(null);
                on.runAgain(this);
                return;
            }
        }
    }

    /// Whether the process may go to rest, if nothing has come. By its own thread, which alone may have changed any of
    /// this if nobody has borrowed the process since the runtime's code was left.
    private boolean hasNothingToDo() {
        return doomed() == null && !hasUrgent() && !hasQueued() && inspection == null && !keepsUnanswered();
    }

    /// Looks again for a moment whether a process that has nothing to do can go on soon: who has just been answered
    /// may ask for more, and so may who has been told that it runs, unless that is a supervisor or the like. While
    /// the user's code runs.
    /// Where there are several callers, their threads are left to bring more: those that have been answered are in
    /// this carrier's queue, and so is this thread after a yield. (A new one would not be, and would begin only
    /// when all of them have come round in vain: the JDK queues a thread that is started elsewhere.)
    private boolean comesSoon(Worker on) {
        if (!node.spin.pays || on.isSlotTaken()) {
            return false;
        }
        if (on.inHand() instanceof Begin) {
            on.setInHand(null);
            return !(parent() instanceof BehaviourProcess) && node.spin.comesAfterStart(this);
        }
        if (!(on.inHand() instanceof Request last)) {
            return false;
        }
        on.setInHand(null);
        char before = lastCaller;
        lastCaller = (char) (last.caller == null ? -1 : last.caller.id);
        boolean alone = lastCaller == before && !node.spin.isCrowded();
        spins = alone ? Spin.look(spins, this) : Spin.lookAfterOthers(spins, this, on);
        return Spin.hasFound(spins);
    }

    @Override
    public boolean isThere() {
        return hasSomethingCome();
    }

    /// Gives one message to the behaviour. While the user's code runs.
    ///
    /// @return why the process ends by it, or NOTHING
    private ExitReason handle(Message message) {
        try {
            if (message instanceof Message.CastMessage cast && inspection == null) {
                countHandled(); // the most usual kind, which never becomes obsolete: without a virtual call
                Objects.requireNonNull(behaviour).cast(cast.message);
                return asked();
            }
            if (skips(message)) {
                return NOTHING;
            }
            if (message instanceof Begin<?> begin) {
                return begin(begin);
            }
            countHandled();
            if (message instanceof Message.Info info && info.message instanceof Exit exit && isParent(exit.pid())) {
                return exit.reason();
            }
            if (inspection == null) {
                message.handle(this, Objects.requireNonNull(behaviour));
            } else {
                handleWatched(message, Objects.requireNonNull(behaviour), inspection);
            }
            if (message instanceof Request request && request.awaitsReply()) {
                if (!lock()) {
                    return NOTHING;
                }
                request.defer();
                keepUnanswered(request);
                unlock();
            }
            return asked();
        } catch (Throwable thrown) {
            return ExitReason.crashed(thrown);
        }
    }

    /// Gives a message of the runtime's own to the behaviour. While the user's code runs.
    ///
    /// @return why the process ends by it, or NOTHING
    private ExitReason answer(Message urgent) {
        try {
            urgent.handle(this, Objects.requireNonNull(behaviour));
            return asked();
        } catch (Throwable thrown) {
            return ExitReason.crashed(thrown);
        }
    }

    /// Gives a message to the behaviour, and tells the debug functions before and after it. While the user's code
    /// runs.
    private void handleWatched(Message message, Behaviour running, Inspection watching) throws Exception {
        if (message.isSystem() || !watching.isWatched()) {
            message.handle(this, running);
            return;
        }
        watching.tell(incoming(message), running);
        if (doomed() == null) { // the debug functions may have taken their time
            message.handle(this, running);
            watching.tell(outcome(message), running);
        }
        if (watching.isIdle()) {
            inspection = null;
        }
    }

    private static SystemEvent incoming(Message message) {
        return switch (message) {
            case Request request -> new SystemEvent.Called(request.message, request.pid());
            case Message.CastMessage cast -> new SystemEvent.Told(cast.message);
            default -> new SystemEvent.Received(message.payload());
        };
    }

    private static SystemEvent outcome(Message message) {
        if (message instanceof Request request) {
            Object answer = request.value();
            if (answer != null && !(answer instanceof Request.Failure)) {
                return new SystemEvent.Answered(answer, request.pid());
            }
        }
        return new SystemEvent.Handled();
    }

    // ---- Suspended -----------------------------------------------------------------------------------------------

    @Override
    void suspended() {
        if (stopping == null) {
            stopping = SUSPENDED;
        }
    }

    /// While the process is suspended: handles the system messages that have arrived, leaves the others where they
    /// are, and rests. Under the lock.
    ///
    /// @return whether it has been resumed; if not, its turn is over
    private boolean activateSuspended(Worker on) {
        for (int left = turn(); inspection != null && inspection.isSuspended(); left--) {
            inspection.lineUp();
            ExitReason told = doomed();
            if (told != null) {
                finish(told, false);
                return false;
            }
            if (left <= 0) {
                runOn(null);
                on.runAgain(this);
                return false;
            }
            Message message = inspection.takeSystemMessage(on);
            if (message == null) {
                node.overloads.waits(this);
                if (rest()) {
                    return false;
                }
                continue;
            }
            unlock();
            ExitReason ending = handle(message);
            if (on.isZombie() || !lock()) {
                abandonTaken(ExitReason.killed(), on);
                return false;
            }
            if (ending != NOTHING && ending != SUSPENDED && doomed() == null) {
                finish(ending, true);
                return false;
            }
            stopping = null;
            if (doomed() == null) {
                on.setInHand(null);
            }
        }
        return true;
    }

    @Override
    @Nullable
    SystemCallbacks callbacks() {
        return behaviour;
    }

    /// A behaviour that traps exits ends with its parent all the same. Erlang: `gen_server` does so.
    @Override
    boolean isParent(Pid pid) {
        return (endsWithParent || parent() == null) && isStartedBy(pid);
    }

    @Override
    public void stop(ExitReason reason) {
        Objects.requireNonNull(reason, "reason");
        node.refuseMutable(reason);
        enter("stop");
        leave();
        if (stopping == null) {
            stopping = reason;
        }
    }

    @Override
    public void checkpoint() {
        super.checkpoint();
        ExitReason asked = stopping;
        if (asked != null && asked != SUSPENDED) {
            throw new ProcessExit(asked);
        }
    }

    // ---- Ending --------------------------------------------------------------------------------------------------

    /// Ends the process: `terminate`, report, death. Under the lock.
    ///
    /// @param ownDoing whether its own code decided so, rather than a signal
    private void finish(ExitReason why, boolean ownDoing) {
        beginToTerminate();
        Thread.interrupted(); // meant for the handler that has been left
        ExitReason reason = why;
        boolean report = ownDoing && !why.isOrderly();
        if (initialised && !isKilled()) {
            unlock();
            if (doomed() == null) { // a kill that unlock lets in interrupts nobody: terminate must not begin then
                try {
                    terminate(why, Objects.requireNonNull(behaviour));
                } catch (Throwable thrown) {
                    reason = ExitReason.crashed(thrown);
                    report = !reason.isOrderly();
                }
            }
            if (!lock()) {
                return;
            }
            ExitReason told = doomed();
            if (told != null && !isKilled()) { // by its health checks, since terminate took too long
                reason = told;
                report = false;
            }
        }
        if (report && !isKilled()) {
            ProcessInfo info = describeSelf();
            unlock();
            node.reports.report(crashReport(info, reason)); // runs the user's code, to show the state
            if (!lock()) {
                return;
            }
        }
        Thread.interrupted();
        end(isKilled() ? ExitReason.killed() : reason);
    }

    /// While the user's code runs.
    private void terminate(ExitReason why, Behaviour running) throws Exception {
        Inspection watching = inspection;
        if (watching == null) {
            running.terminate(why);
            return;
        }
        try {
            watching.tell(new SystemEvent.Terminate(why), running);
            running.terminate(why);
            if (current() instanceof Request last && outcome(last) instanceof SystemEvent.Answered answered) {
                watching.tell(answered, running);
            }
        } finally {
            watching.close();
        }
    }

    /// While the user's code runs.
    private CrashReport crashReport(ProcessInfo info, ExitReason reason) {
        Message last = current();
        Object lastMessage =
                last == null || last instanceof Begin ? null : last instanceof Request r ? r.message : last.payload();
        Object state = null;
        Behaviour ran = behaviour;
        if (ran != null && initialised) {
            try {
                state = ran.reportedState();
            } catch (Throwable thrown) { // a report must not fail because of a state that cannot be shown
                state = "(a state that cannot be shown: " + thrown.getClass().getName() + ")";
            }
        }
        return CrashReport.of(info, reason, lastMessage, state);
    }

    @Override
    void release() {
        spec = null;
        behaviour = null;
        inspection = null;
        batch = null;
        runOn(null);
    }

    @Override
    public <T> Optional<T> shared(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return BEHAVIOUR.getAcquire(this) instanceof Behaviour running && isAlive()
                ? running.shared().filter(type::isInstance).map(type::cast)
                : Optional.empty();
    }

    @Override
    boolean isInUserCode() {
        return current() != null || isTerminating();
    }

    @Override
    boolean isRunningBody() {
        return isTerminating();
    }

    @Override
    boolean hasMessagesToSee() {
        return hasQueued() || batch != null;
    }

    /// While it starts, whoever starts it limits the time.
    @Override
    boolean showsProgress() {
        return initialised;
    }

    @Override
    boolean canBeAsked() {
        return initialised && !isSuspended();
    }

    @Override
    String initialCall() {
        Behaviour running = behaviour;
        StartSpec<?> starting = spec;
        try {
            return running != null ? running.initialCall() : starting != null ? starting.describe() : "(ended)";
        } catch (Throwable thrown) { // whoever asks what the process is doing must not suffer for it
            return "(unknown: " + thrown.getClass().getName() + ")";
        }
    }
}
