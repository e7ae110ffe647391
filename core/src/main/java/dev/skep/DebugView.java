package dev.skep;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process, as a [DebugFunction] sees it while it runs.
public final class DebugView {
    private final Pid pid;
    private final @Nullable SystemCallbacks callbacks;

    DebugView(Pid pid, @Nullable SystemCallbacks callbacks) {
        this.pid = pid;
        this.callbacks = callbacks;
    }

    /// The process.
    ///
    /// @return its pid
    public Pid pid() {
        return pid;
    }

    /// The state: the very object, which is the process's again when the debug function returns.
    ///
    /// @return the state; empty for a plain process
    public Optional<Object> state() {
        return callbacks == null ? Optional.empty() : Optional.of(callbacks.state());
    }

    /// The state as the process reports it, rendered, to be kept or written down.
    ///
    /// @return a text, bounded in size; empty for a plain process
    public Optional<String> stateText() {
        return callbacks == null ? Optional.empty() : Optional.of(Rendering.stateOf(callbacks));
    }
}
