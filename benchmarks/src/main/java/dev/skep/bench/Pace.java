package dev.skep.bench;

import dev.skep.bench.measure.Result;
import java.util.List;
import java.util.Optional;

/// How near the machine's processors are to each other at the moment: what two of them do together takes several
/// times as long in some minutes as in others, since a virtual machine's processors move. So only figures of the same
/// pace say something about two systems.
final class Pace {
    /// The figure that tells it: what it costs two processors to talk, in nanoseconds. Peers that are no JVM have none.
    static final String CROSSING = "crossingNs";

    /// Within one pace it differs by up to a half, on the machines that were seen; from one to the next by 3.6 to 7.
    private static final double APART = 3;

    private Pace() {}

    /// Whether two results were measured at the same pace, as far as they tell.
    static boolean isSame(Result one, Result other) {
        Optional<Double> its = one.figure(CROSSING);
        Optional<Double> others = other.figure(CROSSING);
        return its.isEmpty()
                || others.isEmpty()
                || Math.max(its.get(), others.get()) < APART * Math.min(its.get(), others.get());
    }

    /// Whether all of these were.
    static boolean isSame(List<Result> results) {
        return results.stream().allMatch(one -> results.stream().allMatch(other -> isSame(one, other)));
    }
}
