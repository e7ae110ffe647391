package dev.skep.example.workerbee.data;

import java.util.Map;

/// How far the demo has come.
///
/// @param calls attempts of clients, each retry among them
/// @param ok attempts that were answered with success
/// @param businessErrors attempts that were answered with an error that the client has to deal with
/// @param failedCalls attempts without an answer
/// @param acknowledged creations, renames and deletions that a client was told of
/// @param faults what the chaos has done, how often
/// @param restarts servers that supervisors have restarted
public record Figures(
        long calls,
        long ok,
        long businessErrors,
        long failedCalls,
        long acknowledged,
        Map<Fault, Long> faults,
        long restarts) {
    /// Keeps the faults unmodifiable.
    public Figures {
        faults = Map.copyOf(faults);
    }
}
