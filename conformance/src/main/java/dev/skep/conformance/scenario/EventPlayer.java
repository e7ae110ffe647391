package dev.skep.conformance.scenario;

import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.conformance.scenario.EventScenario.Handler;
import dev.skep.conformance.scenario.EventScenario.Reaction;
import dev.skep.conformance.scenario.EventScenario.Request;
import dev.skep.conformance.scenario.EventScenario.Rule;
import dev.skep.conformance.scenario.EventScenario.Step;
import dev.skep.event.EventHandler;
import dev.skep.event.GenEvent;
import dev.skep.event.GenEventRef;
import dev.skep.event.HandlerEnd;
import dev.skep.event.HandlerError;
import dev.skep.event.HandlerExit;
import dev.skep.event.HandlerId;
import dev.skep.event.Swap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs an [EventScenario] on Skep: `skep_event.erl` for the other side, which says why things are as they are.
class EventPlayer {
    private final Stage stage;
    private final EventScenario scenario;
    private final GenEventRef<Happened> manager;
    private final List<String> byManager = new ArrayList<>();
    private final TreeMap<Integer, List<String>> byOwners = new TreeMap<>();
    private final List<String> byClients = new ArrayList<>();

    /// An event.
    record Happened(int tag) {}

    /// What handlers are called with.
    record Question(int tag) implements dev.skep.Call<Question, Integer> {}

    /// What an owner is told.
    private record Do(int number, Request request) {}

    EventPlayer(Stage stage, EventScenario scenario) {
        this.stage = stage;
        this.scenario = scenario;
        this.manager = startManager(stage);
    }

    /// By a process that ends then: in OTP, too, nobody is its parent.
    private static GenEventRef<Happened> startManager(Stage stage) {
        List<GenEventRef<Happened>> started = new ArrayList<>();
        stage.node()
                .spawn(self ->
                        started.add(self.start(GenEvent.<Happened>manager()).orElseThrow()));
        stage.settle();
        return started.getFirst();
    }

    List<String> play() {
        List<Pid> owners =
                List.of(stage.node().spawn(self -> own(self, 0)), stage.node().spawn(self -> own(self, 1)));
        List<String> lines = new ArrayList<>(look(0));
        int number = 1;
        for (Step step : scenario.steps()) {
            int now = number;
            switch (step) {
                case EventScenario.ByOwner(int owner, Request request) ->
                    owners.get(owner).send(new Do(now, request));
                case EventScenario.OwnerExit exit -> owners.get(exit.owner()).send(exit);
                case Request request -> stage.node().spawn(_ -> note(now, request(request, null)));
            }
            lines.addAll(look(now));
            number++;
        }
        return lines;
    }

    private void note(int number, String result) {
        byClients.add("{" + number + "," + result + "}");
    }

    private List<String> look(int number) {
        stage.settle();
        List<String> lines = new ArrayList<>();
        byManager.forEach(entry -> lines.add(number + " " + entry));
        byOwners.forEach(
                (owner, entries) -> entries.forEach(entry -> lines.add(number + " owner " + owner + " " + entry)));
        byClients.forEach(entry -> lines.add(number + " " + entry));
        byManager.clear();
        byOwners.clear();
        byClients.clear();
        return lines;
    }

    private void own(Receiver<Object> self, int me) {
        self.trapExit(true);
        while (true) {
            switch (self.receive()) {
                case Do(int number, Request request) -> note(number, request(request, self));
                case EventScenario.OwnerExit(int _, Reason reason) -> throw new ProcessExit(reason.onSkep());
                case HandlerExit(Pid _, HandlerId<?> id, ExitReason reason) ->
                    noteOwner(me, "{" + id + "," + told(reason) + "}");
                case Exit(Pid _, ExitReason reason) -> noteOwner(me, "{exit," + Reason.seen(reason) + "}");
                case Object other -> noteOwner(me, "unexpected: " + other);
            }
        }
    }

    private void noteOwner(int me, String entry) {
        byOwners.computeIfAbsent(me, _ -> new ArrayList<>()).add(entry);
    }

    private static String told(ExitReason reason) {
        if (reason instanceof ExitReason.Crashed) {
            return "crashed";
        }
        return reason instanceof ExitReason.Because(HandlerExit.Swapped(HandlerId<?> by, var _))
                ? "{swapped," + by + "}"
                : Reason.seen(reason);
    }

    private static HandlerId<Question> id(EventScenario.Id id) {
        return HandlerId.of(id.name().toLowerCase(Locale.ROOT));
    }

    /// @param owner the process that asks, if it is an owner
    private String request(Request request, @Nullable Self<?> owner) {
        try {
            switch (request) {
                case EventScenario.Notify(int tag) -> manager.notify(new Happened(tag));
                case EventScenario.SyncNotify(int tag) -> manager.syncNotify(new Happened(tag));
                case EventScenario.Info(int tag) -> manager.server().send(new EventScenario.Info(tag));
                case EventScenario.Signal(Reason reason) ->
                    manager.pid().orElseThrow().exit(reason.onSkep());
                case EventScenario.StopManager(Reason reason) -> manager.stop(reason.onSkep(), ServerRef.FOREVER);
                case EventScenario.Ask(EventScenario.Id id, int tag) -> {
                    return manager.call(id(id), new Question(tag), ServerRef.FOREVER)
                            .fold(String::valueOf, EventPlayer::error);
                }
                case EventScenario.Add(EventScenario.Id id) -> {
                    return done(manager.addHandler(id(id), () -> newHandler(id)));
                }
                case EventScenario.AddSupervised(EventScenario.Id id) -> {
                    return owner == null
                            ? "none"
                            : done(manager.addSupervisedHandler(owner, id(id), () -> newHandler(id)));
                }
                case EventScenario.Delete(EventScenario.Id id, int argument) -> {
                    return manager.deleteHandler(id(id), argument)
                            .fold(left -> left.map(String::valueOf).orElse("none"), EventPlayer::error);
                }
                case EventScenario.Swap(EventScenario.Id old, int argument, EventScenario.Id id) -> {
                    return done(manager.swapHandler(id(old), swap(argument, id)));
                }
                case EventScenario.SwapSupervised(EventScenario.Id old, int argument, EventScenario.Id id) -> {
                    return owner == null
                            ? "none"
                            : done(manager.swapSupervisedHandler(owner, id(old), swap(argument, id)));
                }
                case EventScenario.Which() -> {
                    return manager.whichHandlers().stream()
                            .map(HandlerId::text)
                            .collect(Collectors.joining(",", "[", "]"));
                }
            }
            return "ok";
        } catch (CallException e) {
            return "{exit," + Reason.seen(ExitReason.crashed(e)) + "}";
        }
    }

