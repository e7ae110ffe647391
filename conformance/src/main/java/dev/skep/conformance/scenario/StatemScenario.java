package dev.skep.conformance.scenario;

import java.util.List;

/// A state machine that does what tables say, and its clients.
///
/// @param init how it begins
/// @param trap whether it traps exits
/// @param rules what it does for an event
/// @param enters what it does when a state is entered
/// @param steps what happens
record StatemScenario(Init init, boolean trap, List<Rule> rules, List<EnterRule> enters, List<Step> steps)
        implements Scenario {
    StatemScenario {
        rules = List.copyOf(rules);
        enters = List.copyOf(enters);
        steps = List.copyOf(steps);
    }

    @Override
    public Kind kind() {
        return Kind.STATEM;
    }

    @Override
    public boolean timed() {
        return steps.stream().anyMatch(Advance.class::isInstance);
    }

    enum State {
        A,
        B,
        C
    }

    /// The timeouts of a machine: each has a phase, the part of a tick in which it is due, so that no two are due at the
    /// same time.
    enum Key {
        STATE(20, 2),
        EVENT(21, 3),
        X(22, 4),
        Y(23, 5);

        /// What rules call its event.
        final int tag;

        final int phase;

        Key(int tag, int phase) {
            this.tag = tag;
            this.phase = phase;
        }
    }

    /// What rules call a message about an exit.
    static final int EXITS = 24;

    /// The callback modules, which do the same.
    enum Module {
        FIRST,
        OTHER
    }

    sealed interface Init {}

    record BeginIn(State state, List<Act> acts) implements Init {
        BeginIn {
            acts = List.copyOf(acts);
        }
    }

    record Ignore() implements Init {}

    record Fail(Reason reason) implements Init {}

    record Crash(int number) implements Init, Move {}

    /// What is done in a state for events with a tag: the reactions in turn.
    record Rule(State state, int tag, List<React> reactions) {
        Rule {
            reactions = List.copyOf(reactions);
        }
    }

    record EnterRule(State state, List<React> reactions) {
        EnterRule {
            reactions = List.copyOf(reactions);
        }
    }

    record React(Move move, List<Act> acts) {
        React {
            acts = List.copyOf(acts);
        }
    }

    sealed interface Move {}

    record Keep() implements Move {}

    record Go(State state) implements Move {}

    record Repeat() implements Move {}

    record Stop(Reason reason) implements Move {}

    sealed interface Act {}

    record Postpone() implements Act {}

    record Next(int tag) implements Act {}

    record NextCast(int tag) implements Act {}

    record StartTimer(Key key, int ticks, int content) implements Act {}

    record CancelTimer(Key key) implements Act {}

    record UpdateTimer(Key key, int content) implements Act {}

    /// Answers the call at hand.
    record Answer(int value) implements Act {}

    record KeepCaller() implements Act {}

    record ReplyLater(int value) implements Act {}

    record Push(Module module) implements Act {}

    record Pop() implements Act {}

    record Change(Module module) implements Act {}

    sealed interface Step {}

    record Advance(int ticks) implements Step {}

    sealed interface Request extends Step {}

    record Call(int tag) implements Request {}

    record Cast(int tag) implements Request {}

    record Info(int tag) implements Request {}

    record Signal(Reason reason) implements Request {}

    record StopMachine(Reason reason) implements Request {}
}
