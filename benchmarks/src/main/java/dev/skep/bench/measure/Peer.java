package dev.skep.bench.measure;

import java.util.Optional;

/// A system that runs on the JVM, to be measured in a JVM of its own. Has a public constructor without arguments.
public interface Peer {
    /// The system's name in results.
    String system();

    /// Prepares a workload.
    ///
    /// @param workload the workload
    /// @param operations how many operations one run has
    /// @return the work; empty if the system cannot express it
    /// @throws Exception to report the workload as failed
    Optional<? extends Task> task(Workload workload, int operations) throws Exception;
}
