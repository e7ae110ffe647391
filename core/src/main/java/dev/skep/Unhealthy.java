package dev.skep;

import java.util.List;

/// Why a process ended whose health checks have failed: the value of its [ExitReason.Because].
///
/// @param failures what was wrong in each of the checks that failed in a row, oldest first; the last ten at most
/// @param stack where its thread was when it was told to end; empty if it had none at that time
public record Unhealthy(List<String> failures, List<StackTraceElement> stack) {
    private static final int FRAMES = 40;

    /// Keeps the lists unmodifiable.
    ///
    /// @param failures what was wrong
    /// @param stack where its thread was
    public Unhealthy {
        failures = List.copyOf(failures);
        stack = List.copyOf(stack);
    }

    /// The failures, then the stack, a line each.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("unhealthy: ").append(String.join("; ", failures));
        stack.stream()
                .limit(FRAMES)
                .forEach(frame -> text.append(System.lineSeparator())
                        .append("        at ")
                        .append(frame));
        return text.toString();
    }
}