    private Swap<Happened> swap(int argument, EventScenario.Id id) {
        return new Swap<>(Optional.of(argument), id(id), () -> newHandler(id));
    }

    private static String done(Result<HandlerId<?>, HandlerError> result) {
        return result.fold(_ -> "ok", EventPlayer::error);
    }

    private static String error(HandlerError error) {
        return switch (error) {
            case HandlerError.NotFound _ -> "not_found";
            case HandlerError.Crashed(HandlerId<?> _, ExitReason reason) -> "{crashed," + Reason.seen(reason) + "}";
        };
    }

    // ---- Handlers
    // ----------------------------------------------------------------------------------------------------

    private EventHandler<String, Happened, Question> newHandler(EventScenario.Id id) {
        for (Handler handler : scenario.handlers()) {
            if (handler.id() == id) {
                return newHandler(handler);
            }
        }
        return newHandler(new Handler(id, new EventScenario.Start(), List.of(), List.of(), new EventScenario.Start()));
    }

    /// What tests of this check replace by something wrong.
    EventHandler<String, Happened, Question> newHandler(Handler handler) {
        return new Playing(handler);
    }

    class Playing implements EventHandler<String, Happened, Question> {
        private static final String STATE = "state";

        private final Handler handler;
        private final String me;
        private final Map<String, Integer> turns = new HashMap<>();

        Playing(Handler handler) {
            this.handler = handler;
            this.me = id(handler.id()).text();
        }

        @Override
        public String init(Self<Object> self) {
            byManager.add("{" + me + ",init}");
            return attempt(handler.init());
        }

        @Override
        public String takeOver(Self<Object> self, Optional<Object> left) {
            byManager.add("{" + me + ",takes_over," + left.map(String::valueOf).orElse("none") + "}");
            return attempt(handler.init());
        }

        private String attempt(EventScenario.Attempt what) {
            return switch (what) {
                case EventScenario.Start() -> STATE;
                case EventScenario.Crash(int number) -> throw new Reason.Boom(number);
            };
        }

        @Override
        public Next<String> event(Happened event, String state) {
            return react("{event," + event.tag() + "}", handler.events(), event.tag(), Next.noReply());
        }

        @Override
        public Next<String> call(Question message, String state) {
            int tag = message.tag();
            return react("{call," + tag + "}", handler.calls(), tag, message.reply(tag));
        }

        @Override
        public Next<String> info(Object message, String state) {
            return switch (message) {
                case EventScenario.Info(int tag) -> react("{info," + tag + "}", handler.events(), tag, Next.noReply());
                case Exit(Pid _, ExitReason reason) ->
                    react("{exit," + Reason.seen(reason) + "}", handler.events(), EventScenario.EXITS, Next.noReply());
                default -> throw new IllegalStateException("unexpected: " + message);
            };
        }

        private Next<String> react(String event, List<Rule> rules, int tag, Next<String> next) {
            byManager.add("{" + me + "," + event + "}");
            int turn = turns.merge((rules == handler.calls()) + " " + tag, 1, Integer::sum) - 1;
            for (Rule rule : rules) {
                if (rule.tag() == tag) {
                    List<Reaction> reactions = rule.reactions();
                    return reactions.isEmpty() ? next : react(reactions.get(turn % reactions.size()), next);
                }
            }
            return next;
        }

        private Next<String> react(Reaction reaction, Next<String> next) {
            return switch (reaction) {
                case EventScenario.Stay() -> next;
                case EventScenario.Remove() -> next.thenStop(ExitReason.normal());
                case EventScenario.Crash(int number) -> throw new Reason.Boom(number);
                case EventScenario.SwapTo(EventScenario.Id id, int argument) -> next.continueWith(swap(argument, id));
            };
        }

        @Override
        public Optional<Object> terminate(HandlerEnd why, String state) {
            byManager.add("{" + me + ",terminate," + text(why) + "}");
            attempt(handler.lastWords());
            return Optional.of("{left," + me + "}");
        }

        private static String text(HandlerEnd why) {
            return switch (why) {
                case HandlerEnd.Deleted(Optional<Object> argument) -> "{deleted," + argument.orElse("none") + "}";
                case HandlerEnd.Swapped(HandlerId<?> _, Optional<Object> argument) ->
                    "{swapped," + argument.orElse("none") + "}";
                case HandlerEnd.Removed _ -> "removed";
                case HandlerEnd.Crashed(ExitReason reason) -> "{crashed," + Reason.seen(reason) + "}";
                case HandlerEnd.OwnerEnded(Pid _, ExitReason reason) -> "{owner_ended," + Reason.seen(reason) + "}";
                case HandlerEnd.ManagerEnds _ -> "manager_ends";
            };
        }
    }
}
