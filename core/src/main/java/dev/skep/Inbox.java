package dev.skep;

import dev.skep.Signal.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How signals reach a process: its queue, and who may touch it. A part of [Process], by inheritance so that it costs
/// no object of its own.
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
abstract sealed class Inbox extends Pid permits Process {
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

    private static final VarHandle INBOX;
    private static final VarHandle PHASE;
    private static final VarHandle CURRENT;
    private static final VarHandle BATCH;
    private static final VarHandle PAUSES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INBOX = lookup.findVarHandle(Inbox.class, "inbox", Signal.class);
            PHASE = lookup.findVarHandle(Inbox.class, "phase", int.class);
            CURRENT = lookup.findVarHandle(Inbox.class, "current", Message.class);
            BATCH = lookup.findVarHandle(Inbox.class, "batch", Message.class);
            PAUSES = lookup.findVarHandle(Inbox.class, "pauses", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile Signal inbox = Signal.ATTENDED;
    private volatile int phase;
    private volatile boolean attention;
    /// A message waits that comes before all others. Written under the lock, looked at by the process between two
    /// messages.
    private volatile boolean urgent;

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
    private long handled;
    /// How often it has gone to rest, or has shown in another way that it goes on.
    private int pauses;
    /// The thread that runs it. Valid under the lock while the user's code runs.
    private @Nullable Worker worker;
    /// Keeps the mailbox within its capacity; null for an unbounded one.
    final @Nullable Bound bound;

    Inbox(Node node, Mailbox mailbox) {
        bound = mailbox instanceof Mailbox.Bounded bounded ? Bound.of(bounded, node, (Process) this) : null;
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    @Override
    final void deliver(Signal signal) {
        deliver(signal, Bound.USUAL_PATIENCE);
    }

    /// Hands a signal to the process, waiting for room in a mailbox that makes senders wait.
    ///
    /// @param patience how long a call may wait, in nanoseconds, or [Bound#USUAL_PATIENCE]
    final void deliver(Signal sent, long patience) {
        Worker sender = Worker.current();
        if (sender == null) {
            node().step();
        } else if (!sender.mayStep()) {
            return;
        }
        put(sent, sender, patience);
    }

    /// Puts a signal into the queue, whoever the current thread belongs to.
    ///
    /// @param sender on whose worker this process may run next; null for a thread of its own
    /// @param patience how long it may wait for room: see [Bound#admit]
    final void put(Signal sent, @Nullable Worker sender, long patience) {
        Bound limits = bound;
        Signal signal = limits == null ? sent : limits.admit(sent, sender, patience);
        if (signal == null) {
            return;
        }
        Signal top;
        do {
            top = inbox;
            if (top == Signal.DEAD) {
                signal.arriveDead((Process) this);
                return;
            }
            signal.next = top;
            signal.depth = signal instanceof Message ? top.depth + 1 : top.depth;
        } while (!INBOX.compareAndSet(this, top, signal));
        if (top == Signal.IDLE) {
            ready(sender);
        } else if (!(signal instanceof Message) || (limits != null && limits.isLittered())) {
            attend();
        }
    }

    private Node node() {
        return ((Process) this).node;
    }

    /// The process was at rest and has something to do now. Called once for each rest.
    abstract void ready(@Nullable Worker sender);

    /// Lets signals take effect if the user's code holds the process up.
    private void attend() {
        attention = true;
        while (attention && phase == USER && tryBorrow()) {
            try {
                takeInbox();
            } finally {
                phase = USER; // even if the sender's stack overflows here
            }
        }
    }

    /// Borrows the process from the user's code that it runs.
    final boolean tryBorrow() {
        return PHASE.compareAndSet(this, USER, BORROWED);
    }

    /// Gives back what was borrowed, and looks at what has arrived meanwhile.
    final void giveBack() {
        phase = USER;
        attend();
    }

    /// Whether it is the user's code that runs, not the runtime's.
    final boolean isUsers() {
        int now = phase;
        return now == USER || now == BORROWED;
    }

    final boolean isBorrowed() {
        return phase == BORROWED;
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
                node().scheduler.pause(); // a borrower's thread has lost its processor
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
            Message message = signal instanceof Message itself ? itself : signal.arrive((Process) this);
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
        if (bound != null && bound.isLittered()) {
            sweepQueue(bound);
        }
        return true;
    }

    /// Takes dropped messages out of the queue.
    private void sweepQueue(Bound bound) {
        Message last = null;
        int before = queueLength;
        for (Message message = queueHead; message != null; ) {
            Message next = (Message) message.next;
            if (bound.isLitter(message)) {
                if (last == null) {
                    queueHead = next;
                } else {
                    last.next = next;
                }
                message.next = null;
                queueLength--;
            } else {
                last = message;
            }
            message = next;
        }
        queueTail = last;
        bound.swept(before - queueLength);
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

    // ---- Running: the process's own thread, under the lock unless stated otherwise --------------------------------

    final void runOn(@Nullable Worker on) {
        worker = on;
    }

    final @Nullable Worker worker() {
        return worker;
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
        return bound != null && bound.isLittered() ? sweepBatch(bound) : tail;
    }

    /// Takes dropped messages out of the batch.
    ///
    /// @return its new end
    private @Nullable Message sweepBatch(Bound bound) {
        Message last = null;
        int before = batchLength;
        for (Message message = batch; message != null; message = (Message) message.next) {
            if (!bound.isLitter(message)) {
                last = message;
                continue;
            }
            if (last == null) {
                batch = (Message) message.next;
            } else {
                last.next = message.next;
            }
            batchLength--;
        }
        bound.swept(before - batchLength);
        return last;
    }

    /// Takes the next message out of the batch: it is the current one. While the user's code runs.
    ///
    /// @return null if there is none, or if it was dropped from a bounded mailbox
    final @Nullable Message nextInBatch() {
        Message message = batch;
        if (message == null) {
            return null;
        }
        Bound limits = bound;
        Message taken = limits == null ? message : limits.take(message);
        if (taken != null) {
            CURRENT.setRelease(this, taken); // first: it must never be in nobody's hands
        }
        BATCH.setRelease(this, (Message) message.next);
        message.next = null;
        batchLength--;
        if (limits != null) {
            limits.taken(message);
        }
        return taken;
    }

    /// A message has been taken out of the batch other than by [#nextInBatch()].
    final void tookFromBatch(Message taken) {
        batchLength--;
        if (bound != null) {
            bound.taken(taken);
        }
    }

    /// Takes a message out of the batch, wherever it is: it is the current one. Under the lock, so that nobody looks
    /// meanwhile.
    ///
    /// @param before the message before it; null for none
    final void takeFromBatch(Message taken, @Nullable Message before) {
        CURRENT.setRelease(this, taken);
        if (before == null) {
            batch = (Message) taken.next;
        } else {
            before.next = taken.next;
        }
        taken.next = null;
        batchLength--;
    }

    /// No message is being handled.
    final void handledAll() {
        CURRENT.setRelease(this, (Message) null);
    }

    /// A message is about to be given to the process's code.
    final void countHandled() {
        handled++;
    }

    final @Nullable Message current() {
        return (Message) CURRENT.getAcquire(this);
    }

    /// Changes when the process handles another message or rests.
    final long progress() {
        return handled ^ ((long) pauses << 16);
    }

    /// Grows whenever the process handles another message, rests, or says that it goes on. Readable by any
    /// thread: an old value costs one look.
    final long pulse() {
        return handled + pauses;
    }

    /// The process goes on, though it handles no other message. By its own thread; seen by others also if that does
    /// nothing else in a loop.
    final void beat() {
        PAUSES.setOpaque(this, pauses + 1);
    }

    /// Says whether a message waits that comes before all others. Under the lock.
    final void urgentWaits(boolean waits) {
        urgent = waits;
    }

    /// Whether a message waits that comes before all others.
    final boolean hasUrgent() {
        return urgent;
    }

    /// An urgent message is the current one. Under the lock.
    final void handlesUrgent(Message message) {
        CURRENT.setRelease(this, message);
    }

    final long handled() {
        return handled;
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
        pauses++;
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

    /// Takes what has arrived, so that what is looked at next is up to date. By the process itself.
    final void takeArrivals() {
        takeInbox();
    }

    /// What waits, oldest first. The process's own thread may take messages out of its batch meanwhile, but without the
    /// lock it cannot line up others there, so this comes to an end.
    final List<Object> waitingMessages() {
        List<Object> waiting = new ArrayList<>();
        Signal head;
        do { // again if a message was taken meanwhile: its `next` was cut
            waiting.clear();
            head = (Signal) BATCH.getAcquire(this);
            addPayloads(head, waiting);
        } while (BATCH.getAcquire(this) != head);
        addPayloads(queueHead, waiting);
        return Collections.unmodifiableList(waiting);
    }

    private void addPayloads(@Nullable Signal first, List<Object> into) {
        for (Signal each = first; each != null; each = each.next) {
            Message message = bound == null ? (Message) each : bound.peek((Message) each);
            if (message != null && !message.isObsolete()) {
                into.add(message.payload());
            }
        }
    }

    final int mailboxLength() {
        Signal top = inbox;
        int length = queueLength + batchLength + top.depth;
        return bound == null ? length : Math.max(0, length - bound.litter());
    }

    // ---- The end: under the lock ---------------------------------------------------------------------------------

    /// From here on nobody else gets the lock, and the process counts as ended.
    final void beginToEnd() {
        phase = EXITING;
    }

    /// Nothing arrives any more. Fails the calls that were not answered; other signals arrive at a dead process.
    final void seal(ExitReason reason) {
        phase = ENDED;
        Signal top = (Signal) INBOX.getAndSet(this, Signal.DEAD);
        abandonTaken(reason);
        for (Signal s = queueHead; s != null; s = s.next) {
            ((Message) s).abandon(reason);
        }
        queueHead = null;
        queueTail = null;
        if (top != Signal.ATTENDED && top != Signal.IDLE) {
            Signal oldestFirst = reverse(top);
            // First: whoever hears of the end, as a monitor among these does, finds everything given up.
            for (Signal signal = oldestFirst; signal != null; signal = signal.next) {
                if (signal instanceof Signal.Hold) {
                    signal.arriveDead((Process) this);
                }
            }
            for (Signal signal = oldestFirst; signal != null; signal = signal.next) {
                if (signal instanceof Message message) {
                    message.abandon(reason);
                } else if (!(signal instanceof Signal.Hold)) {
                    signal.arriveDead((Process) this);
                }
            }
        }
        if (bound != null) {
            bound.close(reason); // last: who waits for room finds it dead
        }
    }

    /// Fails the calls among the messages that the process has taken for itself. A thread that finds its process
    /// abandoned does it again: it may have taken another message while that happened.
    final void abandonTaken(ExitReason reason) {
        Signal head;
        do { // again if a message was taken meanwhile: it is current now, and its `next` was cut
            head = (Signal) BATCH.getAcquire(this);
            if (CURRENT.getAcquire(this) instanceof Message message) {
                message.abandonInHand(reason);
            }
            for (Signal s = head; s != null; s = s.next) {
                ((Message) s).abandon(reason);
            }
        } while (BATCH.getAcquire(this) != head);
    }

    @Override
    public final boolean isAlive() {
        return phase < EXITING;
    }
}
