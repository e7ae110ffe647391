package dev.skep.supervisor;

import dev.skep.ExitReason;
import java.util.Objects;

/// Why a supervisor could not start: the detail of its `shutdown`. Erlang: `{failed_to_start_child, Id, Reason}`.
///
/// @param id the child that failed
/// @param reason why it failed
public record FailedToStartChild(String id, ExitReason reason) {
    /// Checks the parts.
    ///
    /// @param id the child that failed
    /// @param reason why it failed
    public FailedToStartChild {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(reason, "reason");
    }
}
