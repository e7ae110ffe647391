package dev.skep;

import org.jspecify.annotations.Nullable;

/// A request whose answer goes into the slot of a [PendingCall], which knows until when somebody waits for it.
sealed class PendingRequest extends Request permits IdempotentRequest {
    private final PendingSlot slot;

    PendingRequest(Object message, PendingSlot slot, Process target, @Nullable Process caller) {
        super(message, target, caller);
        this.slot = slot;
    }

    @Override
    final long deadline() {
        return slot.deadline();
    }

    @Override
    final Object call() {
        return slot;
    }

    @Override
    public final @Nullable Object content() {
        return slot.content();
    }

    @Override
    public final boolean replace(@Nullable Object expected, Object by) {
        return slot.replace(expected, by);
    }

    @Override
    public final Scheduler scheduler() {
        return slot.scheduler();
    }

    @Override
    public final void completed() {
        slot.completed();
    }
}
