package dev.skep.conformance.scenario;

import java.util.List;

/// Plain processes that do what they are told. A process is called by its number, its slot; those that exist from the
/// beginning have the first numbers, the others get theirs when they are spawned.
///
/// @param processes how many there are from the beginning
/// @param steps what they do
record ProcessScenario(int processes, List<Step> steps) implements Scenario {
    ProcessScenario {
        steps = List.copyOf(steps);
    }

    @Override
    public Kind kind() {
        return Kind.PROCESS;
    }

    @Override
    public boolean timed() {
        return steps.stream()
                .anyMatch(step -> step instanceof Advance
                        || (step instanceof Act(int _, Take(Pattern _, int ticks)) && ticks > 0));
    }

    sealed interface Step {}

    /// A process that lives and does not wait for anything does something.
    record Act(int process, Op op) implements Step {}

    /// All processes that do not wait for anything show what is in their mailboxes.
    record Flush() implements Step {}

    /// Time passes.
    record Advance(int ticks) implements Step {}

    enum How {
        PLAIN,
        LINKED,
        WATCHED
    }

    sealed interface Op {}

    /// @param slot the number of the new process
    /// @param monitor the number of the monitor, if it is watched
    record Spawn(int slot, How how, int monitor, boolean trap) implements Op {}

    record Link(int target) implements Op {}

    record Unlink(int target) implements Op {}

    record Watch(int monitor, int target) implements Op {}

    record WatchName(int monitor, String name) implements Op {}

    record WatchWithAlias(int monitor, int alias, int target) implements Op {}

    /// Monitors and withdraws it, with a flush.
    record WatchBriefly(int monitor, int target) implements Op {}

    record Demonitor(int monitor, boolean flush) implements Op {}

    record Alias(int alias) implements Op {}

    record AliasOnce(int alias) implements Op {}

    record Unalias(int alias) implements Op {}

    record SendAlias(int alias, int tag) implements Op {}

    /// Ends itself with a reason.
    record Exit(Reason reason) implements Op {}

    /// Ends itself with an error.
    record Crash(int number) implements Op {}

    /// Ends as its code does.
    record Return() implements Op {}

    /// An exit signal.
    record Signal(int target, Reason reason) implements Op {}

    record TwoSignals(int target, Reason first, Reason second) implements Op {}

    /// Traps exits, sends an exit signal, and monitors the target at once: in this order it gets the two.
    record Strike(int monitor, int target, Reason reason) implements Op {}

    record SendAndExit(int target, int tag, Reason reason) implements Op {}

    record Trap(boolean flag) implements Op {}

    record Register(String name, int target) implements Op {}

    record Unregister(String name) implements Op {}

    record Whereis(String name) implements Op {}

    record Send(int target, int tag) implements Op {}

    record SendName(String name, int tag) implements Op {}

    record Alive(int target) implements Op {}

    /// A selective receive.
    ///
    /// @param ticks how long it waits: zero, or some ticks
    record Take(Pattern pattern, int ticks) implements Op {}

    sealed interface Pattern {}

    record Message(int sender, int tag) implements Pattern {}

    record EndOf(int process) implements Pattern {}

    record Down(int monitor) implements Pattern {}

    /// Empties its mailbox, and then sends itself messages and takes some.
    record Mailbox(List<MailOp> ops) implements Op {
        Mailbox {
            ops = List.copyOf(ops);
        }
    }

    sealed interface MailOp {}

    record Put(int tag) implements MailOp {}

    record TakeTag(int tag) implements MailOp {}

    record TakeAny() implements MailOp {}
}
