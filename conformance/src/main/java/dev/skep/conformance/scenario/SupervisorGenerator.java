package dev.skep.conformance.scenario;

import static dev.skep.conformance.scenario.Dice.weight;

import dev.skep.conformance.scenario.SupervisorScenario.AnyTree;
import dev.skep.conformance.scenario.SupervisorScenario.Birth;
import dev.skep.conformance.scenario.SupervisorScenario.Child;
import dev.skep.conformance.scenario.SupervisorScenario.End;
import dev.skep.conformance.scenario.SupervisorScenario.Obedience;
import dev.skep.conformance.scenario.SupervisorScenario.Step;
import dev.skep.conformance.scenario.SupervisorScenario.Strategy;
import dev.skep.supervisor.AutoShutdown;
import dev.skep.supervisor.Restart;
import java.util.ArrayList;
import java.util.List;

/// Makes random [SupervisorScenario]s.
final class SupervisorGenerator {
    private final Dice dice;
    private final List<String> trees = new ArrayList<>();
    private final List<String> simpleTrees = new ArrayList<>();
    private final List<String> workers = new ArrayList<>();
    private final List<String> instances = new ArrayList<>();
    private int ids;
    /// Whether there are workers that refuse to end, and time passes.
    private boolean timed;
    private boolean refusing;
    private boolean failing;

    SupervisorGenerator(Dice dice) {
        this.dice = dice;
    }

    SupervisorScenario generate() {
        timed = dice.percent(12);
        failing = dice.percent(40);
        AnyTree tree = dice.percent(15) ? simple() : tree(0);
        List<Step> steps = new ArrayList<>();
        int length = dice.from(4, 14);
        for (int i = 0; i < length; i++) {
            steps.add(step());
        }
        if (timed) {
            steps.add(new SupervisorScenario.Advance(1));
        }
        if (dice.percent(70)) {
            steps.add(new SupervisorScenario.StopTree());
        }
        if (timed) {
            steps.add(new SupervisorScenario.Advance(3));
        }
        return new SupervisorScenario(tree, steps);
    }

    private int intensity() {
        return dice.oneOf(0, 1, 2, 3, 5, 10);
    }

    private AutoShutdown auto() {
        return dice.percent(60) ? AutoShutdown.NEVER : dice.oneOf(AutoShutdown.values());
    }

    private AnyTree tree(int depth) {
        String id = "s" + ids++;
        AutoShutdown auto = auto();
        Strategy strategy = dice.oneOf(Strategy.values());
        int intensity = intensity();
        List<Child> children = dice.listOf(dice.from(0, 4), () -> child(auto, depth));
        trees.add(id);
        return new SupervisorScenario.Tree(id, strategy, intensity, auto, children);
    }

    private AnyTree simple() {
        String id = "s" + ids++;
        simpleTrees.add(id);
        AutoShutdown auto = auto();
        List<Birth> births = new ArrayList<>(births());
        // docs/differences-from-otp.md, Supervisor: a simple supervisor that gets `ignore` from a restart forgets it.
        for (int i = 1; i < births.size(); i++) {
            if (births.get(i) instanceof SupervisorScenario.Ignore) {
                births.set(i, new SupervisorScenario.Start());
            }
        }
        return new SupervisorScenario.SimpleTree(
                id,
                intensity(),
                auto,
                restart(auto != AutoShutdown.NEVER),
                dice.oneOf(End.BRUTAL, End.LONG, End.INFINITY),
                births,
                dice.oneOf(Obedience.OBEYS, Obedience.PLAIN, Obedience.OWN_REASON));
    }

    /// The significant must not be permanent.
    private Restart restart(boolean significant) {
        return significant
                ? dice.oneOf(Restart.TRANSIENT, Restart.TEMPORARY)
                : dice.oneOf(Restart.PERMANENT, Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY);
    }

