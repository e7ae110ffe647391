package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call in the server's queue, with the slot that its caller waits for.
final class Request extends Signal.Message implements From {
    /// Why there is no answer, in place of the answer.
    record Failure(ExitReason reason) {}

    /// The server's mailbox was full, in place of the answer.
    record Refused(int capacity) {}

    final Object message;
    final Slot<Object> slot;
    /// In the clock's nanoseconds; [Durations#FOREVER] for no limit.
    final long deadline;
    private final Node node;
    private final @Nullable Process caller;

    Request(Object message, Slot<Object> slot, long deadline, Node node, @Nullable Process caller) {
        this.message = message;
        this.slot = slot;
        this.deadline = deadline;
        this.node = node;
        this.caller = caller;
    }

    @Override
    void handle(Process process, Behaviour behaviour) throws Exception {
        behaviour.call(message, this);
    }

    @Override
    Object payload() {
        return new Incoming(message, this);
    }

    /// The caller has given up, or was told of its failure: nobody would hear the answer.
    @Override
    boolean isObsolete() {
        return slot.isDone();
    }

    @Override
    void abandon(ExitReason reason) {
        slot.fill(new Failure(reason));
    }

    @Override
    void refuse(int capacity) {
        slot.fill(new Refused(capacity));
    }

    @Override
    boolean counts() {
        return true;
    }

    @Override
    String describe() {
        return message.getClass().getSimpleName();
    }

    @Override
    void arriveDead(Process process) {
        slot.fill(new Failure(ExitReason.noProcess()));
    }

    @Override
    public boolean awaitsReply() {
        return !slot.isDone();
    }

    @Override
    public boolean reply(Object value) {
        Objects.requireNonNull(value, "reply");
        node.refuseMutable(value, caller);
        Worker here = Worker.current();
        return (here == null || here.mayStep()) && slot.fill(value);
    }

    @Override
    public Optional<Duration> timeLeft() {
        return deadline == Durations.FOREVER
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, deadline - node.clock.nanoTime())));
    }

    @Override
    public Optional<Pid> pid() {
        return Optional.ofNullable(caller);
    }

    @Override
    public String toString() {
        return "call of " + message.getClass().getSimpleName();
    }
}
