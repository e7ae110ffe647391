package dev.skep.example.workerbee.data;

/// The figures of a demo that has ended. Its components are the fields of the report file, in their order.
///
/// @param seconds for how long there was load
/// @param calls attempts of clients, each retry among them
/// @param ok attempts that were answered with success
/// @param businessErrors attempts that were answered with an error that the client has to deal with
/// @param failedCalls attempts without an answer
/// @param acknowledged creations, renames and deletions that a client was told of
/// @param lost what was acknowledged and is not in the database
/// @param duplicated what is in the database more often than it was asked for
/// @param faults what the chaos has done
/// @param restarts servers that supervisors have restarted
/// @param restartMicros from a fault until the successor was at work
/// @param callMicros how long calls took, answered or not
public record Report(
        double seconds,
        long calls,
        long ok,
        long businessErrors,
        long failedCalls,
        long acknowledged,
        long lost,
        long duplicated,
        Faults faults,
        long restarts,
        Times restartMicros,
        Times callMicros) {
    /// What the chaos has done.
    ///
    /// @param crash servers that it has crashed
    /// @param kill servers that it has killed
    public record Faults(long crash, long kill) {}

    /// Some times, in microseconds.
    ///
    /// @param p50 half of them were not longer
    /// @param p99 99 of 100 were not longer
    public record Times(long p50, long p99) {}
}
