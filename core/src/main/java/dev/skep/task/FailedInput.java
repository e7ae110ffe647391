package dev.skep.task;

import dev.skep.ExitReason;
import java.util.Objects;

/// Why there is no value for an element of a stream, and which element that was. Elixir:
/// `{:exit, {input, reason}}`, with `:zip_input_on_exit`.
///
/// @param <I> the type of the elements
/// @param input the element
/// @param reason why its task ended without a value
public record FailedInput<I>(I input, ExitReason reason) {
    /// Checks the parts.
    ///
    /// @param input the element
    /// @param reason why its task ended without a value
    public FailedInput {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(reason, "reason");
    }
}
