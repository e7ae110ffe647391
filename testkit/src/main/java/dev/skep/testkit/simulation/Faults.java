package dev.skep.testkit.simulation;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Ends processes at random moments. How close to each other the moments are is drawn for each seed. Touched only
/// by whoever has the turn.
final class Faults {
    private static final int[] GAPS = {10, 50, 250, 1000};

    private final Choices choices;
    private final Turns turns;
    private final int gap;
    private final List<Fault> faults = new ArrayList<>();

    private static final class Fault {
        final Node node;
        final Predicate<? super Pid> which;
        final ExitReason reason;
        int left;
        long at;

        Fault(Node node, int times, Predicate<? super Pid> which, ExitReason reason) {
            this.node = node;
            this.left = times;
            this.which = which;
            this.reason = reason;
        }
    }

    Faults(Choices choices, Turns turns) {
        this.choices = choices;
        this.turns = turns;
        this.gap = GAPS[choices.below(GAPS.length)];
    }

    void add(Node node, int times, Predicate<? super Pid> which, ExitReason reason) {
        Fault fault = new Fault(node, times, which, reason);
        fault.at = turns.steps() + 1 + choices.below(gap);
        faults.add(fault);
    }

    void stop() {
        faults.clear();
    }

    /// Starts what is due. The victim is drawn here, where looking is no step: nobody waits for a fault that finds
    /// nobody.
    void look(long steps) {
        for (int i = 0; i < faults.size(); i++) {
            Fault fault = faults.get(i);
            if (fault.left > 0 && steps >= fault.at) {
                fault.at = steps + 1 + choices.below(gap);
                List<Pid> candidates =
                        fault.node.processes().stream().filter(fault.which).toList();
                if (!candidates.isEmpty()) {
                    fault.left--;
                    Pid victim = candidates.get(choices.below(candidates.size()));
                    turns.start(
                            new Simulation.Named(
                                    "a fault, which tells " + victim + " to end: " + fault.reason,
                                    () -> victim.exit(fault.reason)),
                            (_, thrown) -> turns.fail(thrown));
                }
            }
        }
    }
}
