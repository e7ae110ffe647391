package dev.skep;

/// How a plain process that is started by a [ProcessSpec] tells whoever starts it that it runs. Only the process
/// itself may use it.
///
/// A start that fails needs no acknowledgement: the body throws, a [ProcessExit] for a reason of its own, or
/// [StartException.Ignore] to be started as nothing. A body that ends in whatever way before it has
/// acknowledged has failed to start.
public sealed interface InitAck permits AcknowledgedStart {
    /// Tells whoever starts the process that it runs: the start returns now, and the body goes on.
    /// Erlang: `proc_lib:init_ack({ok, self()})`.
    ///
    /// @throws IllegalStateException if it has been acknowledged before, or from another thread
    /// @throws ProcessExit if the process has been told to end
    void ack();

    /// Makes the start fail with one reason, and the process end with another: `throw ack.fail(answer, end)`.
    /// For the same reason in both, throw a [ProcessExit]. Whoever starts the process hears of it when it has
    /// ended. Erlang: `proc_lib:init_fail/2`, of OTP 26.
    ///
    /// @param answer why the start has failed
    /// @param end why the process ends; `normal`, for instance, leaves no crash report
    /// @return what the body has to throw
    /// @throws IllegalStateException if it has been acknowledged before, or from another thread
    ProcessExit fail(ExitReason answer, ExitReason end);
}
