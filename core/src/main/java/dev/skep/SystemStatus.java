package dev.skep;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// All that is known of a process that answers system requests. Erlang: the answer of `sys:get_status/1`.
///
/// @param info the process: its parent is the first of the ancestors
/// @param suspended whether it handles nothing but system messages
/// @param version the version of its code, if it has one
/// @param debug what is installed, in the order of its installation
/// @param state the state as it reports it, rendered
public record SystemStatus(
        ProcessInfo info, boolean suspended, Optional<String> version, List<Object> debug, String state) {
    /// Checks the parts, and keeps the list unmodifiable.
    ///
    /// @param info the process
    /// @param suspended whether it handles nothing but system messages
    /// @param version the version of its code, if it has one
    /// @param debug what is installed
    /// @param state the state, rendered
    public SystemStatus {
        Objects.requireNonNull(info, "info");
        Objects.requireNonNull(version, "version");
        debug = List.copyOf(debug);
        Objects.requireNonNull(state, "state");
    }

    /// The text for people, bounded in size.
    ///
    /// @return several lines
    public String text() {
        StringBuilder text = new StringBuilder("process ").append(info.pid());
        Rendering.line(
                text, "runs", info.initialCall() + version.map(v -> " " + v).orElse(""));
        Rendering.line(text, "is", suspended ? "suspended" : "running");
        Rendering.line(text, "debug", Rendering.list(debug));
        Rendering.line(text, "state", state);
        Rendering.line(text, "mailbox length", String.valueOf(info.mailboxLength()));
        Rendering.line(text, "messages handled", String.valueOf(info.messagesHandled()));
        Rendering.line(text, "links", Rendering.list(info.links()));
        Rendering.line(text, "ancestors", Rendering.list(info.ancestors()));
        return Rendering.bounded(text);
    }
}
