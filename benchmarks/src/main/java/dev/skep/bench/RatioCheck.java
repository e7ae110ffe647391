package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/// The guard against losing speed unnoticed. What is compared is the ratio of Skep to hand-written code in the
/// same run, of the median of each, which depends on the machine and its load much less than a time does.
///
/// It does depend on the machine's [pace][Pace], which may change from minute to minute. So a ratio is compared with
/// one that was recorded at the same pace, or that does not tell its own.
final class RatioCheck {
    /// A ratio that is so many times the recorded one is clearly worse. Runs of the same code, short ones on a busy
    /// machine, differ by up to a half.
    private static final double TOLERANCE = 1.75;

    private static final String RATIO = "ratioToLimit";

    private final Path file;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    RatioCheck(Path file) {
        this.file = file;
    }

    /// Compares.
    void compare(Comparison comparison) throws BenchException {
        List<Result> recorded = read();
        for (Workload workload : Workload.values()) {
            Optional<Result> skep = comparison.of(workload, Contender.SKEP);
            if (skep.flatMap(Result::error).isPresent()) {
                complaints.add(workload.label() + ": skep failed");
            }
            Optional<Double> ratio = comparison.ratio(workload, Contender.SKEP, Contender.LIMIT);
            if (ratio.isPresent()) {
                compare(
                        ratio.get(),
                        skep.orElseThrow(),
                        comparison.of(workload, Contender.LIMIT).orElseThrow(),
                        recorded.stream()
                                .filter(one -> one.workload().equals(workload.label()))
                                .toList());
            }
        }
    }

    private void compare(double ratio, Result skep, Result limit, List<Result> recorded) {
        if (!Pace.isSame(skep, limit)) {
            notes.add(skep.workload() + " is not compared: the machine has changed its pace meanwhile");
            return;
        }
        Optional<Double> before = recorded.stream()
                .filter(one -> isFor(one, skep))
                .flatMap(one -> one.figure(RATIO).stream())
                .findFirst();
        if (before.isEmpty()) {
            if (!recorded.isEmpty()) {
                notes.add(skep.workload() + " is not compared: nothing is recorded for "
                        + skep.figure(Pace.CROSSING)
                                .map(nanos -> "processors that talk in " + Table.number(nanos) + " ns")
                                .orElse("one processor")
                        + "; --record does so");
            }
        } else if (ratio > before.get() * TOLERANCE) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%s: skep needs %.2f times as long as limit, recorded is %.2f",
                    skep.workload(),
                    ratio,
                    before.get()));
        }
    }

    /// What is clearly worse, in a line each.
    List<String> complaints() {
        return complaints;
    }

    /// What could not be compared, and why.
    List<String> notes() {
        return notes;
    }

    /// Keeps the ratios of this comparison, and those of workloads that were not measured, or not at this pace.
    void record(Comparison comparison) throws BenchException {
        List<Result> recorded = Files.exists(file) ? read() : new ArrayList<>();
        for (Workload workload : Workload.values()) {
            Optional<Double> ratio = comparison.ratio(workload, Contender.SKEP, Contender.LIMIT);
            if (ratio.isPresent()) {
                Result skep = comparison.of(workload, Contender.SKEP).orElseThrow();
                SequencedMap<String, Double> figures = new LinkedHashMap<>();
                figures.put(RATIO, ratio.get());
                skep.figure(Pace.CROSSING).ifPresent(nanos -> figures.put(Pace.CROSSING, nanos));
                recorded.removeIf(one -> one.workload().equals(workload.label()) && isFor(one, skep));
                recorded.add(Result.of(Contender.SKEP.label(), workload.label(), figures));
            }
        }
        List<String> lines = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            recorded.stream()
                    .filter(one -> one.workload().equals(workload.label()))
                    .forEach(one -> lines.add(one.toJson()));
        }
        Json.writeArray(file, lines);
    }

    /// A ratio without a pace is one for all.
    private static boolean isFor(Result recorded, Result skep) {
        return recorded.figure(Pace.CROSSING).isEmpty()
                || (skep.figure(Pace.CROSSING).isPresent() && Pace.isSame(recorded, skep));
    }

    private List<Result> read() throws BenchException {
        try {
            return new ArrayList<>(Json.readArray(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new BenchException("cannot read the recorded ratios: " + e);
        }
    }
}
