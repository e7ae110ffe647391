package dev.skep;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A process with a body of code and a thread of its own, which receives its messages.
///
/// Messages that a receive has looked at and left stay in `batch`, oldest first, where only this process's thread
/// sees them; `last` is its end. So a receive looks at each message once, and at a new message when it comes.
final class PlainProcess extends SelfProcess implements Receiver<Object>, Blocking.Awaited {
    /// What it runs: a [Body], or an [AcknowledgedStart].
    private @Nullable Object body;
    private final String bodyName;
    private @Nullable Message last;
    /// Written before it rests for the first time, and read by who has found it at rest.
    private @Nullable Thread thread;
    private boolean receiving;
    /// A receive has found nothing and waits for something to come. Under the lock.
    private boolean waiting;

    PlainProcess(Node node, @Nullable Process parent, Body<Object> body) {
        this(node, parent, Mailbox.unbounded(), body);
    }

    PlainProcess(Node node, @Nullable Process parent, Mailbox mailbox, Body<Object> body) {
        super(node, parent, mailbox);
        this.body = body;
        this.bodyName = Objects.requireNonNull(body.initialCall(), "initialCall of a body");
        this.initialised = true;
    }

    /// A process that is started by a specification, and acknowledges its start.
    PlainProcess(Node node, @Nullable Process parent, ProcessSpec.Code<Object> code, Mailbox mailbox) {
        super(node, parent, mailbox);
        this.bodyName = code.getClass().getName();
    }

    @Override
    <R> void prepareStart(StartSpec<R> spec, Slot<Started<R>> outcome) {
        body = new AcknowledgedStart<>(this, spec, Objects.requireNonNull(spec.plainCode()), outcome);
    }

    /// Starts to run. The thread that spawned it goes on at once.
    void begin() {
        node.reports.spawned(this);
        node.startNew(this);
    }

    @Override
    void ready(@Nullable Worker sender) {
        node.scheduler.unpark(Objects.requireNonNull(thread));
    }

    @Override
    void activate(Worker on) {
        thread = Thread.currentThread();
        runOn(on);
        ExitReason reason = ExitReason.normal();
        boolean ownDoing = true;
        unlock();
        try {
            unwindIfDoomed();
            runBody(Objects.requireNonNull(body));
        } catch (Throwable thrown) {
            reason = ExitReason.crashed(thrown);
        }
        if (on.isZombie() || !lock()) {
            abandonTaken(ExitReason.killed(), on);
            return;
        }
        ExitReason told = doomed();
        if (told != null) {
            reason = told;
            ownDoing = false;
        }
        finish(reason, ownDoing);
    }

    @SuppressWarnings("unchecked") // the constructor has put it in
    private void runBody(Object code) throws Exception {
        if (code instanceof AcknowledgedStart<?> start) {
            start.run();
        } else {
            ((Body<Object>) code).run(this);
        }
    }

    private void finish(ExitReason why, boolean ownDoing) {
        beginToTerminate();
        Thread.interrupted(); // meant for the body that has been left
        Inspection watching = inspection;
        boolean report = ownDoing && !why.isOrderly();
        if (report || watching != null) {
            ProcessInfo atTheEnd = describeSelf();
            unlock(); // showing a reason runs the user's code
            if (report) {
                node.reports.report(CrashReport.of(atTheEnd, why, null, null));
            }
            if (watching != null) {
                watching.close();
            }
            if (!lock()) {
                return;
            }
        }
        end(isKilled() ? ExitReason.killed() : why);
    }

    @Override
    void release() {
        if (body instanceof AcknowledgedStart<?> start) {
            start.ended(endReason());
        }
        body = null;
        inspection = null;
        batch = null;
        last = null;
        runOn(null);
    }

    @Override
    public void stop(ExitReason reason) {
        Objects.requireNonNull(reason, "reason");
        node.refuseMutable(reason);
        enter("stop");
        leave();
        throw new ProcessExit(reason);
    }

    @Override
    public <T> Optional<T> shared(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return Optional.empty();
    }

    @Override
    boolean isInUserCode() {
        return true;
    }

    @Override
    boolean isRunningBody() {
        return !waiting;
    }

    @Override
    boolean hasMessagesToSee() {
        return hasQueued();
    }

    @Override
    public void heartbeat() {
        super.heartbeat();
        beats = true;
    }

    @Override
    boolean showsProgress() {
        return beats;
    }

    @Override
    boolean canBeAsked() {
        return false;
    }

    @Override
    String initialCall() {
        return bodyName;
    }

    @Override
    public List<Pid> callers() {
        return body instanceof Body<?> running ? running.callers() : List.of();
    }

    /// A body may run for as long as it likes, and would keep what is in the next slot from running.
    @Override
    boolean mayHandOff() {
        return false;
    }

    // ---- Receiving -----------------------------------------------------------------------------------------------

