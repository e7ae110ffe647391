package dev.skep.statem;

import dev.skep.statem.Event.EventTimeout;
import dev.skep.statem.Event.NamedTimeout;
import dev.skep.statem.Event.StateTimeout;
import dev.skep.statem.Event.TimedOut;
import java.util.Objects;

/// Which timeout: of each there is one at a time. It is also the message of the timer behind it.
sealed interface TimeoutKey {
    /// Those without a name.
    enum Single implements TimeoutKey {
        /// Cancelled by a change of state.
        STATE,
        /// Cancelled by any event.
        EVENT;

        @Override
        public String toString() {
            return this == STATE ? "state timeout" : "event timeout";
        }
    }

    /// One of any number.
    record Named(Object name) implements TimeoutKey {
        public Named {
            Objects.requireNonNull(name, "timeout name");
        }

        @Override
        public String toString() {
            return "timeout " + StateAndData.text(name);
        }
    }

    /// The event that it becomes.
    default <P> TimedOut<P> event(Object content) {
        return switch (this) {
            case Single.STATE -> new StateTimeout<>(content);
            case Single.EVENT -> new EventTimeout<>(content);
            case Named(Object name) -> new NamedTimeout<>(name, content);
        };
    }
}
