package dev.skep.sys;

import dev.skep.Pid;
import java.util.Optional;

/// An upgrade has failed. Unless the message says otherwise, it has been rolled back: every process goes on with
/// the code and the state that it had. The cause is what a callback has thrown, or why there was no answer.
public final class UpgradeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Optional<Pid> process;

    UpgradeException(String message, Optional<Pid> process, Throwable cause) {
        super(message, cause);
        this.process = process;
    }

    /// The process that could not be suspended or changed.
    ///
    /// @return its pid; none if nobody has the name
    public Optional<Pid> process() {
        return process;
    }
}
