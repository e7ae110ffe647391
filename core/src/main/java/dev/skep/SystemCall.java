package dev.skep;

/// A [SystemRequest] in a process's queue, with the slot that waits for its answer.
final class SystemCall extends Message {
    final Process target;
    final SystemRequest<?> request;
    private final Slot<Object> slot;

    SystemCall(Process target, SystemRequest<?> request, Slot<Object> slot) {
        this.target = target;
        this.request = request;
        this.slot = slot;
    }

    /// @return false if nobody waits for it any more
    boolean answer(Result<?, Throwable> answer) {
        return slot.fill(answer);
    }

    @Override
    void handle(Process process, Behaviour behaviour) {
        ((SelfProcess) process).obey(this, behaviour);
    }

    @Override
    Object payload() {
        return new SystemMessage(this);
    }

    @Override
    boolean isSystem() {
        return true;
    }

    @Override
    boolean isObsolete() {
        return slot.isDone();
    }

    @Override
    void abandon(ExitReason reason) {
        slot.fill(new Request.Failure(reason, false));
    }

    @Override
    void arriveDead(Process process) {
        abandon(ExitReason.noProcess());
    }
}
