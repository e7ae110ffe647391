package dev.skep.supervisor;

import dev.skep.ExitReason;

/// When a child that has ended is started again. Erlang: the `restart` of a child specification.
public enum Restart {
    /// Always.
    PERMANENT,
    /// Unless it ended `normal` or `shutdown`.
    TRANSIENT,
    /// Never; once it has ended, the supervisor forgets it.
    TEMPORARY;

    boolean after(ExitReason reason) {
        return this == PERMANENT || (this == TRANSIENT && !reason.isOrderly());
    }
}
