package dev.skep.conformance.scenario;

import java.util.List;

/// An event manager, handlers that do what tables say, and two processes that own some of them.
///
/// @param handlers what each handler does
/// @param steps what happens
record EventScenario(List<Handler> handlers, List<Step> steps) implements Scenario {
    EventScenario {
        handlers = List.copyOf(handlers);
        steps = List.copyOf(steps);
    }

    /// The tag of a message about an exit.
    static final int EXITS = 3;

    @Override
    public Kind kind() {
        return Kind.EVENT;
    }

    @Override
    public boolean timed() {
        return false;
    }

    enum Id {
        H0,
        H1,
        H2,
        H3
    }

    /// @param init whether it can be added
    /// @param events what it does for events and other messages
    /// @param calls what it does for calls, which it answers with their tag
    /// @param lastWords whether it can be terminated
    record Handler(Id id, Attempt init, List<Rule> events, List<Rule> calls, Attempt lastWords) {
        Handler {
            events = List.copyOf(events);
            calls = List.copyOf(calls);
        }
    }

    sealed interface Attempt {}

    record Start() implements Attempt {}

    record Crash(int number) implements Attempt, Reaction {}

    record Rule(int tag, List<Reaction> reactions) {
        Rule {
            reactions = List.copyOf(reactions);
        }
    }

    sealed interface Reaction {}

    record Stay() implements Reaction {}

    record Remove() implements Reaction {}

    record SwapTo(Id handler, int argument) implements Reaction {}

    sealed interface Step {}

    /// An owner asks the manager for something.
    record ByOwner(int owner, Request request) implements Step {}

    record OwnerExit(int owner, Reason reason) implements Step {}

    /// A new process asks for it, unless an owner does.
    sealed interface Request extends Step {}

    record Notify(int tag) implements Request {}

    record SyncNotify(int tag) implements Request {}

    record Info(int tag) implements Request {}

    record Signal(Reason reason) implements Request {}

    record Ask(Id handler, int tag) implements Request {}

    record Add(Id handler) implements Request {}

    record AddSupervised(Id handler) implements Request {}

    record Delete(Id handler, int argument) implements Request {}

    record Swap(Id old, int argument, Id handler) implements Request {}

    record SwapSupervised(Id old, int argument, Id handler) implements Request {}

    record Which() implements Request {}

    record StopManager(Reason reason) implements Request {}
}
