package dev.skep.supervisor;

import dev.skep.ServerRef;
import java.time.Duration;
import java.util.Objects;

/// How a supervisor ends a child. Erlang: the `shutdown` of a child specification.
public sealed interface Shutdown {
    /// Kill it: nothing is cleaned up.
    record BrutalKill() implements Shutdown {}

    /// Tell it to shut down, and kill it if it has not ended in time.
    ///
    /// @param timeout zero or more; [dev.skep.ServerRef#FOREVER] for no limit
    record Within(Duration timeout) implements Shutdown {
        /// Checks the time.
        ///
        /// @param timeout zero or more
        public Within {
            if (Objects.requireNonNull(timeout, "shutdown time").isNegative()) {
                throw new IllegalArgumentException("shutdown time must not be negative, but was " + timeout);
            }
        }
    }

    /// Tell it to shut down, and wait as long as it takes. For supervisors, whose children need their time.
    Shutdown INFINITY = new Within(ServerRef.FOREVER);
}
