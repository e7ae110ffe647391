package dev.skep;

import org.jspecify.annotations.Nullable;

/// A bounded mailbox that drops the message that has been waiting for longest.
///
/// Senders cannot take a message out of the queue: parts of it belong to the process's thread. So every
/// message is queued in an envelope, and the envelopes that are not taken yet stand in a list of their own,
/// by age, under this object's monitor. Who comes without room empties the oldest envelope, which keeps its
/// place in the queue: the order of messages and signals is not touched. At no time more messages wait than
/// the capacity; and the monitor makes who takes a message and who drops it agree.
///
/// Empty envelopes are litter. The process passes over them; when there are more of them than the capacity, since
/// it is busy, a sender borrows the process to sweep them out of the part of the queue that is not the process's
/// own. So the memory is bounded too, and each message pays a constant for the sweeping.
///
/// Nothing is called and nobody waits within the monitor, which is held for a few steps.
final class SheddingBound extends Bound {
    private static final int LEAST_LITTER = 32;

    private enum State {
        /// Waits, in the list by age.
        WAITING,
        /// A receive looks at it; it keeps its place in the list, but neither counts nor is dropped.
        LOOKED_AT,
        TAKEN,
        DROPPED
    }

    /// Holds a message in the queue. Its fields are under the bound's monitor.
    private static final class Envelope extends Message {
        private final SheddingBound bound;
        private @Nullable Message content;
        private State state = State.WAITING;
        private @Nullable Envelope older;
        private @Nullable Envelope newer;

        Envelope(SheddingBound bound, Message content) {
            this.bound = bound;
            this.content = content;
        }

        private @Nullable Message content() {
            synchronized (bound) {
                return content;
            }
        }

        @Override
        boolean isObsolete() {
            Message held = content();
            return held == null || held.isObsolete();
        }

        @Override
        void abandon(ExitReason reason) {
            Message held = content();
            if (held != null) {
                held.abandon(reason);
            }
        }

        @Override
        void arriveDead(Process process) {
            Message held = content();
            if (held != null) {
                held.arriveDead(process);
            }
        }

        @Override
        void handle(Process process, Behaviour behaviour) {
            throw new AssertionError("a message is taken out of its envelope first");
        }

        @Override
        Object payload() {
            throw new AssertionError("a message is taken out of its envelope first");
        }
    }

    private final int capacity;
    private @Nullable Envelope oldest;
    private @Nullable Envelope newest;
    /// Read without the monitor too.
    private volatile int count;

    private volatile int litter;
    /// With so much litter it is swept.
    private volatile int sweepAt;

    private boolean closed;

    SheddingBound(Mailbox.Bounded mailbox, Node node, Process process) {
        super(mailbox, node, process);
        this.capacity = mailbox.capacity();
        this.sweepAt = Math.max(capacity, LEAST_LITTER);
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    @Override
    Signal admit(Signal signal, @Nullable Worker sender, long patience) {
        // What is sent to an alias is put into an envelope once it is through.
        return signal.counts() && signal instanceof Message message ? enveloped(message) : signal;
    }

    @Override
    @Nullable
    Message throughAlias(@Nullable Message message) {
        return message == null ? null : enveloped(message);
    }

    private Message enveloped(Message message) {
        Envelope envelope = new Envelope(this, message);
        Message shed;
        synchronized (this) {
            if (closed) {
                return message;
            }
            shed = shedIfFull();
            envelope.older = newest;
            if (newest == null) {
                oldest = envelope;
            } else {
                newest.newer = envelope;
            }
            newest = envelope;
            count++;
        }
        if (shed != null) {
            drop(shed);
        }
        return envelope;
    }

    /// Empties the oldest envelope if there is no room for one more. Under the monitor.
    @SuppressWarnings("NonAtomicVolatileUpdate") // all updates are under the monitor
    private @Nullable Message shedIfFull() {
        if (count < capacity) {
            return null;
        }
        Envelope victim = oldest;
        while (victim != null && victim.state != State.WAITING) { // one is looked at, at most
            victim = victim.newer;
        }
        if (victim == null) {
            throw new AssertionError("what counts is in the list");
        }
        Message content = victim.content;
        victim.content = null;
        victim.state = State.DROPPED;
        unlink(victim);
        count--;
        litter++;
        return content;
    }

    private void unlink(Envelope envelope) {
        Envelope older = envelope.older;
        Envelope newer = envelope.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
        envelope.older = null;
        envelope.newer = null;
    }

    // ---- The process's own thread --------------------------------------------------------------------------------

    @Override
    @Nullable
    Message take(Message queued) {
        if (!(queued instanceof Envelope envelope)) {
            return queued;
        }
        synchronized (this) {
            Message content = envelope.content;
            if (content == null) {
                litter--;
                return null;
            }
            leaveList(envelope);
            return content;
        }
    }

    /// The content stays in the envelope: an abandoned process's calls are looked for in its queue.
    @SuppressWarnings("NonAtomicVolatileUpdate") // as above
    private void leaveList(Envelope envelope) {
        if (envelope.state == State.WAITING) {
            count--;
        }
        if (envelope.state != State.TAKEN) {
            envelope.state = State.TAKEN;
            unlink(envelope);
        }
    }

    @Override
    void taken(Message queued) {}

    @Override
    @Nullable
    Message peek(Message queued) {
        if (!(queued instanceof Envelope envelope)) {
            return queued;
        }
        synchronized (this) {
            return envelope.content;
        }
    }

    @Override
    @Nullable
    Message lookAt(Message queued) {
        if (!(queued instanceof Envelope envelope)) {
            return queued;
        }
        synchronized (this) {
            Message content = envelope.content;
            if (content == null) {
                return null;
            }
            if (envelope.state == State.WAITING) {
                envelope.state = State.LOOKED_AT;
                count--;
            }
            return content;
        }
    }

    @Override
    void leave(Message queued) {
        if (queued instanceof Envelope envelope) {
            Message shed;
            synchronized (this) {
                if (closed) { // the process was abandoned
                    return;
                }
                envelope.state = State.WAITING;
                shed = shedIfFull(); // it may be the oldest itself
                count++;
            }
            if (shed != null) {
                drop(shed);
            }
        }
    }

    @Override
    void close(ExitReason reason) {
        synchronized (this) {
            closed = true;
            oldest = null;
            newest = null;
        }
    }

    // ---- What is known of it -------------------------------------------------------------------------------------

    @Override
    int count() {
        return count;
    }

    @Override
    int litter() {
        return litter;
    }

    @Override
    boolean isLittered() {
        return litter >= sweepAt;
    }

    @Override
    boolean isLitter(Signal queued) {
        if (!(queued instanceof Envelope envelope)) {
            return false;
        }
        synchronized (this) {
            return envelope.state == State.DROPPED;
        }
    }

    @Override
    void swept(int number) {
        synchronized (this) {
            litter -= number;
            sweepAt = litter + Math.max(capacity, LEAST_LITTER);
        }
    }
}
