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
/// It does depend on the machine's pace, which may change from minute to minute: whether two processors are near each
/// other or far. So a ratio is compared with one that was recorded at the same pace.
final class RatioCheck {
    /// A ratio that is so many times the recorded one is clearly worse. Runs of the same code, short ones on a busy
    /// machine, differ by up to a half.
    private static final double TOLERANCE = 1.75;
    /// Two processors that talk in less than this are near each other, in nanoseconds: they share a cache.
    private static final double NEAR = 450;

    private static final String RATIO = "ratioToLimit";
    private static final String CROSSING = "crossingNs";

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
                        workload,
                        ratio.get(),
                        pace(skep.orElseThrow()),
                        pace(comparison.of(workload, Contender.LIMIT).orElseThrow()),
                        recorded.stream()
                                .filter(one -> one.workload().equals(workload.label()))
                                .toList());
            }
        }
    }

    private void compare(
            Workload workload,
            double ratio,
            Optional<String> pace,
            Optional<String> paceOfLimit,
            List<Result> recorded) {
        if (!pace.equals(paceOfLimit)) {
            notes.add(workload.label() + " is not compared: the machine has changed its pace meanwhile");
            return;
        }
        Optional<Double> before = recorded.stream()
                .filter(one -> isAtPace(one, pace))
                .flatMap(one -> one.figure(RATIO).stream())
                .findFirst();
        if (before.isEmpty()) {
            if (!recorded.isEmpty()) {
                notes.add(workload.label() + " is not compared: nothing is recorded for processors that are "
                        + pace.orElse("alone") + "; --record does so");
            }
        } else if (ratio > before.get() * TOLERANCE) {
            complaints.add(String.format(
                    Locale.ROOT,
                    "%s: skep needs %.2f times as long as limit, recorded is %.2f",
                    workload.label(),
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
                skep.figure(CROSSING).ifPresent(nanos -> figures.put(CROSSING, nanos));
                recorded.removeIf(one -> one.workload().equals(workload.label()) && isAtPace(one, pace(skep)));
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

    private static Optional<String> pace(Result result) {
        return result.figure(CROSSING).map(nanos -> nanos < NEAR ? "near" : "far");
    }

    /// A ratio without a pace is one for all.
    private static boolean isAtPace(Result recorded, Optional<String> pace) {
        Optional<String> itsOwn = pace(recorded);
        return itsOwn.isEmpty() || itsOwn.equals(pace);
    }

    private List<Result> read() throws BenchException {
        try {
            return new ArrayList<>(Json.readArray(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new BenchException("cannot read the recorded ratios: " + e);
        }
    }
}
