package dev.skep.conformance.scenario;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// What generators draw from.
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /// From zero, and below `bound`.
    int below(int bound) {
        return random.nextInt(bound);
    }

    /// From `first` to `last`.
    int from(int first, int last) {
        return random.nextInt(first, last + 1);
    }

    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[below(choices.length)];
    }

    <T> List<T> listOf(int size, Supplier<? extends T> element) {
        return IntStream.range(0, size).<T>mapToObj(_ -> element.get()).toList();
    }

    /// One of `choices`, each as likely as the weight before it says.
    <T> T weighted(List<Weighted<T>> choices) {
        int at = below(choices.stream().mapToInt(Weighted::weight).sum());
        for (Weighted<T> choice : choices) {
            at -= choice.weight();
            if (at < 0) {
                return choice.make().get();
            }
        }
        throw new AssertionError("the weights have another sum");
    }

    record Weighted<T>(int weight, Supplier<? extends T> make) {}

    static <T> Weighted<T> weight(int weight, Supplier<? extends T> make) {
        return new Weighted<>(weight, make);
    }

    /// Any reason.
    Reason reason() {
        return switch (below(9)) {
            case 0, 1 -> Reason.Plain.NORMAL;
            case 2 -> Reason.Plain.SHUTDOWN;
            case 3 -> Reason.Plain.KILL;
            case 4 -> oneOf(Reason.Plain.KILLED, Reason.Plain.NOPROC, Reason.Plain.NOCONNECTION);
            case 5 -> new Reason.ShutdownWith(below(3));
            default -> new Reason.User(below(3));
        };
    }

    /// A reason that a process ends itself with.
    Reason endReason() {
        return switch (below(6)) {
            case 0, 1 -> Reason.Plain.NORMAL;
            case 2 -> Reason.Plain.SHUTDOWN;
            case 3 -> new Reason.ShutdownWith(below(3));
            default -> new Reason.User(below(3));
        };
    }
}
