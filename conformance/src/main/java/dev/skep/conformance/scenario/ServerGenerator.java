package dev.skep.conformance.scenario;

import static dev.skep.conformance.scenario.Dice.weight;

import dev.skep.conformance.scenario.ServerScenario.Init;
import dev.skep.conformance.scenario.ServerScenario.LastWords;
import dev.skep.conformance.scenario.ServerScenario.Reaction;
import dev.skep.conformance.scenario.ServerScenario.Rule;
import dev.skep.conformance.scenario.ServerScenario.Step;
import dev.skep.conformance.scenario.ServerScenario.Then;
import java.util.ArrayList;
import java.util.List;

/// Makes random [ServerScenario]s.
final class ServerGenerator {
    private final Dice dice;
    private boolean timed;

    ServerGenerator(Dice dice) {
        this.dice = dice;
    }

    ServerScenario generate() {
        timed = dice.percent(20);
        List<Rule> rules = new ArrayList<>();
        for (int tag : List.of(0, 1, 2, 3, 10, 11, ServerScenario.IDLE, ServerScenario.EXITS)) {
            rules.add(new Rule(tag, dice.listOf(dice.from(1, 3), this::reaction)));
        }
        List<Step> steps = new ArrayList<>(dice.<Step>listOf(dice.from(5, 15), this::step));
        if (timed) {
            steps.add(new ServerScenario.Advance(3));
        }
        return new ServerScenario(
                init(), dice.percent(60), dice.percent(70), dice.percent(50), lastWords(), rules, steps);
    }

    private Init init() {
        return switch (dice.below(12)) {
            case 0 -> new ServerScenario.Ignore();
            case 1 -> new ServerScenario.Fail(dice.endReason());
            case 2 -> new ServerScenario.Crash(dice.below(3));
            default -> new ServerScenario.BeginWith(goOn());
        };
    }

    private LastWords lastWords() {
        return switch (dice.below(10)) {
            case 0 -> new ServerScenario.Crash(dice.below(3));
            case 1 -> new ServerScenario.Exit(dice.endReason());
            default -> new ServerScenario.Silent();
        };
    }

    private Then goOn() {
        return switch (dice.below(8)) {
            case 0, 1 -> new ServerScenario.Continue(dice.from(10, 11));
            case 2 -> new ServerScenario.Wait(0);
            case 3, 4 -> timed ? new ServerScenario.Wait(dice.from(1, 3)) : new ServerScenario.Stay();
            default -> new ServerScenario.Stay();
        };
    }

    private Then then() {
        return dice.percent(6) ? new ServerScenario.Stop(dice.reason()) : goOn();
    }

    private int tag() {
        return dice.below(4);
    }

    private Reaction reaction() {
        return dice.weighted(List.<Dice.Weighted<Reaction>>of(
                weight(10, () -> new ServerScenario.Reply(dice.below(100), then())),
                weight(5, () -> new ServerScenario.NoReply(then())),
                weight(4, () -> new ServerScenario.KeepCaller(then())),
                weight(6, () -> new ServerScenario.ReplyLater(dice.below(100), then())),
                weight(2, () -> new ServerScenario.SendSelf(tag(), then())),
                weight(2, () -> new ServerScenario.CastSelf(tag(), then())),
                weight(1, () -> new ServerScenario.Trap(dice.percent(60), then())),
                weight(1, () -> new ServerScenario.Crash(dice.below(3))),
                weight(1, () -> new ServerScenario.Exit(dice.reason()))));
    }

    private Step step() {
        return dice.weighted(List.<Dice.Weighted<Step>>of(
                weight(
                        20,
                        () -> new ServerScenario.Call(tag(), timed && dice.percent(50) ? dice.from(1, 3) : 0)),
                weight(8, () -> new ServerScenario.Cast(tag())),
                weight(8, () -> new ServerScenario.Info(tag())),
                weight(4, () -> new ServerScenario.Signal(dice.reason())),
                weight(2, () -> new ServerScenario.StopServer(dice.endReason())),
                weight(4, ServerScenario.StartAgain::new),
                weight(1, () -> new ServerScenario.OwnerExit(dice.endReason())),
                weight(timed ? 12 : 0, () -> new ServerScenario.Advance(dice.from(1, 2)))));
    }
}
