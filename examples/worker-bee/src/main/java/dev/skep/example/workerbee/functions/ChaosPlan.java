package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Fault;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// Decides what the chaos does. The same seed, targets and faults give the same decisions on every machine.
public final class ChaosPlan {
    /// The algorithm is part of the promise: the platform's default may change.
    private static final String ALGORITHM = "L64X128MixRandom";

    private static final int SHORTEST_PAUSE_MILLIS = 100;
    private static final int LONGEST_PAUSE_MILLIS = 500;

    private ChaosPlan() {}

    /// The decisions, without an end.
    ///
    /// @param seed where they come from
    /// @param targets the names of the servers, at least one
    /// @param faults what may be done to them, at least one
    /// @return the decisions, in their order
    public static Stream<Fault.Decision> decisions(long seed, List<String> targets, List<Fault> faults) {
        RandomGenerator random = RandomGeneratorFactory.of(ALGORITHM).create(seed);
        return Stream.generate(() -> new Fault.Decision(
                Duration.ofMillis(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1)),
                targets.get(random.nextInt(targets.size())),
                faults.get(random.nextInt(faults.size()))));
    }
}
