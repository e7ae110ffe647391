package dev.skep.bench;

import dev.skep.bench.measure.Workload;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How thorough a comparison is.
enum Mode {
    FULL("full", 3, 3, 4),
    QUICK("quick", 1, 15, 0),
    SMOKE("smoke", 1, Integer.MAX_VALUE, 0);

    /// They are measured in the first round only: they take longer than the others, and depend less on the machine's
    /// pace at the moment.
    private static final Set<Workload> ONCE = EnumSet.of(
            Workload.HOGGED_NOT,
            Workload.HOGGED,
            Workload.HOGGED_UNWATCHED,
            Workload.TOUCH_IDLE,
            Workload.HEALTH,
            Workload.IDLE_SERVER);

    private final String plan;
    private final int rounds;
    private final int inATurn;
    private final int repeats;

    Mode(String plan, int rounds, int inATurn, int repeats) {
        this.plan = plan;
        this.rounds = rounds;
        this.inATurn = inATurn;
        this.repeats = repeats;
    }

    /// The name of the plan by which a child measures.
    String plan() {
        return plan;
    }

    /// How often each system has its turn with a workload. An odd number: so the median is one that was measured, and
    /// not the mean of what the machine gave at two paces.
    int rounds() {
        return rounds;
    }

    /// How often in a round the systems may take their turns again, because the machine has changed its pace between
    /// them.
    int repeats() {
        return repeats;
    }

    /// The parts into which a round's workloads are divided: a system measures one in a turn, then the next does.
    /// The smaller they are, the less the machine has changed meanwhile; each costs the start of a process.
    ///
    /// @param round counted from 1
    List<List<Workload>> parts(int round, List<Workload> all) {
        List<Workload> workloads =
                all.stream().filter(one -> round == 1 || !ONCE.contains(one)).toList();
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
