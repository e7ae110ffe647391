package dev.skep.conformance.scenario;

import java.util.ArrayList;
import java.util.List;

/// A scenario that is not the same on both sides, made small.
///
/// @param kind what it is about
/// @param seed the seed that makes it
/// @param scenario what is left of it
/// @param onErlang what was observed there
/// @param onSkep what was observed there
record Divergence(Kind kind, long seed, Scenario scenario, List<String> onErlang, List<String> onSkep) {
    /// How to see it again.
    String command() {
        return "./skep conformance --scenarios 1 --seed " + seed + " --kind " + kind.text();
    }

    /// The scenario and both observations, readable.
    List<String> text() {
        List<String> text = new ArrayList<>();
        text.add("divergence: " + kind.text() + ", seed " + seed);
        text.add("  repeat it with: " + command());
        text.add("  scenario, as small as it gets:");
        String whole = Terms.text(scenario);
        String steps = Terms.text(scenario.steps());
        text.add("    " + whole.replace(steps, "Steps"));
        int number = 1;
        for (Object step : scenario.steps()) {
            text.add("    step " + number++ + ": " + Terms.text(step));
        }
        int same = 0;
        while (same < Math.min(onErlang.size(), onSkep.size())
                && onErlang.get(same).equals(onSkep.get(same))) {
            same++;
        }
        text.add("  both observe:");
        onErlang.subList(0, same).forEach(line -> text.add("    " + line));
        text.add("  then Erlang:");
        onErlang.subList(same, onErlang.size()).forEach(line -> text.add("    " + line));
        text.add("  and Skep:");
        onSkep.subList(same, onSkep.size()).forEach(line -> text.add("    " + line));
        return text;
    }
}
