package dev.skep.conformance.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// Runs many scenarios on both sides, and compares.
final class Campaign {
    /// How far Erlang may be ahead.
    private static final int WINDOW = 200;

    /// How many divergences are made small; the others are only counted.
    private static final int SHRUNK = 5;

    private final Erlang erlang;
    private final Player skep;
    private final List<Kind> kinds;

    /// @param erlang one side
    /// @param skep the other side
    /// @param kinds what is to be run, in turn
    Campaign(Erlang erlang, Player skep, List<Kind> kinds) {
        this.erlang = erlang;
        this.skep = skep;
        this.kinds = kinds;
    }

    /// What came of it.
    ///
    /// @param counts how many scenarios of each kind were run
    /// @param divergences how many of them differ
    /// @param shown some of those, made small
    record Outcome(Map<Kind, Integer> counts, int divergences, List<Divergence> shown) {
        int scenarios() {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private record UnderWay(Kind kind, long seed, Scenario scenario, CompletableFuture<List<String>> onErlang) {}

    /// Runs scenarios: the one of `seed`, that of the next number, and so on.
    ///
    /// @param found told of divergences as they are found
    Outcome run(int scenarios, long seed, Consumer<Divergence> found) throws IOException, InterruptedException {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        List<Divergence> shown = new ArrayList<>();
        List<UnderWay> window = new ArrayList<>();
        int divergences = 0;
        int begun = 0;
        for (int ended = 0; ended < scenarios; ended++) {
            while (begun < scenarios && begun - ended < WINDOW) {
                window.add(begin(seed + begun));
                begun++;
            }
            UnderWay next = window.removeFirst();
            counts.merge(next.kind, 1, Integer::sum);
            List<String> onSkep = skep.play(next.scenario, next.seed);
            if (!onSkep.equals(get(next.onErlang))) {
                divergences++;
                if (shown.size() < SHRUNK) {
                    Divergence small = shrink(next, onSkep);
                    shown.add(small);
                    found.accept(small);
                }
            }
        }
        return new Outcome(counts, divergences, shown);
    }

    private UnderWay begin(long seed) {
        Kind kind = kinds.get((int) Math.floorMod(seed, (long) kinds.size()));
        Scenario scenario = kind.generate(seed);
        return new UnderWay(kind, seed, scenario, erlang.play(scenario));
    }

    /// A divergence that does not show itself again is kept as it was seen.
    private Divergence shrink(UnderWay what, List<String> seen) throws IOException, InterruptedException {
        Scenario small = Shrinker.shrink(what.scenario, candidates -> firstBad(candidates, what.seed));
        List<String> onErlang = get(erlang.play(small));
        List<String> onSkep = skep.play(small, what.seed);
        return onErlang.equals(onSkep)
                ? new Divergence(what.kind, what.seed, what.scenario, get(what.onErlang), seen)
                : new Divergence(what.kind, what.seed, small, onErlang, onSkep);
    }

    private int firstBad(List<Scenario> candidates, long seed) {
        List<CompletableFuture<List<String>>> onErlang =
                candidates.stream().map(erlang::play).toList();
        for (int i = 0; i < candidates.size(); i++) {
            if (!skep.play(candidates.get(i), seed).equals(onErlang.get(i).join())) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> get(CompletableFuture<List<String>> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        }
    }
}
