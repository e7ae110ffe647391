package dev.skep.testkit.simulation;

/// Why a process ends that a simulation crashes.
public final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulatedCrash() {
        super("a simulated crash", null, false, false);
    }
}
