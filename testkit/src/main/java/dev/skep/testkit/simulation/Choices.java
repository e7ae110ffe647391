package dev.skep.testkit.simulation;

import java.util.random.RandomGenerator;

/// The random numbers of a seed. Written down here, so that a seed means the same on every JDK.
///
/// Source: G. Steele, D. Lea and C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
/// (SplitMix64).
final class Choices implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /// @param seed the seed of the simulation
    /// @param purpose what the numbers are for: other numbers for each
    Choices(long seed, int purpose) {
        this.state = mix(seed + purpose * 0xD1342543DE82EF95L);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /// A number below `bound`. As good as it needs to be: the bounds are small.
    int below(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
