package dev.skep;

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
/// reversed, so that the signals of one sender keep their order. Taken signals that are no messages take effect at
/// once, in order; messages line up in `queue`. That is what Erlang does: an exit signal does not wait for the
/// messages before it.
///
/// ## Who may touch the process
/// Below the last signal of the stack lies a mark, so one word says what has arrived and who may touch the
/// process's bonds, `queue` and end. (The marks of the two moves that each message makes are null and the process
/// itself: the garbage collector has nothing to note for these, while any other reference from an old object costs
/// it as much as the compare-and-set.) Who pushes looks at the top alone, and never into the signal there, which
/// another processor may have just written. Only who wants the process walks down to the mark.
///
/// | mark | |
/// |---|---|
/// | IDLE | Nobody: it is at rest. Who replaces the mark itself makes it ready, for an activation that has it. |
/// | OWNED | The process's own thread, in the runtime's code. |
/// | USER | The process's own thread, in the user's code. |
/// | TOUCHED | The same, but a borrower was there since the runtime's code was left. |
/// | BORROWED | Another thread, for the moment that signals need to take effect while the user's code runs. |
/// | DEAD | Nobody any more. Nothing is pushed onto it. |
///
/// To go from one mark to another is to replace the whole stack by compare-and-set: to OWNED or BORROWED it may
/// hold anything, which is then taken; all others replace the bare mark, so nothing that has arrived is left
/// behind. In particular
/// - no wake-up is lost, and none is given twice: a process goes to rest by replacing OWNED or USER by IDLE, which
///   fails if anything has arrived, and only one push replaces IDLE;
/// - no signal waits behind the user's code: after its push the sender walks down to the mark. If that is USER or
///   TOUCHED, it borrows the process itself. If it is OWNED or BORROWED, whoever has the process cannot leave before it
///   has taken the signal;
/// - a process that goes from the user's code straight to rest has nothing to look at: a borrower would have left
///   TOUCHED behind.
///
/// So a process that computes or blocks can be linked, monitored, asked about and told to end. Nobody ever waits for
/// it but its own thread, for the few steps of a borrower. (A signal is pushed once and never again, so that a
/// compare-and-set cannot mistake one stack for another: if it succeeds, nobody has taken the stack during the
/// walk, and the mark was the right one. That the marks come again and again does no harm, since they say all
/// there is.)
///
/// What happens before what: each of these compare-and-sets is released by the one before and acquired by the next, and
/// what makes an activation begin on its thread (the start of the thread, the next slot) comes after the push.
/// So the fields without `volatile` pass from one activation to the next, and between the process and its borrowers.
/// One of them, `worker`, is also written in the user's code while somebody may borrow the process, by a process that
/// tries to go to rest: if it fails, it looks at everything again under the lock.
abstract sealed class Inbox extends Pid permits Process {
    /// The marks that are neither null nor the process itself.
    private enum Mark {
        OWNED,
        TOUCHED,
        BORROWED,
        DEAD
    }

    /// How long who has failed to push stands back: a few pushes of another processor. With more it was no faster.
    private static final int PAUSES_AFTER_FAILURE = 12;

