package dev.skep;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A timer that sends a message.
final class MessageTimer extends Alarm implements Timer {
    private final TimingWheel timers;
    private final Supplier<@Nullable Process> target;
    private final Object message;
    private final boolean wrapped;
    /// Whether the process that gets the message has started it.
    private final boolean own;

    MessageTimer(TimingWheel timers, Supplier<@Nullable Process> target, Object message, boolean wrapped, boolean own) {
        this.timers = timers;
        this.target = target;
        this.message = Objects.requireNonNull(message, "message");
        this.wrapped = wrapped;
        this.own = own;
    }

    @Override
    void ring() {
        Process receiver = target.get();
        if (receiver != null) {
            Object sent = wrapped ? new Timeout(this, message) : message;
            receiver.deliver(own ? new Signal.Notice(sent) : new Signal.Info(sent));
        }
    }

    @Override
    public Optional<Duration> cancel() {
        long left = timers.cancel(this);
        return left < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(left));
    }

    @Override
    public Optional<Duration> timeLeft() {
        return isPending() ? Optional.of(Duration.ofNanos(timers.left(this))) : Optional.empty();
    }

    @Override
    public String toString() {
        return "timer of " + Rendering.value(message);
    }
}