    @Override
    public Object receive() {
        return select(Optional::of);
    }

    @Override
    public Optional<Object> receive(Duration timeout) {
        return select(Optional::of, timeout);
    }

    @Override
    public <M> M receive(Class<M> type) {
        return receive(type, _ -> true);
    }

    @Override
    public <M> M receive(Class<M> type, Predicate<? super M> test) {
        return select(type, matching(type, test), Durations.FOREVER).orElseThrow();
    }

    @Override
    public <M> Optional<M> receive(Class<M> type, Predicate<? super M> test, Duration timeout) {
        return select(type, matching(type, test), Durations.nanos(Durations.notNegative(timeout, "timeout")));
    }

    private static <M> Function<Object, Optional<M>> matching(Class<M> type, Predicate<? super M> test) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(test, "test");
        return message -> type.isInstance(message) && test.test(type.cast(message))
                ? Optional.of(type.cast(message))
                : Optional.empty();
    }

    @Override
    public <R> R select(Function<Object, Optional<R>> select) {
        return select(Object.class, select, Durations.FOREVER).orElseThrow();
    }

    @Override
    public <R> Optional<R> select(Function<Object, Optional<R>> select, Duration timeout) {
        return select(Object.class, select, Durations.nanos(Durations.notNegative(timeout, "timeout")));
    }

    /// @param type what the function selects from: it sees no message of another class
    private <R> Optional<R> select(Class<?> type, Function<Object, Optional<R>> select, long nanos) {
        Objects.requireNonNull(select, "select");
        Worker on = ownWorker("receive"); // before another thread can touch any field
        on.mayStep(); // if it may not, the first look at the arrivals says so
        if (receiving) {
            throw new IllegalStateException("a receive of " + this + " was begun inside the selection of another");
        }
        receiving = true;
        try {
            long deadline = nanos == 0 || nanos == Durations.FOREVER ? nanos : node.clock.nanoTime() + nanos;
            Message before = null;
            Message message = arrivals(0, on);
            while (true) {
                for (; message != null; message = before == null ? batch : (Message) before.next) {
                    if (bound == null && isOther(message, type)) {
                        before = message;
                        continue;
                    }
                    Message content = bound == null ? message : bound.lookAt(message);
                    if (content == null || skips(content)) {
                        remove(message, before);
                    } else {
                        Optional<R> selected = offer(message, content, select);
                        if (selected.isPresent()) {
                            countHandled();
                            remove(message, before);
                            return selected;
                        }
                        before = message;
                    }
                }
                long left = nanos == 0 || nanos == Durations.FOREVER ? nanos : deadline - node.clock.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                arrivals(left, on);
                if (before != null && bound != null && bound.isLitter(before)) {
                    before = null; // it was dropped, and may have been swept out of the batch
                }
                message = before == null ? batch : (Message) before.next;
            }
        } finally {
            receiving = false;
        }
    }

    /// Whether a message is of the most usual kind, which never becomes obsolete, and of another class than is wanted:
    /// a long queue is passed over by this alone.
    private static boolean isOther(Message message, Class<?> wanted) {
        return message.getClass() == Message.Info.class && !wanted.isInstance(((Message.Info) message).message);
    }

    private <R> Optional<R> offer(Message message, Message content, Function<Object, Optional<R>> select) {
        if (bound == null) {
            return select.apply(content.payload());
        }
        boolean wanted = false;
        try {
            Optional<R> selected = select.apply(content.payload());
            wanted = selected.isPresent();
            return selected;
        } finally {
            if (!wanted) {
                bound.leave(message);
            }
        }
    }

    /// Lines up what has arrived, and waits for something to arrive if there is nothing, for `nanos` at most.
    ///
    /// @return the oldest message of all
    private @Nullable Message arrivals(long nanos, Worker on) {
        boolean come = hasSomethingCome() || (nanos > 0 && node.spin.comesSoon(this, on));
        if (come && batch == null && takeOneIntoBatch()) {
            last = batch;
            on.unwindIfDoomed();
            return batch;
        }
        enter("receive");
        Blocking.Outcome waited = Blocking.Outcome.DONE;
        // Who has been told to end since enter looked must not begin to wait: the wait would throw with the lock held.
        // During the wait nobody but this thread can tell it.
        if (nanos > 0 && !hasQueued() && doomed() == null) {
            waiting = true;
            node.overloads.waits(this);
            try {
                waited = awaitMessage(nanos, on);
            } finally {
                if (on.place == Worker.NOWHERE) {
                    node.workers.add(on);
                }
            }
        }
        last = appendMessages(last);
        waiting = false;
        leave();
        if (waited == Blocking.Outcome.INTERRUPTED) {
            Thread.interrupted();
            throw new ProcessExit(ExitReason.crashed(new InterruptedException("interrupted in a receive of " + this)));
        }
        return batch;
    }

    /// Waits until a message has arrived. Other signals take effect meanwhile: whoever looks at the process, or links
    /// to it, finds it waiting, and does not make it run.
    private Blocking.Outcome awaitMessage(long nanos, Worker on) {
        long deadline = nanos == Durations.FOREVER ? nanos : node.clock.nanoTime() + nanos;
        while (true) {
            Blocking.Outcome waited = Blocking.parkUntil(node, this, on, deadline);
            runOn(on);
            takeArrivals();
            if (waited != Blocking.Outcome.DONE || hasQueued() || doomed() != null) {
                return waited;
            }
        }
    }

    /// Whether a receive has to wait no longer.
    @Override
    public boolean isDone() {
        return hasArrivals();
    }

    /// While a receive waits, the process rests: who puts something into its inbox makes it ready. Nobody looks after
    /// its thread then: there may be a million that wait.
    @Override
    public boolean prepareToPark(Thread waiting) {
        Worker on = worker(); // null if it rests already, and has been woken for nothing
        if (on != null && rest()) {
            node.workers.remove(on);
            return true;
        }
        return isResting();
    }

    /// Takes a message out of the batch. A call must never be in nobody's hands: it is kept among the unanswered
    /// first, and under the lock, since a process that is abandoned meanwhile fails the calls that it finds. Other
    /// messages keep their `next`, for who may be walking along the batch.
    private void remove(Message taken, @Nullable Message before) {
        Message content = bound == null ? taken : bound.take(taken);
        if (content != null && !content.isObsolete() && (content instanceof Request || content instanceof SystemCall)) {
            enter("receive");
            keepUnanswered(content);
            cut(taken, before);
            taken.next = null; // what keeps the call must not keep the messages after it
            leave();
        } else {
            cut(taken, before);
        }
    }

    private void cut(Message taken, @Nullable Message before) {
        Message after = (Message) taken.next;
        if (before == null) {
            batch = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        }
        tookFromBatch(taken);
    }

    // ---- System messages -----------------------------------------------------------------------------------------

    @Override
    public <S> S handleSystem(SystemMessage message, S state) {
        StateOnly<S> callbacks = new StateOnly<>(state);
        handleSystem(message, callbacks);
        return callbacks.held;
    }

    /// A state that is its own description, of code that cannot be changed.
    private final class StateOnly<S> implements SystemCallbacks {
        private S held;

        StateOnly(S state) {
            this.held = Objects.requireNonNull(state, "state");
        }

        @Override
        public Object state() {
            return held;
        }

        @Override
        @SuppressWarnings("unchecked") // like a cast of whoever replaces it
        public void replaceState(Object state) {
            held = (S) state;
        }

        @Override
        public Runnable changeCode(CodeChange change) {
            throw new UnsupportedOperationException(
                    bodyName + " does not let its code be changed: it handles system messages without callbacks");
        }
    }

    @Override
    public void handleSystem(SystemMessage message, SystemCallbacks callbacks) {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(callbacks, "callbacks");
        Worker on = ownWorker("handleSystem");
        SystemCall call = message.call;
        if (call.target != this) {
            throw new IllegalArgumentException(message + " is for " + call.target + ", not for " + this);
        }
        if (isSuspended()) {
            throw new IllegalStateException(
                    this + " is suspended: its callbacks must not handle system messages themselves");
        }
        if (!call.isObsolete()) {
            obey(call, callbacks);
        }
        while (isSuspended()) {
            switch (nextSystemMessage(on)) {
                case SystemCall next -> obey(next, callbacks);
                case Message.Stop stop -> throw new ProcessExit(stop.reason);
                case Message.Info info when info.message instanceof Exit exit -> throw new ProcessExit(exit.reason());
                case Message other -> throw new AssertionError("not for a suspended process: " + other);
            }
        }
    }

    /// Takes the oldest message that a suspended process handles, waiting for one.
    private Message nextSystemMessage(Worker on) {
        if (receiving) {
            throw new IllegalStateException(this + " handled a system message inside the selection of a receive");
        }
        Message before = null;
        Message message = arrivals(0, on);
        while (true) {
            for (; message != null; message = before == null ? batch : (Message) before.next) {
                if (!message.isObsolete() && isForSuspended(message)) {
                    countHandled();
                    remove(message, before);
                    return message;
                }
                before = message;
            }
            arrivals(Durations.FOREVER, on);
            if (before != null && bound != null && bound.isLitter(before)) {
                before = null; // it was dropped, and may have been swept out of the batch
            }
            message = before == null ? batch : (Message) before.next;
        }
    }

    @Override
    boolean isParent(Pid pid) {
        return isStartedBy(pid);
    }

    @Override
    void suspended() {} // it finds out by itself

    @Override
    @Nullable
    SystemCallbacks callbacks() {
        return null;
    }
}
