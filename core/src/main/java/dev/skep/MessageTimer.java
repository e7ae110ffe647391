package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// A timer that sends a message.
final class MessageTimer extends Alarm implements Timer {
    /// Takes a message to whoever is to get it.
    private interface Delivery {
        void deliver(Object message);

        /// Whether nobody would get the message any more.
        default boolean isVain() {
            return false;
        }
    }

    private final TimingWheel timers;
    private final Delivery delivery;
    private final Object message;
    private final boolean wrapped;

    private MessageTimer(TimingWheel timers, Delivery delivery, Object message, boolean wrapped) {
        this.timers = timers;
        this.delivery = delivery;
        this.message = message;
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
        return start(node, delay, new ToProcess(process, own), message, wrapped);
    }

    /// Sends `message`, after `delay`, to whoever has the name by then.
    ///
    /// @param wrapped whether it is sent as a [Timeout]
    static MessageTimer start(Node node, Duration delay, Name<?> target, Object message, boolean wrapped) {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(message, "message");
        node.refuseMutable(message, null);
        return start(node, delay, sent -> node.sendFromTimer(target, sent), message, wrapped);
    }

    private static MessageTimer start(Node node, Duration delay, Delivery delivery, Object message, boolean wrapped) {
        long nanos = Durations.nanos(Durations.notNegative(delay, "delay"));
        Worker.refuseZombies();
        MessageTimer timer = new MessageTimer(node.timers, delivery, message, wrapped);
        if (nanos == 0 && timer.tryRing()) {
            timer.ring();
        } else {
            node.timers.add(timer, nanos);
        }
        return timer;
    }

    /// How the message of a timer comes to a process.
    ///
    /// @param process who gets it
    /// @param own whether it has set the timer itself
    private record ToProcess(Process process, boolean own) implements Delivery {
        @Override
        public void deliver(Object message) {
            process.deliver(own ? new Signal.Notice(message) : new Signal.Info(message));
        }

        @Override
        public boolean isVain() {
            return !process.isAlive();
        }
    }

    @Override
    void ring() {
        delivery.deliver(wrapped ? new Timeout(this, message) : message);
    }

    @Override
    public Optional<Duration> cancel() {
        long left = timers.cancel(this);
        return left < 0 || delivery.isVain() ? Optional.empty() : Optional.of(Duration.ofNanos(left));
    }

    @Override
    public Optional<Duration> timeLeft() {
        return isPending() && !delivery.isVain() ? Optional.of(Duration.ofNanos(timers.left(this))) : Optional.empty();
    }

    @Override
    public String toString() {
        return "timer of " + Rendering.value(message);
    }
}
