package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The systems take turns with some workloads, then with the next ones, and all of it several times.
///
/// When the machine has [changed its pace][Pace] between two systems' turns, they take them again, and the workloads
/// that this has made comparable count as they came out then. A run does so a few times only: it must end, and some
/// machines never keep their pace.
final class Rounds {
    /// How a system is measured.
    interface Measurer {
        /// What it achieved; less than was asked for, if it has nothing of the kind.
        List<Result> measure(Contender system, List<Workload> workloads) throws BenchException;
    }

    private final Mode mode;
    private final Collection<Contender> systems;
    private final Measurer measurer;
    private final PrintStream progress;
    private int repeatsLeft;

    Rounds(Mode mode, Collection<Contender> systems, Measurer measurer, PrintStream progress) {
        this.mode = mode;
        this.systems = systems;
        this.measurer = measurer;
        this.progress = progress;
        this.repeatsLeft = mode.repeats();
    }

    Comparison measure(List<Workload> workloads) throws BenchException {
        Comparison comparison = new Comparison();
        for (int round = 1; round <= mode.rounds(); round++) {
            List<List<Workload>> parts = mode.parts(round, workloads);
            for (int part = 1; part <= parts.size(); part++) {
                String where = "round %d of %d, part %d of %d".formatted(round, mode.rounds(), part, parts.size());
                turns(where, parts.get(part - 1)).forEach(comparison::add);
            }
        }
        return comparison;
    }

    private List<Result> turns(String where, List<Workload> workloads) throws BenchException {
        Map<String, List<Result>> results = measureAll(where, workloads);
        if (repeatsLeft > 0 && !results.values().stream().allMatch(Pace::isSame)) {
            repeatsLeft--;
            measureAll(where + ", again, since the machine has changed its pace", workloads)
                    .forEach((workload, again) -> {
                        if (Pace.isSame(again)) {
                            results.compute(
                                    workload, (_, first) -> first == null || !Pace.isSame(first) ? again : first);
                        }
                    });
        }
        return results.values().stream().flatMap(List::stream).toList();
    }

    /// Each system's turn: what came out, by workload.
    private Map<String, List<Result>> measureAll(String where, List<Workload> workloads) throws BenchException {
        Map<String, List<Result>> results = new LinkedHashMap<>();
        for (Contender system : systems) {
            progress.printf("skep bench: %s: %s%n", where, system.label());
            for (Result result : measurer.measure(system, workloads)) {
                results.computeIfAbsent(result.workload(), _ -> new ArrayList<>())
                        .add(result);
            }
        }
        return results;
    }
}
