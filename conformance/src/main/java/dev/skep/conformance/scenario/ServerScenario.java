package dev.skep.conformance.scenario;

import java.util.List;

/// A server that does what a table says, and its clients.
///
/// @param init how it begins
/// @param named whether it has a name
/// @param linked whether it is linked to its owner, who starts it
/// @param trap whether it traps exits
/// @param lastWords what it does when it terminates
/// @param rules what it does for a message
/// @param steps what happens
record ServerScenario(
        Init init,
        boolean named,
        boolean linked,
        boolean trap,
        LastWords lastWords,
        List<Rule> rules,
        List<Step> steps)
        implements Scenario {
    /// The tag of the idle timeout, and of messages about exits.
    static final int IDLE = 20;

    static final int EXITS = 21;

    ServerScenario {
        rules = List.copyOf(rules);
        steps = List.copyOf(steps);
    }

    @Override
    public Kind kind() {
        return Kind.SERVER;
    }

    @Override
    public boolean timed() {
        return steps.stream().anyMatch(Advance.class::isInstance);
    }

    /// What is done for messages with a tag: the reactions in turn.
    record Rule(int tag, List<Reaction> reactions) {
        Rule {
            reactions = List.copyOf(reactions);
        }
    }

    sealed interface Init {}

    record BeginWith(Then then) implements Init {}

    record Ignore() implements Init {}

    record Fail(Reason reason) implements Init {}

    record Crash(int number) implements Init, Reaction, LastWords {}

    record Exit(Reason reason) implements Reaction, LastWords {}

    sealed interface LastWords {}

    record Silent() implements LastWords {}

    sealed interface Reaction {}

    record Reply(int value, Then then) implements Reaction {}

    record NoReply(Then then) implements Reaction {}

    record KeepCaller(Then then) implements Reaction {}

    record ReplyLater(int value, Then then) implements Reaction {}

    record SendSelf(int tag, Then then) implements Reaction {}

    record CastSelf(int tag, Then then) implements Reaction {}

    record Trap(boolean flag, Then then) implements Reaction {}

    /// How the server goes on.
    sealed interface Then {}

    record Stay() implements Then {}

    record Continue(int tag) implements Then {}

    record Wait(int ticks) implements Then {}

    record Stop(Reason reason) implements Then {}

    sealed interface Step {}

    record Advance(int ticks) implements Step {}

    record StartAgain() implements Step {}

    record OwnerExit(Reason reason) implements Step {}

    /// What a new process does.
    sealed interface Request extends Step {}

    /// @param ticks the time limit; none if zero
    record Call(int tag, int ticks) implements Request {}

    record Cast(int tag) implements Request {}

    record Info(int tag) implements Request {}

    record Signal(Reason reason) implements Request {}

    record StopServer(Reason reason) implements Request {}
}
