package dev.skep.conformance.scenario;

import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.ReplyTo;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.conformance.scenario.StatemScenario.Act;
import dev.skep.conformance.scenario.StatemScenario.EnterRule;
import dev.skep.conformance.scenario.StatemScenario.Module;
import dev.skep.conformance.scenario.StatemScenario.React;
import dev.skep.conformance.scenario.StatemScenario.Request;
import dev.skep.conformance.scenario.StatemScenario.Rule;
import dev.skep.conformance.scenario.StatemScenario.State;
import dev.skep.conformance.scenario.StatemScenario.Step;
import dev.skep.statem.Actions;
import dev.skep.statem.Entry;
import dev.skep.statem.Event;
import dev.skep.statem.GenStatem;
import dev.skep.statem.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs a [StatemScenario] on Skep: `skep_statem.erl` for the other side, which says why things are as they are.
class StatemPlayer {
    private static final int FUEL = 50;

    private final Stage stage;
    private final StatemScenario scenario;
    private final List<String> byMachine = new ArrayList<>();
    private final List<String> byOwner = new ArrayList<>();
    private final TreeMap<Integer, String> byClients = new TreeMap<>();
    private @Nullable ServerRef<Rpc> machine;
    private boolean stopRequested;

    /// What the machine is sent.
    sealed interface Rpc {}

    record Ask(int tag) implements Rpc, dev.skep.Call<Rpc, Integer> {}

    record Tell(int tag) implements Rpc, dev.skep.Cast<Rpc> {}

    StatemPlayer(Stage stage, StatemScenario scenario) {
        this.stage = stage;
        this.scenario = scenario;
    }

    List<String> play() throws InterruptedException {
        stage.node().spawn(this::own);
        List<String> lines = new ArrayList<>(look(0));
        int number = 1;
        for (Step step : scenario.steps()) {
            take(number, step);
            lines.addAll(look(number));
            number++;
        }
        return lines;
    }

    private List<String> look(int number) {
        stage.settle();
        List<String> lines = new ArrayList<>();
        byMachine.forEach(entry -> lines.add(number + " machine " + entry));
        byOwner.forEach(entry -> lines.add(number + " owner " + entry));
        byClients.forEach((client, entry) -> lines.add(number + " {" + client + "," + entry + "}"));
        byMachine.clear();
        byOwner.clear();
        byClients.clear();
        return lines;
    }

    private void take(int number, Step step) throws InterruptedException {
        switch (step) {
            case StatemScenario.Advance(int ticks) -> stage.advance(ticks);
            case Request request -> {
                ServerRef<Rpc> running = machine;
                if (running != null) {
                    stopRequested = request instanceof StatemScenario.StopMachine;
                    stage.node().spawn(_ -> byClients.put(number, request(running, request)));
                }
            }
        }
    }

    private static String request(ServerRef<Rpc> machine, Request request) {
        try {
            switch (request) {
                case StatemScenario.Call(int tag) -> {
                    return String.valueOf(machine.call(new Ask(tag), ServerRef.FOREVER));
                }
                case StatemScenario.Cast(int tag) -> machine.cast(new Tell(tag));
                case StatemScenario.Info(int tag) -> machine.send(new StatemScenario.Info(tag));
                case StatemScenario.Signal(Reason reason) ->
                    machine.pid().orElseThrow().exit(reason.onSkep());
                case StatemScenario.StopMachine(Reason reason) -> machine.stop(reason.onSkep(), ServerRef.FOREVER);
            }
            return "ok";
        } catch (CallException e) {
            return "{exit," + Reason.seen(ExitReason.crashed(e)) + "}";
        }
    }

    private void own(Receiver<Object> self) {
        self.trapExit(true);
        Tables tables = new Tables();
        Started<ServerRef<Rpc>> started = self.startLink(GenStatem.<Rpc>spec(() -> newMachine(tables, Module.FIRST)));
        byOwner.add(
                switch (started) {
                    case Started.Running<ServerRef<Rpc>>(Pid _, ServerRef<Rpc> ref) -> {
                        machine = ref;
                        yield "ok";
                    }
                    case Started.Ignored<?> _ -> "ignore";
                    case Started.AlreadyStarted<?> _ -> "already_started";
                    case Started.Failed<?>(String _, ExitReason reason) -> "{failed," + Reason.seen(reason) + "}";
                });
        while (true) {
            Exit exit = self.receive(Exit.class);
            byOwner.add("{exit," + Reason.seen(exit.reason()) + "}");
        }
    }

    // ---- The machine
    // -------------------------------------------------------------------------------------------------

    /// What tests of this check replace by something wrong.
    Machine newMachine(Tables tables, Module module) {
        return new Machine(tables, module);
    }

