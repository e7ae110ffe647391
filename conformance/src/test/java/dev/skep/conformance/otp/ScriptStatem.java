package dev.skep.conformance.otp;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Reportable;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.conformance.otp.ScriptStatem.ScriptRpc;
import dev.skep.statem.Entry;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.Transition;
import dev.skep.testkit.Probe;
import java.util.HashMap;
import java.util.Map;

/// A state machine that a test writes down, reaction by reaction. Each event is told to a probe before it is handled:
/// as `state: event`. An event without a reaction is a crash. An event is named by `ask x`, `tell x`, `info x`,
/// `internal x`, `state timeout x`, `event timeout x`, or `timeout name x`.
final class ScriptStatem implements GenStatem<String, Object, ScriptRpc> {
    sealed interface ScriptRpc extends Reportable {
        Object what();

        record Ask(Object what) implements ScriptRpc, Call<ScriptRpc, Object> {}

        record Tell(Object what) implements ScriptRpc, Cast<ScriptRpc> {}

        @Override
        default String toReport() {
            return "formatted " + what();
        }
    }

    interface Reaction {
        Transition<String, Object, ScriptRpc> to(Event<ScriptRpc> event, Object data) throws Exception;
    }

    interface Enter {
        Entry<Object> from(String previous, Object data);
    }

    interface Terminate {
        void terminate(ExitReason reason, Object data);
    }

    private final Pid witness;
    private final Map<String, Reaction> reactions = new HashMap<>();
    private final Map<String, Enter> enters = new HashMap<>();
    private String initialState = "start";
    private Object initialData = 0;
    private Terminate terminate = (_, _) -> {};
    private Self<ScriptRpc> self;

    ScriptStatem(Probe witness) {
        this.witness = witness.pid();
    }

    ScriptStatem from(String state, Object data) {
        initialState = state;
        initialData = data;
        return this;
    }

    ScriptStatem on(String stateAndEvent, Reaction reaction) {
        reactions.put(stateAndEvent, reaction);
        return this;
    }

    ScriptStatem onEnter(String state, Enter enter) {
        enters.put(state, enter);
        return this;
    }

    ScriptStatem onTerminate(Terminate how) {
        terminate = how;
        return this;
    }

    /// The process, for reactions.
    Self<ScriptRpc> self() {
        return self;
    }

    /// Tells the probe.
    void note(String what) {
        witness.send(what);
    }

    static ScriptRpc.Ask asked(Event<ScriptRpc> event) {
        return (ScriptRpc.Ask) ((Event.Message<ScriptRpc>) event).message();
    }

    static ReplyTo<Object> caller(Event<ScriptRpc> event) {
        return asked(event).replyTo(((Event.Message<ScriptRpc>) event).from());
    }

    @Override
    public Transition<String, Object, ScriptRpc> init(Self<ScriptRpc> process) {
        self = process;
        return goTo(initialState).data(initialData);
    }

    @Override
    public Transition<String, Object, ScriptRpc> handle(Event<ScriptRpc> event, String state, Object data)
            throws Exception {
        String name = state + ": " + name(event);
        note(name);
        Reaction reaction = reactions.get(name);
        if (reaction == null) {
            throw new IllegalStateException("no reaction to " + name);
        }
        return reaction.to(event, data);
    }

    private static String name(Event<ScriptRpc> event) {
        return switch (event) {
            case Event.Message<ScriptRpc>(ScriptRpc.Ask(Object what), var _) -> "ask " + what;
            case Event.Message<ScriptRpc>(ScriptRpc.Tell(Object what), var _) -> "tell " + what;
            case Event.Info<ScriptRpc>(Object message) -> "info " + message;
            case Event.Internal<ScriptRpc>(Object content) -> "internal " + content;
            case Event.StateTimeout<ScriptRpc>(Object content) -> "state timeout " + content;
            case Event.EventTimeout<ScriptRpc>(Object content) -> "event timeout " + content;
            case Event.NamedTimeout<ScriptRpc>(Object name, Object content) -> "timeout " + name + " " + content;
        };
    }

    @Override
    public Entry<Object> enter(String previous, String state, Object data) {
        Enter enter = enters.get(state);
        return enter == null ? entered() : enter.from(previous, data);
    }

    @Override
    public void terminate(ExitReason reason, String state, Object data) {
        terminate.terminate(reason, data);
    }

    @Override
    public Object reportedState(String state, Object data) {
        return "formatted " + state + ", formatted " + data;
    }
}
