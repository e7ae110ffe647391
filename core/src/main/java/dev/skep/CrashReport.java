package dev.skep;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process has ended by its own fault: all that is known about it. Logged as an error before anybody hears of the
/// death. Erlang: the crash report of `proc_lib` and the error report of `gen_server`.
///
/// @param info the process as it was at its end
/// @param reason why it ended; the stack trace of [ExitReason.Crashed] is in the text
/// @param lastMessage the message that was being handled, rendered
/// @param state the state, rendered
public record CrashReport(ProcessInfo info, ExitReason reason, Optional<String> lastMessage, Optional<String> state)
        implements Report {
    /// Checks the parts.
    ///
    /// @param info the process as it was at its end
    /// @param reason why it ended
    /// @param lastMessage the message that was being handled, rendered
    /// @param state the state, rendered
    public CrashReport {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(lastMessage, "lastMessage");
        Objects.requireNonNull(state, "state");
    }

    static CrashReport of(ProcessInfo info, ExitReason reason, @Nullable Object lastMessage, @Nullable Object state) {
        return new CrashReport(
                info,
                reason,
                Optional.ofNullable(lastMessage).map(Rendering::value),
                Optional.ofNullable(state).map(Rendering::value));
    }

    @Override
    public Pid pid() {
        return info.pid();
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder("process ").append(info.pid()).append(" crashed");
        info.label().ifPresent(label -> Rendering.line(text, "label", Rendering.value(label)));
        Rendering.line(text, "initial call", info.initialCall());
        Rendering.line(text, "reason", Rendering.reason(reason));
        lastMessage.ifPresent(message -> Rendering.line(text, "last message", message));
        state.ifPresent(value -> Rendering.line(text, "state", value));
        Rendering.line(text, "mailbox length", String.valueOf(info.mailboxLength()));
        Rendering.line(text, "messages handled", String.valueOf(info.messagesHandled()));
        Rendering.line(text, "links", Rendering.list(info.links()));
        Rendering.line(text, "ancestors", Rendering.list(info.ancestors()));
        if (!info.callers().isEmpty()) {
            Rendering.line(text, "callers", Rendering.list(info.callers()));
        }
        return Rendering.bounded(text);
    }
}
