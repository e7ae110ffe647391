package dev.skep.bench.limit;

import dev.skep.bench.limit.Actor.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What a thread receives messages from. Who waits yields once, since the sender mostly needs a carrier only, then
/// parks.
final class Inbox {
    private static final class Parked extends Message {}

    private static final Message PARKED = new Parked();
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(Inbox.class, "newest", Message.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // by NEWEST
    private volatile @Nullable Message newest;

    private @Nullable Message batch;
    private volatile @Nullable Thread receiver;

    void send(Message message) {
        while (true) {
            Message before = newest;
            message.next = before == PARKED ? null : before;
            if (NEWEST.compareAndSet(this, before, message)) {
                if (before == PARKED) {
                    LockSupport.unpark(receiver);
                }
                return;
            }
        }
    }

    Message receive() {
        if (batch == null && newest == null) {
            Thread.yield();
        }
        while (batch == null) {
            batch = Actor.oldestFirst((Message) NEWEST.getAndSet(this, (Message) null));
            if (batch == null) {
                receiver = Thread.currentThread();
                if (NEWEST.compareAndSet(this, (Message) null, PARKED)) {
                    LockSupport.park();
                    NEWEST.compareAndSet(this, PARKED, (Message) null);
                }
            }
        }
        Message message = batch;
        batch = message.next;
        return message;
    }
}
