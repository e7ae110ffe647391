package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call in the server's queue, with the place for its answer.
abstract sealed class Request extends Message implements From, Outstanding, Fillable<Object>
        permits AwaitedRequest, PendingRequest {
    /// Why there is no answer, in place of the answer.
    ///
    /// @param reason the server's exit reason
    /// @param inHand whether the server had begun to handle the call
    record Failure(ExitReason reason, boolean inHand) {
        /// There was no server.
        static final Failure NOBODY = new Failure(ExitReason.noProcess(), false);
    }

    /// The server's mailbox was full, in place of the answer.
    record Refused(int capacity) {}

    final Object message;
    final Process target;
    final @Nullable Process caller;
    /// Its handler has returned without an answer: whatever that server waits for now, it is not for this call.
    private volatile boolean deferred;

    Request(Object message, Process target, @Nullable Process caller) {
        this.message = message;
        this.target = target;
        this.caller = caller;
    }

    /// When the caller gives up, in the nanoseconds of the target's clock; [Durations#FOREVER] for never.
    abstract long deadline();

    /// What stands for the call, whichever request of it this is.
    Object call() {
        return this;
    }

    @Override
    public final Request request() {
        return this;
    }

    final void defer() {
        deferred = true;
    }

    final boolean isDeferred() {
        return deferred;
    }

    @Override
    final void handle(Process process, Behaviour behaviour) throws Exception {
        behaviour.call(message, this);
    }

    @Override
    final Object payload() {
        return new Incoming(message, this);
    }

    /// The caller has given up, or was told of its failure: nobody would hear the answer. Or it is about to give up,
    /// since its deadline is over. That is found by the time of the last tick, since a look at the clock would cost
    /// every call more than all the rest that is done here. A tick that is late only means that the caller notices
    /// first.
    @Override
    boolean isObsolete() {
        if (isDone()) {
            return true;
        }
        long now = target.node.timers.lastTick(); // before the limit, which may be taken back: see PendingCall.get
        long limit = deadline();
        return limit != Durations.FOREVER && limit - now <= 0;
    }

    @Override
    void abandon(ExitReason reason) {
        fill(new Failure(reason, false));
    }

    @Override
    void abandonInHand(ExitReason reason) {
        fill(new Failure(reason, true));
    }

    @Override
    final void refuse(int capacity) {
        fill(new Refused(capacity));
    }

    @Override
    final boolean counts() {
        return true;
    }

    @Override
    final String describe() {
        return message.getClass().getSimpleName();
    }

    @Override
    final void arriveDead(Process process) {
        abandon(ExitReason.noProcess());
    }

    /// Whether there is neither an answer nor a failure. True for a caller that has given up.
    final boolean isUnanswered() {
        return value() == null;
    }

    @Override
    public final boolean awaitsReply() {
        return !isDone();
    }

    @Override
    public final boolean hasGivenUp() {
        if (!isDone()) {
            return false;
        }
        Object value = value();
        return value == null || value instanceof Failure || value instanceof Refused;
    }

    @Override
    public final boolean reply(Object value) {
        Objects.requireNonNull(value, "reply");
        target.node.refuseMutable(value, caller);
        Worker here = Worker.current();
        return (here == null || here.mayStep()) && fill(value);
    }

    @Override
    public final Optional<Duration> timeLeft() {
        return Durations.left(deadline(), target.node.clock);
    }

    @Override
    public final Optional<Pid> pid() {
        return Optional.ofNullable(caller);
    }

    @Override
    public final String toString() {
        return "call of " + message.getClass().getSimpleName();
    }
}
