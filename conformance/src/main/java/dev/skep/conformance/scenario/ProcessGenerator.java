package dev.skep.conformance.scenario;

import static dev.skep.conformance.scenario.Dice.weight;

import dev.skep.conformance.scenario.ProcessScenario.Act;
import dev.skep.conformance.scenario.ProcessScenario.Advance;
import dev.skep.conformance.scenario.ProcessScenario.Flush;
import dev.skep.conformance.scenario.ProcessScenario.MailOp;
import dev.skep.conformance.scenario.ProcessScenario.Op;
import dev.skep.conformance.scenario.ProcessScenario.Pattern;
import dev.skep.conformance.scenario.ProcessScenario.Step;
import java.util.ArrayList;
import java.util.List;

/// Makes random [ProcessScenario]s.
final class ProcessGenerator {
    private final Dice dice;
    private int slots;
    private int monitors;
    private int aliases;
    private int lastSender;
    private int tags;

    ProcessGenerator(Dice dice) {
        this.dice = dice;
    }

    ProcessScenario generate() {
        int processes = dice.from(2, 4);
        slots = processes;
        List<Step> steps = new ArrayList<>();
        int length = dice.from(8, 30);
        // Few scenarios wait for time, since that is real time on one of the two sides.
        boolean timed = dice.percent(15);
        for (int i = 0; i < length; i++) {
            int draw = dice.below(100);
            if (draw < 15) {
                steps.add(new Flush());
            } else if (draw < 25 && timed) {
                steps.add(new Advance(dice.from(1, 2)));
            } else {
                int process = dice.below(slots);
                steps.add(new Act(process, op(process, timed)));
            }
        }
        steps.add(new Flush());
        return new ProcessScenario(processes, steps);
    }

    private int slot() {
        return dice.below(slots);
    }

    /// Mostly one that exists.
    private int monitor() {
        return monitors == 0 ? 0 : dice.below(monitors);
    }

    private int alias() {
        return aliases == 0 ? 0 : dice.below(aliases);
    }

    private String name() {
        return dice.oneOf("a", "b", "c");
    }

    private Op op(int process, boolean timed) {
        return dice.weighted(List.<Dice.Weighted<Op>>of(
                weight(
                        8,
                        () -> new ProcessScenario.Spawn(
                                slots++,
                                dice.oneOf(ProcessScenario.How.values()),
                                monitors++,
                                dice.percent(40))),
                weight(10, () -> new ProcessScenario.Link(slot())),
                weight(4, () -> new ProcessScenario.Unlink(slot())),
                weight(9, () -> new ProcessScenario.Watch(monitors++, slot())),
                weight(3, () -> new ProcessScenario.WatchName(monitors++, name())),
                weight(3, () -> new ProcessScenario.WatchWithAlias(monitors++, aliases++, slot())),
                weight(2, () -> new ProcessScenario.WatchBriefly(monitors++, slot())),
                weight(6, () -> new ProcessScenario.Demonitor(monitor(), dice.percent(60))),
                weight(2, () -> new ProcessScenario.Alias(aliases++)),
                weight(2, () -> new ProcessScenario.AliasOnce(aliases++)),
                weight(2, () -> new ProcessScenario.Unalias(alias())),
                weight(5, () -> new ProcessScenario.SendAlias(alias(), sent(process))),
                weight(3, () -> new ProcessScenario.Exit(dice.reason())),
                weight(1, () -> new ProcessScenario.Crash(dice.below(3))),
                weight(1, ProcessScenario.Return::new),
                weight(10, () -> new ProcessScenario.Signal(slot(), dice.reason())),
                weight(2, this::twoSignals),
                weight(3, () -> new ProcessScenario.Strike(monitors++, slot(), dice.reason())),
                weight(2, () -> new ProcessScenario.SendAndExit(slot(), sent(process), dice.reason())),
                weight(9, () -> new ProcessScenario.Trap(dice.percent(70))),
                weight(5, () -> new ProcessScenario.Register(name(), slot())),
                weight(2, () -> new ProcessScenario.Unregister(name())),
                weight(3, () -> new ProcessScenario.Whereis(name())),
                weight(6, () -> new ProcessScenario.Send(slot(), sent(process))),
                weight(4, () -> new ProcessScenario.SendName(name(), sent(process))),
                weight(2, () -> new ProcessScenario.Alive(slot())),
                weight(6, () -> new ProcessScenario.Take(pattern(), timed && dice.percent(60) ? dice.from(1, 3) : 0)),
                weight(5, () -> new ProcessScenario.Mailbox(dice.listOf(dice.from(2, 7), this::mailOp)))));
    }

    /// The second of two is no kill, unless the first one does nothing. In docs/differences-from-otp.md, Processes: a
    /// kill that comes while a process ends makes its reason `killed`.
    private Op twoSignals() {
        Reason first = dice.reason();
        Reason second = dice.reason();
        return new ProcessScenario.TwoSignals(
                slot(), second == Reason.Plain.KILL ? Reason.Plain.NORMAL : first, second);
    }

    private int sent(int sender) {
        lastSender = sender;
        return ++tags;
    }

    /// Often what was sent last.
    private Pattern pattern() {
        return switch (dice.below(4)) {
            case 0 -> new ProcessScenario.EndOf(slot());
            case 1 -> new ProcessScenario.Down(monitor());
            case 2 -> new ProcessScenario.Message(lastSender, tags);
            // What may come yet.
            default -> new ProcessScenario.Message(slot(), tags + 1);
        };
    }

    private MailOp mailOp() {
        return switch (dice.below(5)) {
            case 0 -> new ProcessScenario.TakeAny();
            case 1 -> new ProcessScenario.TakeTag(dice.below(3));
            default -> new ProcessScenario.Put(dice.below(3));
        };
    }
}
