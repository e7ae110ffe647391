package dev.skep.bench;

import dev.skep.bench.measure.Kind;
import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The results of all rounds, brought down to one for each system and workload: the median of each figure, and the
/// spread of the one that is compared.
final class Comparison {
    private final Map<String, List<Result>> rounds = new LinkedHashMap<>();

    void add(Result result) {
        rounds.computeIfAbsent(key(result.workload(), result.system()), _ -> new ArrayList<>())
                .add(result);
    }

    private static String key(String workload, String system) {
        return workload + " " + system;
    }

    /// All results, by workload, then by system.
    List<Result> results() {
        List<Result> all = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            all.addAll(of(workload));
        }
        return all;
    }

    /// The results of a workload, Skep first; empty if it was not measured.
    List<Result> of(Workload workload) {
        List<Result> results = new ArrayList<>();
        for (Contender system : Contender.values()) {
            of(workload, system).ifPresent(results::add);
        }
        return results;
    }

    Optional<Result> of(Workload workload, Contender system) {
        List<Result> parts = rounds.get(key(workload.label(), system.label()));
        return parts == null ? Optional.empty() : Optional.of(combined(workload.kind(), parts));
    }

    /// How many times as much a system needs as another; empty if one of them has no figure.
    Optional<Double> ratio(Workload workload, Contender system, Contender to) {
        String figure = workload.kind().figure();
        return of(workload, system)
                .flatMap(one -> one.figure(figure))
                .flatMap(one -> of(workload, to)
                        .flatMap(other -> other.figure(figure))
                        .filter(other -> other > 0)
                        .map(other -> one / other));
    }

    private static Result combined(Kind kind, List<Result> parts) {
        Result first = parts.getFirst();
        Optional<Result> failed =
                parts.stream().filter(one -> one.error().isPresent()).findFirst();
        if (failed.isPresent()) {
            return failed.get();
        }
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        for (String name : first.figures().keySet()) {
            figures.put(name, median(values(parts, name)));
        }
        String compared = kind.figure();
        figures.put(
                "min",
                values(parts, figures.containsKey("min") ? "min" : compared).getFirst());
        figures.put(
                "max",
                values(parts, figures.containsKey("max") ? "max" : compared).getLast());
        return Result.of(first.system(), first.workload(), figures);
    }

    /// In ascending order.
    private static List<Double> values(List<Result> parts, String name) {
        return parts.stream().flatMap(one -> one.figure(name).stream()).sorted().toList();
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
