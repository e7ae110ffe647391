package dev.skep.supervisor;

/// How a loop says that it goes on, for its health checks. See [ChildSpec#loop(String, BeatingLoop)].
@FunctionalInterface
public interface Heartbeat {
    /// Says that the loop goes on. Costs next to nothing, also in a tight loop. Only for the thread that runs the
    /// loop. Like every operation of a process, it ends a loop that has been told to end, by throwing the
    /// [dev.skep.ProcessExit].
    void beat();
}
