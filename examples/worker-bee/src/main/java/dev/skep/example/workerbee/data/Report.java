package dev.skep.example.workerbee.data;

import java.util.Map;

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
/// @param faults how often the chaos has done what, by the names of the faults
/// @param restarts servers that supervisors have restarted
/// @param restartMicros from a fault until the successor was at work
/// @param callMicros how long calls took, answered or not
/// @param stallsRecovered handlers that blocked or computed for ever, and were found out by a health check
/// @param recoveryMillis how long it took from a stall, a hog or a zombie until the successor was at work
/// @param zombies threads that were abandoned since they swallowed their interruption
/// @param expiredSkipped requests that were skipped since their callers had given up
/// @param retriedCalls idempotent calls that were handed to a restarted server
/// @param parallelismPeak the most carriers that virtual threads had
public record Report(
        double seconds,
        long calls,
        long ok,
        long businessErrors,
        long failedCalls,
        long acknowledged,
        long lost,
        long duplicated,
        Map<String, Long> faults,
        long restarts,
        Times restartMicros,
        Times callMicros,
        long stallsRecovered,
        Times recoveryMillis,
        long zombies,
        long expiredSkipped,
        long retriedCalls,
        long parallelismPeak) {
    /// Some times.
    ///
    /// @param p50 half of them were not longer
    /// @param p99 99 of 100 were not longer
    public record Times(long p50, long p99) {}
}
