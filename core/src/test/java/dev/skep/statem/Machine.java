package dev.skep.statem;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.statem.Event.EventTimeout;
import dev.skep.statem.Event.Info;
import dev.skep.statem.Event.Internal;
import dev.skep.statem.Event.Message;
import dev.skep.statem.Event.NamedTimeout;
import dev.skep.statem.Event.StateTimeout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A state machine whose reactions a test writes down one by one, and which notes what happens to it. States and
/// data are texts. What it has no reaction for it leaves alone; calls are answered with what they asked.
///
/// An event is named by the state, a colon, and what it is: `a: tell x`, `a: ask x`, `a: info x`, `a: internal x`,
/// `a: state timeout x`, `a: event timeout x`, `a: timeout name x`; an enter call by `enter b from a`.
final class Machine implements GenStatem<String, String, Rpc> {
    interface Reaction {
        Transition<String, String, Rpc> to(Event<Rpc> event, String data) throws Exception;
    }

    interface ShortReaction {
        Transition<String, String, Rpc> react() throws Exception;
    }

    interface EnterReaction {
        Entry<String> react() throws Exception;
    }

    interface Start {
        Transition<String, String, Rpc> init(Self<Rpc> self) throws Exception;
    }

    interface Terminate {
        void terminate(ExitReason reason, String state, String data) throws Exception;
    }

    interface Health {
        Result<?, String> health(String state, String data) throws Exception;
    }

    final Journal journal;
    private final Map<String, Reaction> reactions = new HashMap<>();
    private final Map<String, EnterReaction> enters = new HashMap<>();
    private Start start = _ -> goTo("a").data("0");
    private Health health = (_, _) -> Result.ok("well");
    private Terminate terminate = (_, _, _) -> {};

    Machine() {
        this(new Journal());
    }

    /// Callbacks that take the place of others, and share their journal.
    Machine(Journal journal) {
        this.journal = journal;
    }

    Machine start(Start how) {
        start = how;
        return this;
    }

    Machine when(String event, ShortReaction reaction) {
        return with(event, (_, _) -> reaction.react());
    }

    Machine with(String event, Reaction reaction) {
        reactions.put(event, reaction);
        return this;
    }

    Machine onEnter(String state, EnterReaction reaction) {
        enters.put(state, reaction);
        return this;
    }

    Machine onHealth(Health how) {
        health = how;
        return this;
    }

    Machine onTerminate(Terminate how) {
        terminate = how;
        return this;
    }

    StatemSpec<Rpc> spec() {
        return GenStatem.spec(() -> this);
    }

    @Override
    public Transition<String, String, Rpc> init(Self<Rpc> self) throws Exception {
        return start.init(self);
    }

    @Override
    public Transition<String, String, Rpc> handle(Event<Rpc> event, String state, String data) throws Exception {
        String name = state + ": " + describe(event);
        journal.add(name);
        Reaction reaction = reactions.get(name);
        if (reaction != null) {
            return reaction.to(event, data);
        }
        return event instanceof Message<Rpc>(Rpc.Ask ask, var _) ? keepState().reply(ask, ask.what()) : keepState();
    }

    @Override
    public Entry<String> enter(String previous, String state, String data) throws Exception {
        EnterReaction reaction = enters.get(state);
        if (reaction == null) {
            return entered();
        }
        journal.add("enter " + state + " from " + previous);
        return reaction.react();
    }

    @Override
    public Result<?, String> health(String state, String data) throws Exception {
        return health.health(state, data);
    }

    @Override
    public void terminate(ExitReason reason, String state, String data) throws Exception {
        journal.add("terminate " + reason + " in " + state + " with " + data);
        terminate.terminate(reason, state, data);
    }

    private static String describe(Event<Rpc> event) {
        return switch (event) {
            case Message<Rpc>(Rpc.Ask(String what), var _) -> "ask " + what;
            case Message<Rpc>(Rpc.Tell(String what), var _) -> "tell " + what;
            case Info<Rpc>(Object message) -> "info " + message;
            case StateTimeout<Rpc>(Object content) -> "state timeout " + content;
            case EventTimeout<Rpc>(Object content) -> "event timeout " + content;
            case NamedTimeout<Rpc>(Object name, Object content) -> "timeout " + name + " " + content;
            case Internal<Rpc>(Object content) -> "internal " + content;
        };
    }

    /// What happened in a test, in order, written by any thread and awaited by the test.
    static final class Journal {
        private final List<String> entries = new ArrayList<>();

        synchronized void add(String entry) {
            entries.add(entry);
            notifyAll();
        }

        /// All but what [Lab#sync] leaves behind.
        synchronized List<String> entries() {
            return entries.stream()
                    .filter(entry -> !entry.endsWith(": ask sync"))
                    .toList();
        }

        /// Blocks until the entry is there.
        synchronized void await(String entry) throws InterruptedException {
            long deadline = System.nanoTime() + Await.LIMIT.toNanos();
            while (!entries.contains(Objects.requireNonNull(entry))) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no " + entry + " within " + Await.LIMIT + ", only " + entries);
                }
                wait(left);
            }
        }
    }
}
