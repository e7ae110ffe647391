package dev.skep.bench;

import dev.skep.bench.measure.Kind;
import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The comparison as text: a table for each workload.
final class Table {
    private Table() {}

    static String of(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        for (Workload workload : Workload.values()) {
            List<Result> results = comparison.of(workload);
            if (!results.isEmpty()) {
                text.append(workload.label()).append(": ").append(workload.description());
                text.append(System.lineSeparator());
                text.append(line("system", "median", "spread (min..max)", "to skep", rest(workload.kind())));
                for (Result result : results) {
                    text.append(row(comparison, workload, result));
                }
                text.append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static String rest(Kind kind) {
        return switch (kind) {
            case TIME -> "allocated, crossing";
            case MEMORY -> "made in";
            case LATENCY -> "p99, p99.9";
            case LOAD -> "without";
        };
    }

    private static String row(Comparison comparison, Workload workload, Result result) {
        if (result.error().isPresent()) {
            return "  %-8s failed: %s%n"
                    .formatted(result.system(), result.error().get());
        }
        String unit = workload.kind().unit();
        double median = result.figure(workload.kind().figure()).orElse(Double.NaN);
        String spread = number(result.figure("min").orElse(Double.NaN)) + ".."
                + number(result.figure("max").orElse(Double.NaN));
        Optional<Double> ratio =
                Contender.of(result.system()).flatMap(system -> comparison.ratio(workload, system, Contender.SKEP));
        String rest = switch (workload.kind()) {
            case TIME ->
                result.figure("bytesPerOp").map(bytes -> number(bytes) + " B").orElse("")
                        + result.figure(Pace.CROSSING)
                                .map(nanos -> ", " + number(nanos) + " ns")
                                .orElse("");
            case MEMORY ->
                result.figure("nsPerOp").map(nanos -> number(nanos) + " ns").orElse("");
            case LATENCY ->
                number(result.figure("p99us").orElse(Double.NaN))
                        + result.figure("p999us").map(p -> ", " + number(p)).orElse("")
                        + " µs";
            case LOAD ->
                result.figure("offMsPerSecond")
                        .map(load -> number(load) + " ms/s")
                        .orElse("");
        };
        String times =
                ratio.map(value -> String.format(Locale.ROOT, "%.2fx", value)).orElse("");
        return line(result.system(), number(median) + " " + unit, spread, times, rest);
    }

    private static String line(String system, String median, String spread, String ratio, String rest) {
        return "  %-8s %14s  %-24s %9s  %s"
                        .formatted(system, median, spread, ratio, rest)
                        .stripTrailing()
                + System.lineSeparator();
    }

    /// With a thousands separator, and decimals where they say something.
    static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
    }
}
