package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/// A timer that sends a message.
final class MessageTimer extends Alarm implements Timer {
    /// Takes a message to whoever is to get it.
    interface Delivery {
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

    MessageTimer(TimingWheel timers, Delivery delivery, Object message, boolean wrapped) {
        this.timers = timers;
        this.delivery = delivery;
        this.message = Objects.requireNonNull(message, "message");
        this.wrapped = wrapped;
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
