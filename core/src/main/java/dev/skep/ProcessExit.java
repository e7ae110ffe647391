package dev.skep;

import java.util.Objects;

/// Ends the process that throws it, with its reason: Erlang's `exit/1`.
///
/// It is thrown by user code, and by blocking operations of Skep whose
/// process has been told to end. It is an [Error], not an [Exception], so that a
/// `catch (Exception e)` in business code does not swallow the end of its process; it carries no
/// stack trace.
public final class ProcessExit extends Error {
    private static final long serialVersionUID = 1L;

    private final transient ExitReason reason;

    /// An exit with a reason.
    ///
    /// @param reason why the process ends
    public ProcessExit(ExitReason reason) {
        super(Objects.requireNonNull(reason, "reason").toString(), null, false, false);
        this.reason = reason;
    }

    /// Why the process ends.
    ///
    /// @return the reason
    public ExitReason reason() {
        return reason;
    }
}
