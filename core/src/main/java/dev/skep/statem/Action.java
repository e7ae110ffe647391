package dev.skep.statem;

import dev.skep.ReplyTo;
import java.time.Duration;
import java.util.Objects;

/// One thing that a callback asks for besides the next state. What it does is in [StatemLoop].
sealed interface Action {
    /// Answers a call whose handle was kept.
    record Reply(ReplyTo<?> to, Object value) implements Action {
        public Reply {
            Objects.requireNonNull(to, "whom to reply to");
            Objects.requireNonNull(value, "reply");
        }
    }

    /// Answers the call that is being handled.
    record Answer(Object message, Object value) implements Action {
        public Answer {
            Objects.requireNonNull(message, "the call to reply to");
            Objects.requireNonNull(value, "reply");
        }
    }

    /// Changes one of the machine's timeouts.
    sealed interface OfTimeout extends Action {
        TimeoutKey key();
    }

    /// Starts a timeout, in place of the one that may run.
    record Start(TimeoutKey key, Duration after, Object content) implements OfTimeout {
        public Start {
            Objects.requireNonNull(after, "timeout");
            Objects.requireNonNull(content, "timeout content");
            if (after.isNegative()) {
                throw new IllegalArgumentException("timeout must not be negative, but was " + after);
            }
        }
    }

    /// Starts a timeout that is due at a time of the node's clock.
    record StartAt(TimeoutKey key, long nanoTime, Object content) implements OfTimeout {
        public StartAt {
            Objects.requireNonNull(content, "timeout content");
        }
    }

    /// Stops a timeout, if it runs.
    record Cancel(TimeoutKey key) implements OfTimeout {}

    /// Changes what a timeout says; one that does not run is due at once.
    record Update(TimeoutKey key, Object content) implements OfTimeout {
        public Update {
            Objects.requireNonNull(content, "timeout content");
        }
    }

    /// Whether to keep the event for another state.
    record Postpone(boolean postpone) implements Action {}

    /// Handles an event before any other.
    record NextEvent(Event<?> event) implements Action {
        public NextEvent {
            Objects.requireNonNull(event, "event");
        }
    }

    /// Replaces the callbacks.
    record ChangeCallbacks(GenStatem<?, ?, ?> callbacks) implements Action {
        public ChangeCallbacks {
            Objects.requireNonNull(callbacks, "callbacks");
        }
    }

    /// Replaces the callbacks for some time.
    record PushCallbacks(GenStatem<?, ?, ?> callbacks) implements Action {
        public PushCallbacks {
            Objects.requireNonNull(callbacks, "callbacks");
        }
    }

    /// Takes back the latest push.
    record PopCallbacks() implements Action {}
}
