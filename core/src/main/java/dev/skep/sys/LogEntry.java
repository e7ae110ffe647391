package dev.skep.sys;

import dev.skep.DebugView;
import dev.skep.Pid;
import dev.skep.SystemEvent;
import java.util.Objects;
import java.util.Optional;

/// An event in the log of a process.
///
/// @param pid the process
/// @param event what happened
/// @param state the state after a message was handled, as the process reported it then
public record LogEntry(Pid pid, SystemEvent event, Optional<String> state) {
    /// Checks the parts.
    ///
    /// @param pid the process
    /// @param event what happened
    /// @param state the state after a message was handled
    public LogEntry {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(state, "state");
    }

    static LogEntry of(SystemEvent event, DebugView process) {
        return new LogEntry(process.pid(), event, event.mayHaveChangedState() ? process.stateText() : Optional.empty());
    }

    /// The text for people.
    ///
    /// @return one line, such as `*DBG* <hive.3 users> sent 7 to <hive.5>, new state 8`
    public String text() {
        return "*DBG* " + pid + " " + event.text()
                + state.map(shown -> ", new state " + shown).orElse("");
    }
}