    private Child child(AutoShutdown auto, int depth) {
        boolean significant = auto != AutoShutdown.NEVER && dice.percent(60);
        if (depth < 2 && dice.percent(25)) {
            AnyTree tree = dice.percent(30) ? simple() : tree(depth + 1);
            return new SupervisorScenario.Nested(tree.id(), restart(significant), significant, tree);
        }
        return worker("w" + ids++, significant);
    }

    private SupervisorScenario.Worker worker(String id, boolean significant) {
        if (!workers.contains(id)) {
            workers.add(id);
        }
        Restart restart = restart(significant);
        if (timed && !refusing && dice.percent(40)) {
            // One at most: what the supervisor does when it has waited for it begins within a tick.
            refusing = true;
            // In Skep, who is in terminate is killed when its supervisor ends: docs/differences-from-otp.md, GenServer.
            return new SupervisorScenario.Worker(
                    id, restart, End.SHORT, significant, births(), Obedience.REFUSES, false);
        }
        return new SupervisorScenario.Worker(
                id,
                restart,
                dice.oneOf(End.BRUTAL, End.LONG, End.LONG, End.INFINITY),
                significant,
                births(),
                dice.oneOf(Obedience.OBEYS, Obedience.OBEYS, Obedience.PLAIN, Obedience.OWN_REASON),
                dice.percent(50));
    }

    private List<Birth> births() {
        if (!failing) {
            return List.of();
        }
        return dice.<Birth>listOf(
                dice.below(4),
                () -> dice.weighted(List.<Dice.Weighted<Birth>>of(
                        weight(6, SupervisorScenario.Start::new),
                        weight(1, SupervisorScenario.Ignore::new),
                        weight(1, () -> new SupervisorScenario.Fail(dice.endReason())),
                        weight(1, () -> new SupervisorScenario.Crash(dice.below(3))))));
    }

    private String anyOf(List<String> some) {
        return some.isEmpty() ? "nobody" : dice.oneOf(some);
    }

    private String worker() {
        return dice.percent(25) && !instances.isEmpty() ? dice.oneOf(instances) : anyOf(workers);
    }

    private String tree() {
        return dice.percent(15) && !simpleTrees.isEmpty() ? dice.oneOf(simpleTrees) : anyOf(trees);
    }

    private String childId() {
        return dice.percent(20) ? anyOf(trees) : anyOf(workers);
    }

    private String instance() {
        if (instances.isEmpty() || dice.percent(70)) {
            instances.add("i" + ids++);
        }
        return dice.oneOf(instances);
    }

    private Step step() {
        int simple = simpleTrees.isEmpty() ? 0 : 1;
        int regular = trees.isEmpty() ? 0 : 1;
        return dice.weighted(List.<Dice.Weighted<Step>>of(
                weight(16, () -> new SupervisorScenario.Leave(worker(), dice.endReason())),
                weight(6, () -> new SupervisorScenario.CrashOf(worker(), dice.below(3))),
                weight(5, () -> new SupervisorScenario.Kill(worker())),
                weight(2, () -> new SupervisorScenario.Kill(tree())),
                weight(
                        8 * regular,
                        () -> new SupervisorScenario.StartChild(
                                anyOf(trees), worker(dice.percent(70) ? "w" + ids++ : anyOf(workers), dice.percent(15)))),
                weight(14 * simple, () -> new SupervisorScenario.StartInstance(anyOf(simpleTrees), instance())),
                weight(4 * simple, () -> new SupervisorScenario.TerminateInstance(anyOf(simpleTrees), anyOf(instances))),
                weight(8, () -> new SupervisorScenario.TerminateChild(tree(), childId())),
                weight(6, () -> new SupervisorScenario.RestartChild(tree(), childId())),
                weight(5, () -> new SupervisorScenario.DeleteChild(tree(), childId())),
                weight(2, () -> new SupervisorScenario.GetSpec(tree(), childId())),
                weight(timed ? 12 : 0, () -> new SupervisorScenario.Advance(dice.from(1, 2)))));
    }
}
