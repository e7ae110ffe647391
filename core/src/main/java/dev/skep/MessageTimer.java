package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// A timer that sends a message. One object, since there may be a million of them.
final class MessageTimer extends Alarm implements Timer {
    private final Node node;
    /// A [Process], or the [Name] of whoever has it by then.
    private final Object target;

    private final Object message;
    /// Whether the target is the process that has set the timer.
    private final boolean own;

    private final boolean wrapped;

    private MessageTimer(Node node, Object target, Object message, boolean own, boolean wrapped) {
        this.node = node;
        this.target = target;
        this.message = message;
        this.own = own;
        this.wrapped = wrapped;
    }

    /// Sends `message` to a process after `delay`, as the user's code asks for.
    ///
    /// @param wrapped whether it is sent as a [Timeout]
    static MessageTimer start(Node node, Duration delay, Pid target, Object message, boolean wrapped) {
        Process process = (Process) Objects.requireNonNull(target, "target");
        Objects.requireNonNull(message, "message");
        Worker here = Worker.current();
        boolean own = here != null && here.process == process;
        node.refuseMutable(message, process);
        return new MessageTimer(node, process, message, own, wrapped).start(delay);
    }

    /// Sends `message`, after `delay`, to whoever has the name by then.
    ///
    /// @param wrapped whether it is sent as a [Timeout]
    static MessageTimer start(Node node, Duration delay, Name<?> target, Object message, boolean wrapped) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(message, "message");
        node.refuseMutable(message, null);
        return new MessageTimer(node, target, message, false, wrapped).start(delay);
    }

    private MessageTimer start(Duration delay) {
        long nanos = Durations.nanos(Durations.notNegative(delay, "delay"));
        Worker.refuseZombies();
        if (nanos == 0 && tryRing()) {
            ring();
        } else {
            node.timers.add(this, nanos);
        }
        return this;
    }

    @Override
    void ring() {
        Object sent = wrapped ? new Timeout(this, message) : message;
        if (target instanceof Process process) {
            process.deliver(own ? new Message.Notice(sent) : new Message.Info(sent));
        } else {
            node.sendFromTimer((Name<?>) target, sent);
        }
    }

    /// Whether nobody would get the message any more.
    private boolean isVain() {
        return target instanceof Process process && !process.isAlive();
    }

    @Override
    public Optional<Duration> cancel() {
        long left = node.timers.cancel(this);
        return left < 0 || isVain() ? Optional.empty() : Optional.of(Duration.ofNanos(left));
    }

    @Override
    public Optional<Duration> timeLeft() {
        return isPending() && !isVain() ? Optional.of(Duration.ofNanos(node.timers.left(this))) : Optional.empty();
    }

    @Override
    public String toString() {
        return "timer of " + Rendering.value(message);
    }
}
