package dev.skep;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// A handler has been running for longer than the node's stall threshold. Reported once for each such message, as a
/// warning.
///
/// @param pid the process
/// @param handler the class of the message that it handles
/// @param running for how long, at least
/// @param kind whether it computes or blocks
/// @param stack where it is
public record StallReport(Pid pid, String handler, Duration running, Kind kind, List<StackTraceElement> stack)
        implements Report {
    /// What a stalled handler does.
    public enum Kind {
        /// It computes, and keeps a carrier thread from others.
        HOG,
        /// It waits for something, and keeps only its own process.
        BLOCKED
    }

    /// Keeps the stack unmodifiable.
    public StallReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(running, "running");
        Objects.requireNonNull(kind, "kind");
        stack = List.copyOf(stack);
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("process ")
                .append(pid)
                .append(kind == Kind.HOG ? " has been computing in " : " has been blocked in ")
                .append(handler)
                .append(" for ")
                .append(running.toMillis())
                .append(" ms, at");
        stack.stream().limit(40).forEach(frame -> Rendering.line(text, "at", frame.toString()));
        return Rendering.bounded(text);
    }
}
