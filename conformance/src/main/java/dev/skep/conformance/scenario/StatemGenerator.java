package dev.skep.conformance.scenario;

import static dev.skep.conformance.scenario.Dice.weight;

import dev.skep.conformance.scenario.StatemScenario.Act;
import dev.skep.conformance.scenario.StatemScenario.EnterRule;
import dev.skep.conformance.scenario.StatemScenario.Init;
import dev.skep.conformance.scenario.StatemScenario.Module;
import dev.skep.conformance.scenario.StatemScenario.Move;
import dev.skep.conformance.scenario.StatemScenario.React;
import dev.skep.conformance.scenario.StatemScenario.Rule;
import dev.skep.conformance.scenario.StatemScenario.State;
import dev.skep.conformance.scenario.StatemScenario.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Makes random [StatemScenario]s.
final class StatemGenerator {
    private final Dice dice;
    private boolean timed;
    /// Timeouts that are always of zero; the others never are. docs/differences-from-otp.md, GenStatem: a non-zero
    /// timeout in place of one of zero that has not come yet arrives as an `info` in OTP 25.2. An update of a
    /// timeout that does not run is one of zero, too.
    private Set<StatemScenario.Key> ofZero = EnumSet.noneOf(StatemScenario.Key.class);

    StatemGenerator(Dice dice) {
        this.dice = dice;
    }

    StatemScenario generate() {
        timed = dice.percent(25);
        ofZero = EnumSet.allOf(StatemScenario.Key.class);
        if (timed) {
            ofZero.removeIf(_ -> dice.percent(70));
            ofZero.add(StatemScenario.Key.Y); // from the beginning on: there has to be one that can be updated
        }
        List<Rule> rules = new ArrayList<>();
        List<EnterRule> enters = new ArrayList<>();
        for (State state : State.values()) {
            for (int tag : List.of(0, 1, 2, 3, 20, 21, 22, 23, StatemScenario.EXITS)) {
                if (dice.percent(85)) {
                    rules.add(new Rule(state, tag, dice.listOf(dice.from(1, 2), this::react)));
                }
            }
            if (dice.percent(50)) {
                enters.add(new EnterRule(state, dice.listOf(dice.from(1, 2), this::enterReact)));
            }
        }
        List<Step> steps = new ArrayList<>(dice.<Step>listOf(dice.from(5, 14), this::step));
        if (timed) {
            steps.add(new StatemScenario.Advance(3));
        }
        return new StatemScenario(init(), dice.percent(50), rules, enters, steps);
    }

    private Init init() {
        return switch (dice.below(20)) {
            case 0 -> new StatemScenario.Ignore();
            case 1 -> new StatemScenario.Fail(dice.endReason());
            case 2 -> new StatemScenario.Crash(dice.below(3));
            default -> new StatemScenario.BeginIn(state(), dice.listOf(dice.below(3), this::timeoutOrEvent));
        };
    }

    private State state() {
        return dice.oneOf(State.values());
    }

    private int tag() {
        return dice.below(4);
    }

    private React react() {
        Move move = dice.weighted(List.<Dice.Weighted<Move>>of(
                weight(20, StatemScenario.Keep::new),
                weight(25, () -> new StatemScenario.Go(state())),
                weight(5, StatemScenario.Repeat::new),
                weight(1, () -> new StatemScenario.Stop(dice.reason())),
                weight(1, () -> new StatemScenario.Crash(dice.below(3)))));
        return new React(move, dice.listOf(dice.below(4), this::act));
    }

    private React enterReact() {
        Move move = dice.weighted(List.<Dice.Weighted<Move>>of(
                weight(30, StatemScenario.Keep::new),
                weight(3, StatemScenario.Repeat::new),
                weight(1, () -> new StatemScenario.Stop(dice.reason())),
                weight(1, () -> new StatemScenario.Crash(dice.below(3)))));
        return new React(move, dice.listOf(dice.below(3), this::enterAct));
    }

    private Act enterAct() {
        return dice.percent(20) ? new StatemScenario.ReplyLater(dice.below(100)) : timeout();
    }

    private Act timeoutOrEvent() {
        return dice.percent(30) ? new StatemScenario.Next(tag()) : timeout();
    }

    private Act timeout() {
        StatemScenario.Key key = dice.oneOf(StatemScenario.Key.values());
        return switch (dice.below(6)) {
            case 0 -> new StatemScenario.CancelTimer(key);
            case 1 -> new StatemScenario.UpdateTimer(dice.oneOf(List.copyOf(ofZero)), dice.below(100));
            default -> new StatemScenario.StartTimer(key, ofZero.contains(key) ? 0 : dice.from(1, 3), dice.below(100));
        };
    }

    private Act act() {
        return dice.weighted(List.<Dice.Weighted<Act>>of(
                weight(8, StatemScenario.Postpone::new),
                weight(3, () -> new StatemScenario.Next(tag())),
                weight(1, () -> new StatemScenario.NextCast(tag())),
                weight(8, this::timeout),
                weight(8, () -> new StatemScenario.Answer(dice.below(100))),
                weight(2, StatemScenario.KeepCaller::new),
                weight(3, () -> new StatemScenario.ReplyLater(dice.below(100))),
                weight(1, () -> new StatemScenario.Push(dice.oneOf(Module.values()))),
                weight(1, StatemScenario.Pop::new),
                weight(1, () -> new StatemScenario.Change(dice.oneOf(Module.values())))));
    }

    private Step step() {
        return dice.weighted(List.<Dice.Weighted<Step>>of(
                weight(16, () -> new StatemScenario.Call(tag())),
                weight(16, () -> new StatemScenario.Cast(tag())),
                weight(6, () -> new StatemScenario.Info(tag())),
                weight(2, () -> new StatemScenario.Signal(dice.reason())),
                weight(1, () -> new StatemScenario.StopMachine(dice.endReason())),
                weight(timed ? 14 : 0, () -> new StatemScenario.Advance(dice.from(1, 2)))));
    }
}
