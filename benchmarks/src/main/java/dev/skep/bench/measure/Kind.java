package dev.skep.bench.measure;

/// What a workload measures, and the figure by which systems are compared in it. Less is better in all of them.
public enum Kind {
    /// How long an operation takes, on average over a run.
    TIME("nsPerOp", "ns"),
    /// What something occupies in memory.
    MEMORY("bytes", "B"),
    /// How long single operations take, by percentile.
    LATENCY("p50us", "µs"),
    /// How much processor time something takes that goes on by itself, in milliseconds a second.
    LOAD("cpuMsPerSecond", "ms/s");

    private final String figure;
    private final String unit;

    Kind(String figure, String unit) {
        this.figure = figure;
        this.unit = unit;
    }

    /// The name of the figure that is compared.
    public String figure() {
        return figure;
    }

    /// The unit of that figure.
    public String unit() {
        return unit;
    }
}
