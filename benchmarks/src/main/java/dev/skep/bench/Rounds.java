package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The systems take turns with some workloads, then with the next ones, and all of it several times. Who comes after
/// whom is drawn anew each time: one that leaves the machine at a bad pace must not always do so to the same other.
///
/// When the machine has [changed its pace][Pace] between two systems' turns, they take them again with the workloads
/// that this has spoilt, and these count as they came out then. They do so a few times in a round only: a run must
/// end, and some machines never keep their pace.
final class Rounds {
    /// How a system is measured.
    interface Measurer {
        /// What it achieved; less than was asked for, if it has nothing of the kind.
        List<Result> measure(Contender system, List<Workload> workloads) throws BenchException;
    }

    /// Drawn in the same way in each run.
    private static final long SEED = 1;

    private final Random random = new Random(SEED);
    private final Mode mode;
    private final List<Contender> systems;
    private final Measurer measurer;
    private final PrintStream progress;
    /// In the current round.
    private int repeatsLeft;

    Rounds(Mode mode, Collection<Contender> systems, Measurer measurer, PrintStream progress) {
        this.mode = mode;
        this.systems = new ArrayList<>(systems);
        this.measurer = measurer;
        this.progress = progress;
    }

    Comparison measure(List<Workload> workloads) throws BenchException {
        Comparison comparison = new Comparison();
        for (int round = 1; round <= mode.rounds(); round++) {
            repeatsLeft = mode.repeats();
            List<List<Workload>> parts = mode.parts(round, workloads);
            for (int part = 1; part <= parts.size(); part++) {
                String where = "round %d of %d, part %d of %d".formatted(round, mode.rounds(), part, parts.size());
                turns(where, parts.get(part - 1)).forEach(comparison::add);
            }
        }
        return comparison;
    }

    private List<Result> turns(String where, List<Workload> workloads) throws BenchException {
        Map<Workload, List<Result>> results = measureAll(where, workloads);
        List<Workload> spoilt =
                workloads.stream().filter(one -> !Pace.isSame(of(one, results))).toList();
        if (repeatsLeft > 0 && !spoilt.isEmpty()) {
            repeatsLeft--;
            Map<Workload, List<Result>> again =
                    measureAll(where + ", again, since the machine has changed its pace", spoilt);
            for (Workload workload : spoilt) {
                if (Pace.isSame(of(workload, again))) {
                    results.put(workload, of(workload, again));
                }
            }
        }
        return results.values().stream().flatMap(List::stream).toList();
    }

    private static List<Result> of(Workload workload, Map<Workload, List<Result>> results) {
        return results.getOrDefault(workload, List.of());
    }

    /// Each system's turn: what came out.
    private Map<Workload, List<Result>> measureAll(String where, List<Workload> workloads) throws BenchException {
        Map<Workload, List<Result>> results = new EnumMap<>(Workload.class);
        Collections.shuffle(systems, random);
        for (Contender system : systems) {
            progress.printf("skep bench: %s: %s%n", where, system.label());
            for (Result result : measurer.measure(system, workloads)) {
                results.computeIfAbsent(Workload.of(result.workload()).orElseThrow(), _ -> new ArrayList<>())
                        .add(result);
            }
        }
        return results;
    }
}
