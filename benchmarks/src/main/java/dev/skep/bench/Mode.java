package dev.skep.bench;

import dev.skep.bench.measure.Workload;

/// How thorough a comparison is.
enum Mode {
    FULL("full", 2),
    QUICK("quick", 1),
    SMOKE("smoke", 1);

    private final String plan;
    private final int rounds;

    Mode(String plan, int rounds) {
        this.plan = plan;
        this.rounds = rounds;
    }

    /// The name of the plan by which a child measures.
    String plan() {
        return plan;
    }

    /// How often each system has its turn.
    int rounds() {
        return rounds;
    }

    /// How many operations a run of a workload has.
    int operations(Workload workload) {
        int quick = workload.operations(true);
        return switch (this) {
            case FULL -> workload.operations(false);
            case QUICK -> quick;
            case SMOKE -> workload == Workload.SKYNET ? 1_111 : Math.min(quick, 1_000);
        };
    }
}
