package dev.skep;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The outcome of a start that nobody stands and waits for: whoever has asked for it gets a [Response].
///
/// @param <R> how the process is referred to
final class ToldStart<R> extends Slot<Started<R>> {
    private final SelfProcess starter;
    private final Object label;
    private final Duration initTimeout;
    private final @Nullable TimeLimit limit;

    /// Kills the process when its init takes too long. On the clock's thread.
    private static final class TimeLimit extends Alarm {
        private final SelfProcess child;
        /// Written before the kill is sent, which comes before the outcome.
        private volatile boolean over;

        TimeLimit(SelfProcess child) {
            this.child = child;
        }

        @Override
        void ring() {
            over = true;
            child.deliver(new Signal.ExitRequest(child.node.root, ExitReason.kill()));
        }
    }

    ToldStart(SelfProcess starter, Object label, SelfProcess child, Duration initTimeout) {
        super(child.node.scheduler);
        this.starter = starter;
        this.label = label;
        this.initTimeout = initTimeout;
        long nanos = Durations.nanos(initTimeout);
        this.limit = nanos == Durations.FOREVER ? null : new TimeLimit(child);
        if (limit != null) {
            child.node.timers.add(limit, nanos);
        }
    }

    @Override
    public void completed() {
        if (limit != null) {
            starter.node.timers.cancel(limit);
        }
        Started<R> outcome = Objects.requireNonNull(value());
        if (limit != null && limit.over && outcome instanceof Started.Failed<R>(String what, ExitReason _)) {
            outcome = new Started.Failed<>(what, ExitReason.because("init took longer than " + initTimeout));
        }
        starter.deliver(new Message.Notice(new Response(label, Result.ok(outcome))));
    }
}
