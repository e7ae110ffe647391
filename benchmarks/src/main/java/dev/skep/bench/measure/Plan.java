package dev.skep.bench.measure;

import java.time.Duration;

/// How a workload is measured.
///
/// @param runs how many timed runs there are, an odd number, so that one of them is the median
/// @param warmUp how long it runs untimed before them, at least; one run at least
/// @param least how long a timed run takes at least: what is done sooner is done over and over
/// @param patience when the timed runs have taken so long, three of them are enough
/// @param limit after how long the workload has failed
public record Plan(int runs, Duration warmUp, Duration least, Duration patience, Duration limit) {
    /// There are more rounds, each in a process of its own. The compilers of a JVM take about a second until they are
    /// done with most of these workloads.
    public static final Plan FULL =
            new Plan(5, Duration.ofMillis(1200), Duration.ZERO, Duration.ofSeconds(2), Duration.ofMinutes(3));

    /// Less exact, much sooner done.
    public static final Plan QUICK =
            new Plan(5, Duration.ofMillis(700), Duration.ZERO, Duration.ofSeconds(2), Duration.ofMinutes(1));

    /// For the same workload in several sizes, again and again in one process. The small ones are done as often as
    /// it takes to last: the collector and the clock's thread have their share in each, then.
    public static final Plan GROWTH =
            new Plan(3, Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMinutes(1));

    /// For the tests of the harness: says nothing about speed.
    public static final Plan SMOKE = new Plan(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(30));

    /// The plan of a name: `full`, `quick`, `growth` or `smoke`.
    public static Plan of(String name) {
        return switch (name) {
            case "full" -> FULL;
            case "quick" -> QUICK;
            case "growth" -> GROWTH;
            case "smoke" -> SMOKE;
            default -> throw new IllegalArgumentException("there is no plan '" + name + "'");
        };
    }
}
