package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/// Decides what the chaos does. The same seed, faults and targets give the same decisions on every machine.
public final class ChaosPlan {
    /// The algorithm is part of the promise: the platform's default may change.
    private static final String ALGORITHM = "L64X128MixRandom";

    private static final int SHORTEST_PAUSE_MILLIS = 100;
    private static final int LONGEST_PAUSE_MILLIS = 500;

    private ChaosPlan() {}

    /// The decisions, without an end. Each fault comes once before any comes again, in an order of its own each time.
    ///
    /// @param seed where they come from
    /// @param targets for each fault that may come the names of the servers that it may hit, at least one
    /// @return the decisions, in their order
    public static Stream<Fault.Decision> decisions(long seed, Map<Fault, List<String>> targets) {
        RandomGenerator random = RandomGeneratorFactory.of(ALGORITHM).create(seed);
        return Stream.generate(() -> shuffled(targets.keySet().stream().sorted().toList(), random))
                .flatMap(List::stream)
                .map(fault -> new Fault.Decision(
                        Duration.ofMillis(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1)),
                        any(Objects.requireNonNull(targets.get(fault)), random),
                        fault));
    }

    private static String any(List<String> names, RandomGenerator random) {
        return names.get(random.nextInt(names.size()));
    }

    private static List<Fault> shuffled(List<Fault> faults, RandomGenerator random) {
        List<Fault> shuffled = new ArrayList<>(faults);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
