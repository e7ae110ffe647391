package dev.skep.conformance.soak;

import dev.skep.conformance.soak.Sample.Measure;
import java.util.ArrayList;
import java.util.List;

/// Whether a run is flat. The first quarter of the samples is warm-up. Of the rest, the median of the last third may
/// be a tenth larger than that of the first third, and a measure's slack on top of that. Medians, since a
/// zombie more or less at one moment says nothing; and less is always well.
final class Flatness {
    /// With fewer samples nothing can be said.
    static final int LEAST = 12;

    private Flatness() {}

    /// @return what grows; empty for a flat run
    static List<String> growing(List<Sample> samples) {
        List<Sample> counted = samples.subList(samples.size() / 4, samples.size());
        if (samples.size() < LEAST) {
            return List.of("there are " + samples.size() + " samples only: whether it is flat cannot be said");
        }
        int third = counted.size() / 3;
        List<String> growing = new ArrayList<>();
        for (Measure measure : Sample.FLAT) {
            long before = median(counted.subList(0, third), measure);
            long after = median(counted.subList(counted.size() - third, counted.size()), measure);
            if (after > before + before / 10 + measure.slack()) {
                growing.add(measure.name() + " grew from " + before + " to " + after);
            }
        }
        return growing;
    }

    private static long median(List<Sample> samples, Measure measure) {
        long[] values = samples.stream().mapToLong(measure.of()).sorted().toArray();
        return values[values.length / 2];
    }
}