    private static final VarHandle INBOX;
    private static final VarHandle BATCH;
    private static final VarHandle PAUSES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INBOX = lookup.findVarHandle(Inbox.class, "inbox", Object.class);
            BATCH = lookup.findVarHandle(Inbox.class, "batch", Message.class);
            PAUSES = lookup.findVarHandle(Inbox.class, "pauses", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The newest signal, or a mark.
    private volatile @Nullable Object inbox;
    /// The process counts as ended.
    private volatile boolean ended;
    /// A message waits that comes before all others. Written under the lock, looked at by the process between two
    /// messages.
    private volatile boolean urgent;

    /// Messages that have arrived, oldest first. Under the lock.
    private @Nullable Message queueHead;

    private @Nullable Message queueTail;
    private int queueLength;

    /// Messages that the process has taken for itself, oldest first; while a behaviour handles them, its worker has
    /// them. Only its own thread changes it; others read it under the lock.
    @Nullable
    Message batch;

    private int batchLength;
    private long handled;
    /// How often it has gone to rest, or has shown in another way that it goes on.
    private int pauses;
    /// The thread that runs it. Valid under the lock while the user's code runs.
    private @Nullable Worker worker;
    /// Keeps the mailbox within its capacity; null for an unbounded one.
    final @Nullable Bound bound;

    Inbox(Node node, Mailbox mailbox) {
        INBOX.set(this, (Object) Mark.OWNED); // no fence: nobody sees it before the table's compare-and-set
        bound = mailbox instanceof Mailbox.Bounded bounded ? Bound.of(bounded, node, (Process) this) : null;
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    @Override
    final void deliver(Signal signal) {
        Worker sender = Worker.current();
        if (maySend(sender)) {
            put(signal, sender);
        }
    }

    /// Hands a message to the process, waiting for room in a mailbox that makes senders wait.
    ///
    /// @param patience how long a call may wait, in nanoseconds, or [Bound#USUAL_PATIENCE]
    final void deliver(Message message, long patience) {
        Worker sender = Worker.current();
        if (maySend(sender)) {
            put(message, sender, patience);
        }
    }

    private boolean maySend(@Nullable Worker sender) {
        if (sender == null) {
            node().step();
            return true;
        }
        return sender.mayStep();
    }

    /// Puts a message into the queue, whoever the current thread belongs to. What other signals need as well is kept
    /// out of here, so that the compiler puts this into the code of who sends.
    ///
    /// @param sender on whose worker this process may run next; null for a thread of its own
    /// @param patience how long it may wait for room: see [Bound#admit]
    final void put(Message message, @Nullable Worker sender, long patience) {
        Bound limits = bound;
        if (limits == null) {
            push(message, sender);
        } else {
            putWithin(limits, message, sender, patience);
        }
    }

    /// The same for what need not be a message.
    final void put(Signal signal, @Nullable Worker sender) {
        Bound limits = bound;
        if (limits != null) {
            putWithin(limits, signal, sender, Bound.USUAL_PATIENCE);
        } else if (push(signal, sender) && !(signal instanceof Message)) {
            attend();
        }
    }

    private void putWithin(Bound limits, Signal sent, @Nullable Worker sender, long patience) {
        Signal signal = limits.admit(sent, sender, patience);
        if (signal != null && push(signal, sender) && (!(signal instanceof Message) || limits.isLittered())) {
            attend();
        }
    }

    /// Pushes a signal. Who finds that another processor has pushed meanwhile stands back for a moment: that one can
    /// push several then while it has the line of memory, where two that take turns fetch it from each other for
    /// each push.
    ///
    /// Source: Anderson, The Performance of Spin Lock Alternatives for Shared-Memory Multiprocessors, 1990.
    ///
    /// @return whether the process has it and was not at rest, so that its code may hold it up
    private boolean push(Signal signal, @Nullable Worker sender) {
        Object top = inbox;
        while (true) {
            if (top == Mark.DEAD) {
                signal.arriveDead((Process) this);
                return false;
            }
            signal.below = top;
            if (INBOX.compareAndSet(this, top, (Object) signal)) {
                break;
            }
            for (int i = 0; i < PAUSES_AFTER_FAILURE; i++) {
                Thread.onSpinWait();
            }
            top = inbox;
        }
        if (top == this) { // it was at rest
            ready(sender);
            return false;
        }
        return true;
    }

    /// The mark at the bottom of a stack. It is the right one as long as nobody has taken that stack: then a
    /// compare-and-set finds the same top. (A stack that is taken meanwhile may end in null here.)
    ///
    /// @param seen a top that was walked down from before, and need not be again; null for none
    /// @param markOfSeen the mark that was found then
    private static @Nullable Object markBelow(
            @Nullable Object top, @Nullable Object seen, @Nullable Object markOfSeen) {
        Object below = top;
        while (below instanceof Signal signal) {
            if (below == seen) {
                return markOfSeen;
            }
            below = signal.below;
        }
        return below;
    }

    private @Nullable Object mark() {
        return markBelow(inbox, null, null);
    }

    private Node node() {
        return ((Process) this).node;
    }

    /// The process was at rest and has something to do now. Called once for each rest.
    abstract void ready(@Nullable Worker sender);

    /// Lets signals take effect if the user's code holds the process up.
    private void attend() {
        if (hasArrivals() && tryBorrow()) {
            giveBack();
        }
    }

    /// Borrows the process from the user's code that it runs, and lets take effect what has arrived.
    final boolean tryBorrow() {
        return isLeft(takeFromUser(Mark.BORROWED));
    }

    /// Takes the process from the user's code that it runs, if nobody has borrowed it. What has arrived takes effect.
    ///
    /// @param taker the mark of who takes it
    /// @return the mark that was found, which says whether it was taken: [#isLeft]
    private @Nullable Object takeFromUser(Mark taker) {
        Object seen = null;
        Object mark = null;
        while (true) {
            Object top = inbox;
            mark = markBelow(top, seen, mark);
            if (!isLeft(mark)) {
                return mark;
            }
            if (INBOX.compareAndSet(this, top, (Object) taker)) {
                lineUpOrLeave(top);
                return mark;
            }
            seen = top; // whoever pushes onto a long stack must not make this start again from its end
        }
    }

    /// Whether a mark says that the user's code runs, and that nobody has borrowed the process.
    private static boolean isLeft(@Nullable Object mark) {
        return mark == null || mark == Mark.TOUCHED;
    }

    /// Gives back what was borrowed, when everything that has arrived meanwhile has taken effect.
    final void giveBack() {
        while (!INBOX.compareAndSet(this, (Object) Mark.BORROWED, (Object) Mark.TOUCHED)) {
            lineUpOrLeave(INBOX.getAndSet(this, (Object) Mark.BORROWED));
        }
    }

    /// Lets take effect what was taken. If that fails, since the stack of a sender overflows here, say, the process is
    /// left to whoever is next.
    private void lineUpOrLeave(@Nullable Object taken) {
        boolean done = false;
        try {
            lineUp(taken);
            done = true;
        } finally {
            if (!done) {
                if (isBorrowed()) {
                    giveBack();
                } else {
                    unlock();
                }
            }
        }
    }

    /// Whether it is the user's code that runs, not the runtime's.
    final boolean isUsers() {
        Object mark = mark();
        return isLeft(mark) || mark == Mark.BORROWED;
    }

    final boolean isBorrowed() {
        return mark() == Mark.BORROWED;
    }

    // ---- The lock: the process's own thread ----------------------------------------------------------------------

    /// From the user's code into the runtime's. What has arrived takes effect.
    ///
    /// @return false if the process was abandoned meanwhile, and this thread has lost it
    final boolean lock() {
        for (int spins = 0; ; spins++) {
            Object mark = takeFromUser(Mark.OWNED);
            if (isLeft(mark)) {
                return true;
            }
            if (ended) {
                return false;
            }
            if (mark != Mark.BORROWED) { // only this thread can have it, and it would wait for itself for ever
                throw new IllegalStateException("an operation of " + this + " was begun inside another one");
            }
            if (spins < 100) {
                Thread.onSpinWait();
            } else {
                node().scheduler.pause(); // a borrower's thread has lost its processor
            }
        }
    }

    /// From the runtime's code into the user's. What has arrived takes effect.
    final void unlock() {
        while (!INBOX.compareAndSet(this, (Object) Mark.OWNED, (Object) null)) {
            lineUpOrLeave(INBOX.getAndSet(this, (Object) Mark.OWNED));
        }
    }

    // ---- Signals take effect: under the lock ---------------------------------------------------------------------

    /// Takes what has arrived: signals take effect, messages line up.
    private void takeInbox() {
        if (inbox != Mark.OWNED) {
            lineUp(INBOX.getAndSet(this, (Object) Mark.OWNED));
        }
    }

    /// Lets what was taken take effect. Most of it are messages, and a long stack of them is not in this processor's
    /// cache: it is gone through once here, to be turned round and counted, and once more when they are handled.
    private void lineUp(@Nullable Object top) {
        Signal oldestFirst = null;
        int number = 0;
        Object rest = top;
        while (rest instanceof Message message) {
            rest = turn(message, oldestFirst);
            oldestFirst = message;
            number++;
        }
        if (rest instanceof Signal) {
            lineUpMixed(reverse(rest, oldestFirst));
        } else if (oldestFirst != null) {
            append((Message) oldestFirst, (Message) Objects.requireNonNull(top), number);
        } else {
            return;
        }
        if (bound != null && bound.isLittered()) {
            sweepQueue(bound);
        }
    }

    /// The same for messages among other signals, which take effect in the order of their arrival.
    private void lineUpMixed(@Nullable Signal oldestFirst) {
        Signal left = oldestFirst;
        while (left != null) {
            if (left instanceof Message) {
                left = lineUpMessages(left);
            } else {
                Signal signal = left;
                left = signal.next;
                signal.next = null;
                Message message = signal.arrive((Process) this);
                if (message != null) {
                    lineUpMessages(message);
                }
            }
        }
    }

    /// Lines up messages, up to the first signal that is none.
    ///
    /// @return that one; null if there is none
    private @Nullable Signal lineUpMessages(Signal first) {
        Signal last = first;
        Signal after = first.next;
        int number = 1;
        for (; after instanceof Message; after = after.next) {
            last = after;
            number++;
        }
        last.next = null;
        append((Message) first, (Message) last, number);
        return after;
    }

    private void append(Message first, Message last, int number) {
        Message tail = queueTail;
        if (tail == null) {
            queueHead = first;
        } else {
            tail.next = first;
        }
        queueTail = last;
        queueLength += number;
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

    /// Turns a stack round that was taken.
    ///
    /// @param newer what was above it, turned round already; null for nothing
    private static @Nullable Signal reverse(@Nullable Object top, @Nullable Signal newer) {
        Signal reversed = newer;
        Object newest = top;
        while (newest instanceof Signal signal) {
            newest = turn(signal, reversed);
            reversed = signal;
        }
        return reversed;
    }

    /// Turns one signal of a stack round.
    ///
    /// @return what it was pushed onto
    private static @Nullable Object turn(Signal signal, @Nullable Signal newer) {
        Object below = signal.below;
        signal.below = null; // it would keep all that came before it from being collected
        signal.next = newer;
        return below;
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
        takeInbox();
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

    /// Gives the batch to the worker, which handles its messages. Under the lock, before the user's code runs.
    final void handOut(Worker on) {
        if (batch != null) {
            on.setBatch(batch);
            batch = null;
        }
    }

    /// Takes back what the worker has not handled of the batch. Under the lock.
    final void takeBack(Worker on) {
        Message left = on.batch();
        if (left != null) {
            batch = left;
            on.setBatch(null);
        }
    }

    /// Takes the next message out of the worker's batch: it is the current one. While the user's code runs.
    ///
    /// @return null if it was dropped from a bounded mailbox
    final @Nullable Message nextInBatch(Worker on, Message message) {
        Bound limits = bound;
        Message taken = limits == null ? message : limits.take(message);
        if (taken != null) {
            on.setInHand(taken); // first: it must never be in nobody's hands
        }
        on.setBatch((Message) message.next);
        message.next = null;
        batchLength--;
        if (limits != null) {
            limits.taken(message);
        }
        return taken;
    }

    /// A message has been taken out of the batch other than by [#nextInBatch(Worker, Message)].
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
    final void takeFromBatch(Worker on, Message taken, @Nullable Message before) {
        on.setInHand(taken);
        if (before == null) {
            batch = (Message) taken.next;
        } else {
            before.next = taken.next;
        }
        taken.next = null;
        batchLength--;
    }

    /// A message is about to be given to the process's code.
    final void countHandled() {
        handled++;
    }

    /// The message that is being handled. From any thread: without the lock, it may be over.
    final @Nullable Message current() {
        Worker on = worker;
        if (on == null) {
            return null;
        }
        Message handled = on.inHand();
        return on.process == this ? handled : null; // looked at last: a worker goes from one process to the next
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

    final long handled() {
        return handled;
    }

    /// Goes on with the one message that has come, which is the current one then: from rest straight into the user's
    /// code, or within it, when there was nothing to do.
    ///
    /// @return null if there is more to look at
    final @Nullable Message takeOne(Worker on) {
        Object top = inbox;
        if (bound != null || !(top instanceof Message message) || (message.below != null && message.below != this)) {
            return null;
        }
        on.setInHand(message); // first: it must never be in nobody's hands
        if (!INBOX.compareAndSet(this, top, (Object) null)) {
            on.setInHand(null);
            return null;
        }
        return message;
    }

    /// Takes the one message that has come into the batch, which is empty, without leaving the user's code. Only if the
    /// mailbox is unbounded.
    ///
    /// @return false if there is none, or more to look at
    final boolean takeOneIntoBatch() {
        Object top = inbox; // first: if nobody has borrowed the process since it was left, the queue is its own
        if (!(top instanceof Message message) || message.below != null || queueHead != null || bound != null) {
            return false;
        }
        BATCH.setRelease(this, message); // first: it must never be in nobody's hands
        if (!INBOX.compareAndSet(this, top, (Object) null)) {
            BATCH.setRelease(this, (Message) null);
            return false;
        }
        batchLength++;
        return true;
    }

    /// Whether something has come, or somebody has borrowed the process, while the user's code runs.
    final boolean hasSomethingCome() {
        return inbox != null;
    }

    /// Goes from the user's code straight to rest, if nothing has come since it had nothing to do. If this returns
    /// true, the process may be running on another thread already.
    final boolean restAtOnce() {
        return inbox == null && rest(null);
    }

    /// Goes to rest. If this returns true, the process may be running on another thread already.
    ///
    /// @return false if something has arrived
    final boolean rest() {
        return inbox == Mark.OWNED && rest(Mark.OWNED);
    }

    private boolean rest(@Nullable Object from) {
        pauses++;
        Worker was = worker;
        worker = null; // a process at rest must not keep a thread from being collected
        if (INBOX.compareAndSet(this, from, (Object) this)) {
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
        return inbox instanceof Signal;
    }

    /// Whether the process still rests, after [#rest()].
    final boolean isResting() {
        return inbox == this;
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
            head = batchHead(worker);
            addPayloads(head, waiting);
        } while (batchHead(worker) != head);
        addPayloads(queueHead, waiting);
        return Collections.unmodifiableList(waiting);
    }

    private @Nullable Signal batchHead(@Nullable Worker on) {
        Message handedOut = on == null ? null : on.batch();
        return handedOut != null ? handedOut : (Signal) BATCH.getAcquire(this);
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
        return mailboxLength(Integer.MAX_VALUE);
    }

    /// How many messages wait, or `most` if there are more: what has arrived has to be counted. Without the lock some
    /// that have just been taken may be missing.
    final int mailboxLength(int most) {
        int length = queueLength + batchLength;
        Object arrived = inbox;
        while (length < most && arrived instanceof Signal signal) {
            if (signal instanceof Message) {
                length++;
            }
            arrived = signal.below;
        }
        return bound == null ? length : Math.max(0, length - bound.litter());
    }

    // ---- The end: under the lock ---------------------------------------------------------------------------------

    /// From here on nobody else gets the lock, and the process counts as ended.
    final void beginToEnd() {
        ended = true;
    }

    /// Nothing arrives any more. Fails the calls that were not answered; other signals arrive at a dead process.
    final void seal(ExitReason reason) {
        Signal oldestFirst = reverse(INBOX.getAndSet(this, (Object) Mark.DEAD), null);
        abandonTaken(reason, worker);
        for (Signal s = queueHead; s != null; s = s.next) {
            ((Message) s).abandon(reason);
        }
        queueHead = null;
        queueTail = null;
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
        if (bound != null) {
            bound.close(reason); // last: who waits for room finds it dead
        }
    }

    /// Fails the calls among the messages that the process has taken for itself. A thread that finds its process
    /// abandoned does it again: it may have taken another message while that happened.
    final void abandonTaken(ExitReason reason, @Nullable Worker by) {
        Signal head;
        do { // again if a message was taken meanwhile: it is current now, and its `next` was cut
            head = batchHead(by);
            Message inHand = by == null ? null : by.inHand();
            if (inHand != null) {
                inHand.abandonInHand(reason);
            }
            for (Signal s = head; s != null; s = s.next) {
                ((Message) s).abandon(reason);
            }
        } while (batchHead(by) != head);
    }

    /// Whether nothing arrives any more: the reason of its end is known, its name is free, and its calls have failed.
    final boolean isDead() {
        return inbox == Mark.DEAD;
    }

    @Override
    public final boolean isAlive() {
        return !ended;
    }
}
