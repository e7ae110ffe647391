package dev.skep.bench;

import dev.skep.bench.measure.Workload;
import java.util.ArrayList;
import java.util.List;

/// How thorough a comparison is.
enum Mode {
    FULL("full", 2, 5),
    QUICK("quick", 1, 15),
    SMOKE("smoke", 1, Integer.MAX_VALUE);

    private final String plan;
    private final int rounds;
    private final int inATurn;

    Mode(String plan, int rounds, int inATurn) {
        this.plan = plan;
        this.rounds = rounds;
        this.inATurn = inATurn;
    }

    /// The name of the plan by which a child measures.
    String plan() {
        return plan;
    }

    /// How often each system has its turn.
    int rounds() {
        return rounds;
    }

    /// The parts into which workloads are divided: a system measures one in a turn, then the next system does. The
    /// smaller they are, the less the machine has changed between the systems; each costs the start of a process.
    List<List<Workload>> parts(List<Workload> workloads) {
        List<List<Workload>> parts = new ArrayList<>();
        for (int from = 0; from < workloads.size(); ) {
            int to = from + Math.min(inATurn, workloads.size() - from);
            parts.add(workloads.subList(from, to));
            from = to;
        }
        return parts;
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
