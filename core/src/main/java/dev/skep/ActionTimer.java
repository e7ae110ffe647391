package dev.skep;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A timer that does something on the clock's thread, once or again and again.
///
/// One that repeats has an alarm for each time, a fixed interval after the last: a late one does not shift those after
/// it. Who cancels writes `cancelled` before it reads `next`; the clock's thread publishes and adds the next alarm
/// before it reads `cancelled`. So one of the two withdraws that alarm.
final class ActionTimer implements Timer {
    private final Node node;
    private final BooleanSupplier action;
    private final long interval;
    /// What rings next; null once nothing does.
    private volatile @Nullable Ring next;

    private volatile boolean cancelled;

    /// @param action what to do; never blocks; returns false to end a timer that repeats
    /// @param interval in nanoseconds; zero for a timer that rings once
    ActionTimer(Node node, BooleanSupplier action, long interval) {
        this.node = node;
        this.action = action;
        this.interval = interval;
    }

    /// Begins to run.
    ///
    /// @param delay until the first time, in nanoseconds
    ActionTimer start(long delay) {
        ringAt(node.clock.nanoTime() + delay, delay);
        return this;
    }

    private final class Ring extends Alarm {
        private final long at;

        Ring(long at) {
            this.at = at;
        }

        @Override
        void ring() {
            next = null;
            if (!cancelled && action.getAsBoolean() && interval > 0) {
                ringAt(at + interval, Math.max(0, at + interval - node.clock.nanoTime()));
            }
        }
    }

    private void ringAt(long at, long delay) {
        Ring ring = new Ring(at);
        next = ring;
        node.timers.add(ring, delay);
        if (cancelled) {
            node.timers.cancel(ring);
        }
    }

    @Override
    public Optional<Duration> cancel() {
        cancelled = true;
        Ring ring = next;
        long left = ring == null ? -1 : node.timers.cancel(ring);
        return left < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(left));
    }

    @Override
    public Optional<Duration> timeLeft() {
        Ring ring = next;
        return ring != null && ring.isPending()
                ? Optional.of(Duration.ofNanos(node.timers.left(ring)))
                : Optional.empty();
    }
}
