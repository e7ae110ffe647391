package dev.skep;

import org.jspecify.annotations.Nullable;

/// The tries of an idempotent call by name, over servers that come and go.
///
/// At any time the call is in one place: in the queue or hands of one server (a request of its own for each), or among
/// the [NameWaiters]. It leaves a server when that ends, and the waiters when the name is claimed; whoever makes it
/// leave has it alone, and brings it to its next place. So the fields below are written by one thread after the
/// other, and are volatile only for those who tell of them. All tries have one slot: the first answer is the answer,
/// and a caller that gives up ends it all.
///
/// What happens here happens on the thread of the server that ends or begins: it never blocks, and runs no user code.
final class Retries {
    /// A call that this many servers had in hand when they crashed is taken for the cause.
    private static final int CRASHES = 3;

    private final Node node;
    private final Name<?> name;
    private final Object message;
    private final PendingSlot slot;
    private final @Nullable Process caller;
    /// Whether nobody but the caller can hear the answer.
    private final boolean forCaller;

    private volatile int tries;
    private volatile @Nullable ExitReason lastEnd;
    private volatile String stuck = "";
    private int crashes;

    Retries(Node node, Name<?> name, Object message, PendingSlot slot, @Nullable Process caller, boolean forCaller) {
        this.node = node;
        this.name = name;
        this.message = message;
        this.slot = slot;
        this.caller = caller;
        this.forCaller = forCaller;
    }

    /// Makes the first try.
    ///
    /// @param server who has the name, if anybody has
    /// @param sender the calling process's worker
    /// @param patience how long it may wait for room: see [Bound#admit]
    void begin(@Nullable Process server, @Nullable Worker sender, long patience) {
        if (server == null) {
            findServer();
        } else {
            handTo(server, sender, patience);
        }
    }

    /// Goes on after a first try that was made elsewhere.
    void beginAfter(Request.Failure first) {
        if (first == Request.Failure.NOBODY) {
            findServer();
        } else {
            tries = 1;
            lost(first.reason(), first.inHand());
        }
    }

    /// The server that had the call has ended.
    void lost(ExitReason reason, boolean inHand) {
        lastEnd = reason;
        slot.sentAs(null);
        if (inHand && reason instanceof ExitReason.Crashed && ++crashes == CRASHES) {
            giveUp("it was in hand each of the " + CRASHES
                    + " times when a server crashed, and is not handed to another");
        } else if (name.isVia()) {
            node.runElsewhere(this::findServer); // it is the code of a registry that looks
        } else {
            findServer();
        }
    }

    private void findServer() {
        try {
            lookForServer();
        } catch (Throwable thrown) { // a registry's code; nobody but the caller can be told
            giveUp("the registry of the name has failed: " + thrown);
        }
    }

    private void lookForServer() {
        Process holder = holder();
        if (holder != null) {
            handTo(holder);
            return;
        }
        stuck = "nobody has the name";
        if (isPointless()) {
            return;
        }
        if (node.waiters.add(name, this)) {
            holder = holder(); // who has claimed the name before it could see the waiter
            if ((holder != null || slot.isDone()) && node.waiters.remove(name, this) && holder != null) {
                handTo(holder);
            }
        } else {
            nodeCloses();
        }
    }

    /// Who has the name. One that is ending has lost it already, or is about to.
    private @Nullable Process holder() {
        Process holder = name.find(node);
        return holder != null && holder.isAlive() ? holder : null;
    }

    /// Sends the call to a server, unless nobody waits any more.
    void handTo(Process server) {
        handTo(server, null, Bound.NO_PATIENCE); // the current thread belongs to a process that begins or ends
    }

    private void handTo(Process server, @Nullable Worker sender, long patience) {
        if (isPointless() || isOver()) {
            return;
        }
        int before = tries; // one thread at a time has the call in hand
        if (before > 0) {
            node.retried.increment();
        }
        tries = before + 1;
        stuck = "";
        IdempotentRequest request = new IdempotentRequest(message, slot, server, caller, this);
        slot.sentAs(request);
        server.put(request, sender, patience);
    }

    /// Nobody will ever have the name.
    void nodeCloses() {
        giveUp("nobody has the name, and " + node + " is closing");
    }

    private void giveUp(String why) {
        stuck = why;
        ExitReason reason = lastEnd;
        slot.fill(new Request.Failure(reason == null ? ExitReason.noProcess() : reason, false));
    }

    /// The slot is done.
    void withdraw() {
        node.waiters.remove(name, this);
    }

    /// Whether nobody can hear an answer any more.
    boolean isPointless() {
        return slot.isDone() || (forCaller && caller != null && !caller.isAlive());
    }

    /// Whether the time limit is over, by the clock.
    boolean isOver() {
        long deadline = slot.deadline();
        return deadline != Durations.FOREVER && deadline - node.clock.nanoTime() <= 0;
    }

    /// How it went, to be appended to the message of a failure.
    ///
    /// @return empty if there is nothing to tell
    String story() {
        ExitReason reason = lastEnd;
        int made = tries;
        String where = stuck;
        if (reason == null && where.isEmpty()) {
            return "";
        }
        String told = made == 1 ? "tried once" : made == 0 ? "not tried" : "tried " + made + " times";
        return " (" + told + (reason == null ? "" : "; the last server that ended: " + reason)
                + (where.isEmpty() ? "" : "; " + where) + ")";
    }
}
