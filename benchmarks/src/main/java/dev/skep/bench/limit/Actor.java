package dev.skep.bench.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A mailbox that is drained on a virtual thread while there is something in it.
///
/// The mailbox is a stack of messages (Treiber), of which the consumer takes all at once and turns them round; that
/// it is idle is a value of the same field, so that a send is one compare-and-set, activation included. What a handler
/// makes ready through its [Run] runs next on the same thread.
abstract class Actor implements Runnable {
    /// A message is its own link.
    abstract static class Message {
        @Nullable
        Message next;
    }

    private static final class Marker extends Message {}

    /// Nothing is there, and nobody looks.
    private static final Message IDLE = new Marker();

    /// So many activations in a row on one thread, then others get their turn.
    private static final int HOPS_IN_A_ROW = 256;

    private static final VarHandle INBOX;

    static {
        try {
            INBOX = MethodHandles.lookup().findVarHandle(Actor.class, "inbox", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // written by INBOX
    private volatile @Nullable Message inbox = IDLE;

    /// The thread that runs actors, to those that it runs.
    static final class Run {
        private @Nullable Actor next;

        /// Sends from within a handler.
        void send(Actor target, Message message) {
            if (target.put(message)) {
                Actor before = next;
                next = target;
                if (before != null) {
                    Thread.startVirtualThread(before);
                }
            }
        }
    }

    abstract void handle(Message message, Run run);

    /// Sends from anywhere.
    final void send(Message message) {
        if (put(message)) {
            Thread.startVirtualThread(this);
        }
    }

    /// @return whether it was idle, and now has to be run
    private boolean put(Message message) {
        while (true) {
            Message before = inbox;
            message.next = before == IDLE ? null : before;
            if (INBOX.compareAndSet(this, before, message)) {
                return before == IDLE;
            }
        }
    }

    @Override
    public final void run() {
        Run run = new Run();
        Actor current = this;
        for (int hops = 1; current != null; hops++) {
            current.drain(run);
            current = run.next;
            run.next = null;
            if (hops % HOPS_IN_A_ROW == 0) {
                Thread.yield();
            }
        }
    }

    private void drain(Run run) {
        do {
            Message batch = oldestFirst((Message) INBOX.getAndSet(this, (Message) null));
            while (batch != null) {
                Message message = batch;
                batch = message.next;
                message.next = null;
                handle(message, run);
            }
        } while (!INBOX.compareAndSet(this, (Message) null, IDLE));
    }

    static @Nullable Message oldestFirst(@Nullable Message newest) {
        Message turned = null;
        Message rest = newest;
        while (rest != null) {
            Message after = rest.next;
            rest.next = turned;
            turned = rest;
            rest = after;
        }
        return turned;
    }
}
