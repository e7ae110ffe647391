package dev.skep.example.workerbee.functions;

import java.util.Arrays;

/// Percentiles by the nearest rank: always one of the values that were measured.
public final class Percentiles {
    private final long[] sorted;

    private Percentiles(long[] sorted) {
        this.sorted = sorted;
    }

    /// The percentiles of some values.
    ///
    /// @param values in any order
    /// @return their percentiles
    public static Percentiles of(long... values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted);
    }

    /// The smallest value that is not exceeded by `percent` of all values.
    ///
    /// @param percent above 0, up to 100
    /// @return the value, 0 if there are none
    public long at(double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("a percentile is above 0 and up to 100, but was " + percent);
        }
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(1, rank) - 1];
    }
}