    /// The data of the machine, whichever its callbacks.
    static final class Tables {
        private final Map<String, Integer> turns = new HashMap<>();
        private int fuel = FUEL;
        private int depth;
        private boolean traps;
        private boolean leaves;
        private boolean entering;
        private @Nullable ReplyTo<Integer> saved;
    }

    class Machine implements GenStatem<State, Tables, Rpc> {
        private final Tables tables;
        private final Module module;

        Machine(Tables tables, Module module) {
            this.tables = tables;
            this.module = module;
        }

        @Override
        public Transition<State, Tables, Rpc> init(Self<Rpc> self) {
            self.trapExit(scenario.trap());
            tables.traps = scenario.trap();
            byMachine.add("init");
            return switch (scenario.init()) {
                case StatemScenario.BeginIn(State state, List<Act> acts) ->
                    with(goTo(state).data(tables), acts, null, false);
                case StatemScenario.Ignore() -> throw new StartException.Ignore();
                case StatemScenario.Fail(Reason reason) -> throw new ProcessExit(reason.onSkep());
                case StatemScenario.Crash(int number) -> throw new Reason.Boom(number);
            };
        }

        private String me() {
            return Terms.text(module);
        }

        private int turn(String key) {
            tables.fuel--;
            return tables.turns.merge(key, 1, Integer::sum) - 1;
        }

        @Override
        public Entry<Tables> enter(State previous, State state, Tables data) {
            tables.entering = true;
            boolean tired = tables.fuel <= 0;
            int turn = turn("enter " + state);
            byMachine.add("{" + me() + ",enter," + Terms.text(previous) + "," + Terms.text(state) + "}");
            Entry<Tables> entry = entered();
            for (EnterRule rule : scenario.enters()) {
                if (rule.state() == state && !tired && !rule.reactions().isEmpty()) {
                    entry = entered(rule.reactions().get(turn % rule.reactions().size()));
                }
            }
            tables.entering = false;
            return entry;
        }

        private Entry<Tables> entered(React reaction) {
            boolean stops = reaction.move() instanceof StatemScenario.Stop;
            Entry<Tables> entry = entered();
            for (Act act : reaction.acts()) {
                entry = common(entry, act, stops);
            }
            return switch (reaction.move()) {
                case StatemScenario.Keep(), StatemScenario.Go _ -> entry;
                case StatemScenario.Repeat() -> entry.again();
                case StatemScenario.Stop(Reason reason) -> {
                    tables.leaves = true;
                    yield entry.thenStop(reason.onSkep());
                }
                case StatemScenario.Crash(int number) -> {
                    tables.leaves = true;
                    throw new Reason.Boom(number);
                }
            };
        }

        @Override
        public Transition<State, Tables, Rpc> handle(Event<Rpc> event, State state, Tables data) {
            return switch (event) {
                case Event.Message<Rpc>(Ask ask, From from) ->
                    react("{call," + ask.tag() + "}", ask.tag(), state, new AtHand(ask, from));
                case Event.Message<Rpc>(Tell(int tag), From _) -> react("{cast," + tag + "}", tag, state, null);
                case Event.Info<Rpc>(StatemScenario.Info(int tag)) -> react("{info," + tag + "}", tag, state, null);
                case Event.Info<Rpc>(Exit(Pid _, ExitReason reason)) ->
                    react("{exit," + Reason.seen(reason) + "}", StatemScenario.EXITS, state, null);
                case Event.Info<Rpc>(Object other) -> react("unexpected: " + other, -1, state, null);
                case Event.StateTimeout<Rpc>(Object content) ->
                    react("{state_timeout," + content + "}", StatemScenario.Key.STATE.tag, state, null);
                case Event.EventTimeout<Rpc>(Object content) ->
                    react("{event_timeout," + content + "}", StatemScenario.Key.EVENT.tag, state, null);
                case Event.NamedTimeout<Rpc>(Object name, Object content) ->
                    react(
                            "{timeout_" + Terms.text(name) + "," + content + "}",
                            ((StatemScenario.Key) name).tag,
                            state,
                            null);
                case Event.Internal<Rpc>(Object content) ->
                    react("{internal," + content + "}", (Integer) content, state, null);
            };
        }

        /// The call that is being handled.
        private record AtHand(Ask ask, From from) {}

        private Transition<State, Tables, Rpc> react(String event, int tag, State state, @Nullable AtHand call) {
            boolean tired = tables.fuel <= 0;
            int turn = turn(state + " " + tag);
            byMachine.add("{" + me() + "," + event + "," + Terms.text(state) + "}");
            for (Rule rule : scenario.rules()) {
                if (rule.state() == state && rule.tag() == tag) {
                    return tired || rule.reactions().isEmpty()
                            ? keepState()
                            : react(rule.reactions().get(turn % rule.reactions().size()), call);
                }
            }
            return keepState();
        }

