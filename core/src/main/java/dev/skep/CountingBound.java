package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A bounded mailbox whose messages stay once they are in: one without room holds up its sender, is dropped, or
/// ends the receiver.
///
/// `count` is the number of places taken. A sender takes one by compare-and-set before it queues its message, so
/// never more than the capacity are in the queue, but for senders that must not wait; the process gives it back
/// when the message has left the queue.
///
/// ## Waiting
/// A sender that finds no place, or others who wait, lines up in `waiting` with a slot, then *serves*; so
/// does whoever has given a place back and finds somebody waiting. To serve is to take a place and hand it to
/// the first in the line, for as long as there are both; a place that nobody takes is given back, and the
/// line is looked at again.
///
/// No wake-up is lost. A sender lines up, then looks at `count` (it serves); a place is given back by a write
/// of `count`, then the line is looked at. All are volatile, so one of the two sees the other. If who looks
/// at `count` finds it full because somebody else has just taken the place, that one either queues a message,
/// whose place is given back in its time, or is itself serving, and looks at the line again after it has
/// given the place back. The same holds for the end: `closed` is written, then the line is looked at, while a
/// sender lines up, then looks at `closed`.
///
/// The line is first come, first served: who finds somebody in it does not overtake. Messages of one sender keep
/// their order, since it waits with one at a time.
final class CountingBound extends Bound {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(CountingBound.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private volatile int count;
    /// Slots of senders, filled with true when they have a place, with false when the process has ended.
    private final ConcurrentLinkedQueue<Slot<Boolean>> waiting = new ConcurrentLinkedQueue<>();
    /// Why the process has ended.
    private volatile @Nullable ExitReason closed;

    CountingBound(Mailbox.Bounded mailbox, Node node, Process process) {
        super(mailbox, node, process);
        this.capacity = mailbox.capacity();
    }

    // ---- Arrival: any thread -------------------------------------------------------------------------------------

    @Override
    @Nullable
    Signal admit(Signal signal, @Nullable Worker sender, long patience) {
        if (!signal.counts() || closed != null || (waiting.isEmpty() && tryTakePlace())) {
            return signal;
        }
        return switch (mailbox.overflow()) {
            case BLOCK -> waitForPlace(signal, sender, patience);
            case CRASH -> {
                crash();
                drop(signal);
                yield null;
            }
            case DROP_NEWEST, DROP_OLDEST -> {
                drop(signal);
                yield null;
            }
        };
    }

    private boolean tryTakePlace() {
        int taken;
        do {
            taken = count;
            if (taken >= capacity) {
                return false;
            }
        } while (!COUNT.compareAndSet(this, taken, taken + 1));
        return true;
    }

    private void giveBackPlace() {
        COUNT.getAndAdd(this, -1);
        if (!waiting.isEmpty()) {
            serve();
        }
    }

    private void serve() {
        while (true) {
            if (closed != null) {
                for (Slot<Boolean> next = waiting.poll(); next != null; next = waiting.poll()) {
                    next.fill(false);
                }
                return;
            }
            if (waiting.isEmpty() || !tryTakePlace()) {
                return;
            }
            Slot<Boolean> next = waiting.poll();
            if (next == null || !next.fill(true)) { // somebody else has served it, or it has given up
                COUNT.getAndAdd(this, -1);
            }
        }
    }

    private @Nullable Signal waitForPlace(Signal signal, @Nullable Worker sender, long patience) {
        if (patience == NO_PATIENCE || mustNotWait(sender)) {
            COUNT.getAndAdd(this, 1);
            return signal;
        }
        boolean called = patience != USUAL_PATIENCE;
        Slot<Boolean> place = new Slot<>(node.scheduler);
        waiting.add(place);
        serve();
        boolean unwinding = true;
        Blocking.Outcome waited;
        try {
            waited = Blocking.await(node, place, called ? patience : Durations.nanos(mailbox.patience()));
            unwinding = false;
        } finally {
            if (place.close()) {
                waiting.remove(place);
            } else if (unwinding && Boolean.TRUE.equals(place.value())) {
                giveBackPlace();
            }
        }
        Boolean outcome = place.value(); // it may have come after the waiting was over
        if (outcome != null) {
            return outcome ? signal : abandoned(signal);
        }
        if (!called) {
            giveUp(signal, waited);
        }
        return null;
    }

    /// The process itself would wait for ever. So would others for the clock's thread; and a thread that
    /// holds a process's lock, say to tell a listener of its end, holds up that process.
    private boolean mustNotWait(@Nullable Worker sender) {
        return node.ticker.isTicking() || (sender != null && (sender.process == process || !sender.process.isUsers()));
    }

    private @Nullable Signal abandoned(Signal signal) {
        ExitReason reason = closed;
        if (signal instanceof Message message && reason != null) {
            message.abandon(reason);
        }
        return null;
    }

    private void giveUp(Signal signal, Blocking.Outcome waited) {
        String what = "send of " + signal.describe() + " to " + process;
        if (waited == Blocking.Outcome.INTERRUPTED) {
            throw new CallException.Interrupted(what);
        }
        if (signal instanceof Request request) {
            request.refuse(capacity); // its caller looks for the outcome later
        } else {
            throw CallException.Overloaded.after(what, capacity, mailbox.patience());
        }
    }

    @Override
    @Nullable
    Message throughAlias(@Nullable Message message) {
        if (message == null) {
            giveBackPlace();
        }
        return message;
    }

    // ---- The process's own thread --------------------------------------------------------------------------------

    @Override
    Message take(Message queued) {
        return queued;
    }

    @Override
    void taken(Message queued) {
        if (queued.counts()) {
            giveBackPlace();
        }
    }

    @Override
    Message lookAt(Message queued) {
        return queued;
    }

    @Override
    void leave(Message queued) {}

    @Override
    void close(ExitReason reason) {
        closed = reason;
        serve();
    }

    @Override
    int count() {
        return count;
    }
}
