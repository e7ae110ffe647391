package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Whether cost stays linear: what ten times, and a hundred times, as many cost. The sizes are measured in one
/// process, in turn, after a run that does not count: the compilers know the code then. What counts is the median of
/// the ratios of neighbours, which meet the same machine.
final class Growth {
    /// Ten times as many may cost so many times as much, on average over the sizes: a larger heap is further from the
    /// processor, and it is one of the steps in which most of it leaves the cache.
    private static final double MOST = 11;

    private static final int SIZES = 3;
    /// How often the three sizes are measured in turn: the machine may change its pace between two of them.
    private static final int CYCLES = 5;

    private static final int STEP = 10;

    /// What may be many.
    private enum Many {
        MESSAGES(Workload.CAST_1_1, 10_000),
        PROCESSES(Workload.SKYNET, 11_111),
        CHILDREN(Workload.SUPERVISOR_START_STOP, 1_000),
        TIMERS(Workload.TIMERS_PENDING, 10_000);

        private final Workload workload;
        private final int least;

        Many(Workload workload, int least) {
            this.workload = workload;
            this.least = least;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Mode mode;
    private final PrintStream out;
    private final PrintStream err;
    private boolean linear = true;

    Growth(Mode mode, PrintStream out, PrintStream err) {
        this.mode = mode;
        this.out = out;
        this.err = err;
    }

    /// Measures and prints; false if something grows faster, or failed.
    boolean isLinear(Map<Contender, List<String>> commands) throws BenchException {
        for (Many many : Many.values()) {
            for (Map.Entry<Contender, List<String>> entry : commands.entrySet()) {
                List<Result> results = new ArrayList<>();
                for (int round = 1; round <= mode.rounds(); round++) {
                    err.printf(
                            "skep bench: %s, round %d of %d: %s%n",
                            many.label(), round, mode.rounds(), entry.getKey().label());
                    results.addAll(measure(many, entry.getKey(), entry.getValue()));
                }
                if (!results.isEmpty()) { // else it has nothing of the kind
                    print(many, entry.getKey(), results);
                }
            }
        }
        return linear;
    }

    /// The three sizes in turn, several times.
    private List<Result> measure(Many many, Contender system, List<String> command) throws BenchException {
        int cycles = mode == Mode.SMOKE ? 1 : CYCLES;
        List<Integer> sizes = new ArrayList<>(List.of(size(many, 1)));
        for (int i = 0; i < cycles * SIZES; i++) {
            sizes.add(size(many, i % SIZES));
        }
        Iterator<Integer> next = sizes.iterator();
        List<Result> results = new ArrayList<>();
        new Turn(system, command, _ -> next.next(), results::add).run(Collections.nCopies(sizes.size(), many.workload));
        return results.isEmpty() ? results : results.subList(1, results.size()); // the first only warms up
    }

    private int size(Many many, int step) {
        int size = mode == Mode.SMOKE ? STEP : many.least;
        for (int i = 0; i < step; i++) {
            size *= STEP;
        }
        return size;
    }

    private void print(Many many, Contender system, List<Result> results) {
        out.printf(
                "%s (%s, %s): %s%n", many.label(), many.workload.label(), system.label(), many.workload.description());
        Optional<String> error =
                results.stream().flatMap(one -> one.error().stream()).findFirst();
        if (error.isPresent()) {
            out.println("  failed: " + error.get());
            linear = false;
        }
        double all = 1;
        for (int step = 0; step < SIZES && error.isEmpty(); step++) {
            List<Double> each = new ArrayList<>();
            List<Double> times = new ArrayList<>();
            for (int i = step; i < results.size(); i += SIZES) {
                each.add(fastest(results.get(i)));
                if (step > 0) {
                    times.add(STEP * fastest(results.get(i)) / fastest(results.get(i - 1)));
                }
            }
            out.printf("  %,10d  %9s ns each", size(many, step), Table.number(Comparison.median(each)));
            if (step > 0) {
                double growth = Comparison.median(times);
                all *= growth;
                out.printf(Locale.ROOT, "  ten times as many: %.1f times the work", growth);
            }
            out.println();
        }
        if (error.isEmpty()) {
            double average = Math.pow(all, 1.0 / (SIZES - 1));
            out.printf(Locale.ROOT, "  on average, ten times as many: %.1f times the work%n", average);
            linear &= average <= MOST || system != Contender.SKEP || mode == Mode.SMOKE;
        }
        out.println();
    }

    /// The fastest run is the least disturbed.
    private static double fastest(Result result) {
        return result.figure("min").orElse(Double.NaN);
    }
}
