package dev.skep;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One try of an idempotent call by name. If its server ends first, [Retries] decides what becomes of the call.
final class IdempotentRequest extends PendingRequest {
    private static final VarHandle LOST;

    static {
        try {
            LOST = MethodHandles.lookup().findVarHandle(IdempotentRequest.class, "lost", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Retries retries;

    /// A server that ends may come across a request twice, from two threads.
    @SuppressWarnings("unused") // by LOST
    private boolean lost;

    IdempotentRequest(Object message, PendingSlot slot, Process target, @Nullable Process caller, Retries retries) {
        super(message, slot, target, caller);
        this.retries = retries;
    }

    /// Exact, where other requests have a tick's time of grace: a call must not begin again when it is over.
    @Override
    boolean isObsolete() {
        return super.isObsolete() || retries.isOver();
    }

    @Override
    void abandon(ExitReason reason) {
        lose(reason, false);
    }

    @Override
    void abandonInHand(ExitReason reason) {
        lose(reason, true);
    }

    private void lose(ExitReason reason, boolean inHand) {
        if (LOST.compareAndSet(this, false, true)) {
            retries.lost(reason, inHand);
        }
    }
}
