package dev.skep.conformance.scenario;

import static dev.skep.conformance.scenario.Dice.weight;

import dev.skep.conformance.scenario.EventScenario.Attempt;
import dev.skep.conformance.scenario.EventScenario.Handler;
import dev.skep.conformance.scenario.EventScenario.Reaction;
import dev.skep.conformance.scenario.EventScenario.Request;
import dev.skep.conformance.scenario.EventScenario.Rule;
import dev.skep.conformance.scenario.EventScenario.Step;
import java.util.ArrayList;
import java.util.List;

/// Makes random [EventScenario]s.
final class EventGenerator {
    private final Dice dice;

    EventGenerator(Dice dice) {
        this.dice = dice;
    }

    EventScenario generate() {
        List<Handler> handlers = new ArrayList<>();
        for (EventScenario.Id id : EventScenario.Id.values()) {
            handlers.add(new Handler(id, attempt(), rules(), rules(), attempt()));
        }
        List<Step> steps = new ArrayList<>();
        for (EventScenario.Id id : EventScenario.Id.values()) {
            if (dice.percent(50)) {
                steps.add(new EventScenario.Add(id));
            }
        }
        steps.addAll(dice.<Step>listOf(dice.from(6, 18), this::step));
        steps.add(new EventScenario.Which());
        return new EventScenario(handlers, steps);
    }

    private Attempt attempt() {
        return dice.percent(8) ? new EventScenario.Crash(dice.below(3)) : new EventScenario.Start();
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (int tag : List.of(0, 1, 2, EventScenario.EXITS)) {
            rules.add(new Rule(tag, dice.listOf(dice.from(1, 3), this::reaction)));
        }
        return rules;
    }

    private Reaction reaction() {
        return dice.weighted(List.<Dice.Weighted<Reaction>>of(
                weight(16, EventScenario.Stay::new),
                weight(2, EventScenario.Remove::new),
                weight(2, () -> new EventScenario.Crash(dice.below(3))),
                weight(3, () -> new EventScenario.SwapTo(id(), dice.below(5)))));
    }

    private EventScenario.Id id() {
        return dice.oneOf(EventScenario.Id.values());
    }

    private int tag() {
        return dice.below(3);
    }

    private int owner() {
        return dice.below(2);
    }

    private Step step() {
        return dice.weighted(List.<Dice.Weighted<Step>>of(
                weight(10, () -> new EventScenario.Notify(tag())),
                weight(12, () -> new EventScenario.SyncNotify(tag())),
                weight(4, () -> new EventScenario.Info(tag())),
                weight(1, () -> new EventScenario.Signal(signal())),
                weight(14, () -> new EventScenario.Ask(id(), tag())),
                weight(8, () -> new EventScenario.Add(id())),
                weight(10, () -> new EventScenario.ByOwner(owner(), supervised())),
                weight(5, () -> new EventScenario.Delete(id(), dice.below(5))),
                weight(5, () -> new EventScenario.Swap(id(), dice.below(5), id())),
                weight(4, EventScenario.Which::new),
                weight(2, () -> new EventScenario.OwnerExit(owner(), dice.endReason())),
                weight(1, () -> new EventScenario.StopManager(dice.endReason()))));
    }

    /// The manager traps exits, and a kill leaves nothing to look at.
    private Reason signal() {
        Reason reason = dice.reason();
        return reason == Reason.Plain.KILL ? Reason.Plain.SHUTDOWN : reason;
    }

    private Request supervised() {
        return dice.percent(65)
                ? new EventScenario.AddSupervised(id())
                : new EventScenario.SwapSupervised(id(), dice.below(5), id());
    }
}
