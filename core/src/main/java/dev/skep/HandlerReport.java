package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// A handler of an event manager has crashed, and was removed; the manager lives. Logged as an error. Erlang: the error
/// report `gen_event terminate`.
///
/// @param pid the manager
/// @param handler the handler's id
/// @param reason what it has thrown
/// @param lastMessage what it was handling, if anything
/// @param state its state as text
public record HandlerReport(Pid pid, String handler, ExitReason reason, Optional<Object> lastMessage, String state)
        implements Report {
    /// Checks the parts.
    ///
    /// @param pid the manager
    /// @param handler the handler's id
    /// @param reason what it has thrown
    /// @param lastMessage what it was handling, if anything
    /// @param state its state as text
    public HandlerReport {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(lastMessage, "lastMessage");
        Objects.requireNonNull(state, "state");
    }

    /// A report about a handler with its state.
    ///
    /// @param pid the manager
    /// @param handler the handler's id
    /// @param reason what it has thrown
    /// @param lastMessage what it was handling, if anything
    /// @param state its state, shown with [Reportable] or `toString`
    /// @return the report
    public static HandlerReport of(
            Pid pid, String handler, ExitReason reason, Optional<Object> lastMessage, Object state) {
        return new HandlerReport(pid, handler, reason, lastMessage, Rendering.value(state));
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("handler " + handler + " of event manager " + pid + " crashed");
        Rendering.line(text, "reason", Rendering.reason(reason));
        lastMessage.ifPresent(message -> Rendering.line(text, "last message", Rendering.value(message)));
        Rendering.line(text, "state", state);
        return Rendering.bounded(text);
    }
}