        private Transition<State, Tables, Rpc> react(React reaction, @Nullable AtHand call) {
            return switch (reaction.move()) {
                case StatemScenario.Keep() -> with(keepState(), reaction.acts(), call, false);
                case StatemScenario.Go(State state) -> with(goTo(state), reaction.acts(), call, false);
                case StatemScenario.Repeat() -> with(repeatState(), reaction.acts(), call, false);
                case StatemScenario.Stop(Reason reason) -> {
                    tables.leaves = true;
                    yield with(stop(reason.onSkep()), reaction.acts(), call, true);
                }
                case StatemScenario.Crash(int number) -> {
                    tables.leaves = true;
                    throw new Reason.Boom(number);
                }
            };
        }

        /// @param stops whether only replies are wanted
        private Transition<State, Tables, Rpc> with(
                Transition<State, Tables, Rpc> first, List<Act> acts, @Nullable AtHand call, boolean stops) {
            Transition<State, Tables, Rpc> next = first;
            for (Act act : acts) {
                next = switch (act) {
                    case StatemScenario.Answer(int value) -> call == null ? next : next.reply(call.ask, value);
                    case StatemScenario.KeepCaller() -> {
                        if (call != null) {
                            tables.saved = call.ask.replyTo(call.from);
                        }
                        yield next;
                    }
                    case StatemScenario.Push(Module other) -> {
                        tables.depth++;
                        yield stops ? next : next.pushCallbacks(newMachine(tables, other));
                    }
                    case StatemScenario.Pop() -> {
                        boolean any = tables.depth > 0;
                        tables.depth -= any ? 1 : 0;
                        yield stops || !any ? next : next.popCallbacks();
                    }
                    case StatemScenario.Change(Module other) ->
                        stops ? next : next.changeCallbacks(newMachine(tables, other));
                    case StatemScenario.Postpone() -> stops ? next : postponed(next);
                    case StatemScenario.Next(int tag) -> stops ? next : next.nextInternal(tag);
                    case StatemScenario.NextCast(int tag) ->
                        stops ? next : next.nextEvent(new Event.Message<>(new Tell(tag), From.nobody()));
                    case StatemScenario.StartTimer _,
                            StatemScenario.CancelTimer _,
                            StatemScenario.UpdateTimer _,
                            StatemScenario.ReplyLater _ -> common(next, act, stops);
                };
            }
            return next;
        }

        /// What tests of this check replace by something wrong.
        Transition<State, Tables, Rpc> postponed(Transition<State, Tables, Rpc> next) {
            return next.postpone();
        }

        /// What events and enter calls can both do.
        private <T extends Actions<Tables, T>> T common(T next, Act act, boolean stops) {
            return switch (act) {
                case StatemScenario.ReplyLater(int value) -> {
                    ReplyTo<Integer> caller = tables.saved;
                    tables.saved = null;
                    yield caller == null ? next : next.reply(caller, value);
                }
                case StatemScenario.StartTimer(StatemScenario.Key key, int ticks, int content) ->
                    stops || !stage.mayWait(ticks) ? next : started(next, key, Stage.time(ticks, key.phase), content);
                case StatemScenario.CancelTimer timer ->
                    stops
                            ? next
                            : switch (timer.key()) {
                                case STATE -> next.cancelStateTimeout();
                                case EVENT -> next.cancelEventTimeout();
                                case X, Y -> next.cancelTimeout(timer.key());
                            };
                case StatemScenario.UpdateTimer timer ->
                    stops
                            ? next
                            : switch (timer.key()) {
                                case STATE -> next.updateStateTimeout(timer.content());
                                case EVENT -> next.updateEventTimeout(timer.content());
                                case X, Y -> next.updateTimeout(timer.key(), timer.content());
                            };
                default -> next;
            };
        }

        private <T extends Actions<Tables, T>> T started(T next, StatemScenario.Key key, Duration time, int content) {
            return switch (key) {
                case STATE -> next.stateTimeout(time, content);
                case EVENT -> next.eventTimeout(time, content);
                case X, Y -> next.timeout(key, time, content);
            };
        }

        @Override
        public void terminate(ExitReason reason, State state, Tables data) {
            // docs/differences-from-otp.md, GenServer: in OTP it runs after an exit signal only for who traps exits.
            if (tables.leaves || stopRequested || tables.traps) {
                byMachine.add("{" + me() + ",terminate," + Reason.seen(reason) + ","
                        + (tables.entering ? "entering" : Terms.text(state)) + "}");
            }
        }
    }
}
