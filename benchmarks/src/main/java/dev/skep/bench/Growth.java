package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.PrintStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Whether cost stays linear: what ten times, and a hundred times, as many cost. The sizes are measured in one process,
/// after a run that does not count: the compilers know the code then.
final class Growth {
    /// Ten times as many may cost so many times as much: a larger heap is further from the processor.
    private static final double MOST = 11;

    private static final int SIZES = 3;
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
                List<Comparison> sizes = List.of(new Comparison(), new Comparison(), new Comparison());
                for (int round = 1; round <= mode.rounds(); round++) {
                    err.printf(
                            "skep bench: %s, round %d of %d: %s%n",
                            many.label(), round, mode.rounds(), entry.getKey().label());
                    measure(many, entry.getKey(), entry.getValue(), sizes);
                }
                print(many, entry.getKey(), sizes);
            }
        }
        return linear;
    }

    private void measure(Many many, Contender system, List<String> command, List<Comparison> sizes)
            throws BenchException {
        Iterator<Integer> next = List.of(size(many, 1), size(many, 0), size(many, 1), size(many, 2))
                .iterator();
        Iterator<Comparison> of =
                Stream.concat(Stream.of(new Comparison()), sizes.stream()).iterator();
        new Turn(system, command, _ -> next.next(), result -> of.next().add(result))
                .run(Collections.nCopies(1 + SIZES, many.workload));
    }

    private int size(Many many, int step) {
        int size = mode == Mode.SMOKE ? STEP : many.least;
        for (int i = 0; i < step; i++) {
            size *= STEP;
        }
        return size;
    }

    private void print(Many many, Contender system, List<Comparison> sizes) {
        if (sizes.getFirst().of(many.workload, system).isEmpty()) {
            return; // it has nothing of the kind
        }
        out.printf(
                "%s (%s, %s): %s%n", many.label(), many.workload.label(), system.label(), many.workload.description());
        double before = Double.NaN;
        for (int i = 0; i < SIZES; i++) {
            String line = "  %,10d".formatted(size(many, i));
            Result result = sizes.get(i).of(many.workload, system).orElseThrow();
            double each = result.figure("min").orElse(Double.NaN); // the fastest: least disturbed
            if (result.error().isPresent()) {
                out.println(line + "  failed: " + result.error().get());
                linear = false;
            } else {
                out.print(line + "  %9s ns each".formatted(Table.number(each)));
                double times = STEP * each / before;
                out.println(Double.isNaN(times) ? "" : "  ten times as many: %.1f times the work".formatted(times));
                linear &= !(times > MOST) || system != Contender.SKEP || mode == Mode.SMOKE;
            }
            before = each;
        }
        out.println();
    }
}
