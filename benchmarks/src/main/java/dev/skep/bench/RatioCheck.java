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
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The guard against losing speed unnoticed. What is compared is the ratio of Skep to hand-written code in the
/// same run, of the fastest run of each, which depends on the machine and its load much less than a time does.
final class RatioCheck {
    /// A ratio that is so many times the recorded one is clearly worse. Runs of the same code, short ones on a busy
    /// machine, differ by up to a half.
    private static final double TOLERANCE = 1.75;

    private static final String FIGURE = "ratioToLimit";

    private final Path file;

    RatioCheck(Path file) {
        this.file = file;
    }

    /// Compares.
    ///
    /// @return what is clearly worse, in a line each
    List<String> complaints(Comparison comparison) throws BenchException {
        List<String> complaints = new ArrayList<>();
        Map<String, Double> recorded = read();
        for (Workload workload : Workload.values()) {
            Double before = recorded.get(workload.label());
            Optional<Double> now = comparison.ratioOfBest(workload, Contender.SKEP, Contender.LIMIT);
            if (before != null && now.isPresent() && now.get() > before * TOLERANCE) {
                complaints.add(String.format(
                        Locale.ROOT,
                        "%s: skep needs %.2f times as long as limit, recorded is %.2f",
                        workload.label(),
                        now.get(),
                        before));
            }
            boolean failed = comparison
                    .of(workload, Contender.SKEP)
                    .flatMap(Result::error)
                    .isPresent();
            if (failed) {
                complaints.add(workload.label() + ": skep failed");
            }
        }
        return complaints;
    }

    /// Keeps the ratios of this comparison, and those of workloads that were not measured.
    void record(Comparison comparison) throws BenchException {
        Map<String, Double> ratios = Files.exists(file) ? read() : new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            comparison
                    .ratioOfBest(workload, Contender.SKEP, Contender.LIMIT)
                    .ifPresent(ratio -> ratios.put(workload.label(), ratio));
            Double ratio = ratios.get(workload.label());
            if (ratio != null) {
                SequencedMap<String, Double> figures = new LinkedHashMap<>();
                figures.put(FIGURE, ratio);
                lines.add(Result.of(Contender.SKEP.label(), workload.label(), figures)
                        .toJson());
            }
        }
        Json.writeArray(file, lines);
    }

    private Map<String, Double> read() throws BenchException {
        Map<String, Double> ratios = new LinkedHashMap<>();
        try {
            for (Result result : Json.readArray(file)) {
                result.figure(FIGURE).ifPresent(ratio -> ratios.put(result.workload(), ratio));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new BenchException("cannot read the recorded ratios: " + e);
        }
        return ratios;
    }
}
