package dev.skep.conformance.scenario;

import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.conformance.scenario.ServerScenario.Reaction;
import dev.skep.conformance.scenario.ServerScenario.Request;
import dev.skep.conformance.scenario.ServerScenario.Rule;
import dev.skep.conformance.scenario.ServerScenario.Step;
import dev.skep.conformance.scenario.ServerScenario.Then;
import dev.skep.server.GenServer;
import dev.skep.server.IdleTimeout;
import dev.skep.server.ServerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Runs a [ServerScenario] on Skep: `skep_server.erl` for the other side, which says why things are as they are.
class ServerPlayer {
    private static final int FUEL = 40;

    private final Stage stage;
    private final ServerScenario scenario;
    private final List<String> byServer = new ArrayList<>();
    private final List<String> byOwner = new ArrayList<>();
    private final TreeMap<Integer, String> byClients = new TreeMap<>();
    private @Nullable ServerRef<Rpc> server;
    private boolean stopRequested;

    /// What the server is sent.
    sealed interface Rpc {}

    record Ask(int tag) implements Rpc, dev.skep.Call<Rpc, Integer> {}

    record Tell(int tag) implements Rpc, dev.skep.Cast<Rpc> {}

    /// What the owner is told.
    private record StartIt() {}

    ServerPlayer(Stage stage, ServerScenario scenario) {
        this.stage = stage;
        this.scenario = scenario;
    }

    List<String> play() throws InterruptedException {
        Pid owner = stage.node().spawn(this::own);
        owner.send(new StartIt());
        List<String> lines = new ArrayList<>(look(0));
        int number = 1;
        for (Step step : scenario.steps()) {
            take(owner, number, step);
            lines.addAll(look(number));
            number++;
        }
        return lines;
    }

    private List<String> look(int number) {
        stage.settle();
        List<String> lines = new ArrayList<>();
        byServer.forEach(entry -> lines.add(number + " server " + entry));
        byOwner.forEach(entry -> lines.add(number + " owner " + entry));
        byClients.forEach((client, entry) -> lines.add(number + " {" + client + "," + entry + "}"));
        byServer.clear();
        byOwner.clear();
        byClients.clear();
        return lines;
    }

    private void take(Pid owner, int number, Step step) throws InterruptedException {
        stopRequested = step instanceof ServerScenario.StopServer; // not of the server that is started next, too
        switch (step) {
            case ServerScenario.Advance(int ticks) -> stage.advance(ticks);
            case ServerScenario.StartAgain _ -> owner.send(new StartIt());
            case ServerScenario.OwnerExit exit -> owner.send(exit);
            case Request request -> {
                ServerRef<Rpc> running = server;
                if (running != null) {
                    stage.node().spawn(_ -> byClients.put(number, request(running, request)));
                }
            }
        }
    }

    private static String request(ServerRef<Rpc> server, Request request) {
        try {
            switch (request) {
                case ServerScenario.Call(int tag, int ticks) -> {
                    return String.valueOf(
                            server.call(new Ask(tag), ticks == 0 ? ServerRef.FOREVER : Stage.time(ticks, 1)));
                }
                case ServerScenario.Cast(int tag) -> server.cast(new Tell(tag));
                case ServerScenario.Info(int tag) -> server.send(new ServerScenario.Info(tag));
                case ServerScenario.Signal(Reason reason) ->
                    server.pid().orElseThrow().exit(reason.onSkep());
                case ServerScenario.StopServer(Reason reason) -> server.stop(reason.onSkep(), ServerRef.FOREVER);
            }
            return "ok";
        } catch (CallException e) {
            return "{exit," + Reason.seen(ExitReason.crashed(e)) + "}";
        }
    }

    private void own(Receiver<Object> self) {
        self.trapExit(true);
        while (true) {
            switch (self.receive()) {
                case StartIt() -> start(self);
                case ServerScenario.OwnerExit(Reason reason) -> throw new ProcessExit(reason.onSkep());
                case Exit(Pid _, ExitReason reason) -> byOwner.add("{exit," + Reason.seen(reason) + "}");
                case Object other -> byOwner.add("unexpected: " + other);
            }
        }
    }

    private void start(Self<Object> self) {
        ServerSpec<Rpc> spec = GenServer.spec(this::newServer);
        if (scenario.named()) {
            spec = spec.named(Name.of("a"));
        }
        Started<ServerRef<Rpc>> started = scenario.linked() ? self.startLink(spec) : self.start(spec);
        byOwner.add(
                switch (started) {
                    case Started.Running<ServerRef<Rpc>>(Pid _, ServerRef<Rpc> ref) -> {
                        server = ref;
                        yield "ok";
                    }
                    case Started.Ignored<?> _ -> "ignore";
                    case Started.AlreadyStarted<?> _ -> "already_started";
                    case Started.Failed<?>(String _, ExitReason reason) -> "{failed," + Reason.seen(reason) + "}";
                });
    }

    // ---- The server
    // --------------------------------------------------------------------------------------------------

    /// What tests of this check replace by something wrong.
    GenServer<String, Rpc> newServer() {
        return new Server();
    }

    class Server implements GenServer<String, Rpc> {
        private static final String STATE = "state";

        private final Map<Integer, Integer> turns = new HashMap<>();
        private int fuel = FUEL;
        private boolean traps;
        private boolean leaves;
        private @Nullable From saved;
        private @Nullable Self<Rpc> self;

        @Override
        public String init(Self<Rpc> process) {
            self = process;
            trap(scenario.trap());
            byServer.add("init");
            return switch (scenario.init()) {
                case ServerScenario.BeginWith _ -> STATE;
                case ServerScenario.Ignore() -> throw new StartException.Ignore();
                case ServerScenario.Fail(Reason reason) -> throw new ProcessExit(reason.onSkep());
                case ServerScenario.Crash(int number) -> throw new Reason.Boom(number);
            };
        }

        @Override
        public Next<String> afterInit(String state) {
            return scenario.init() instanceof ServerScenario.BeginWith(Then then)
                    ? then(Next.noReply(), then)
                    : Next.noReply();
        }

        private Self<Rpc> self() {
            Self<Rpc> process = self;
            if (process == null) {
                throw new IllegalStateException("init has not run");
            }
            return process;
        }

        private void trap(boolean flag) {
            self().trapExit(flag);
            traps = flag;
        }

        @Override
        public Next<String> handle(Rpc message, From from, String state) {
            return switch (message) {
                case Ask(int tag) -> react("{call," + tag + "}", tag, Optional.of(from));
                case Tell(int tag) -> react("{cast," + tag + "}", tag, Optional.empty());
            };
        }

        @Override
        public Next<String> info(Object message, String state) {
            return switch (message) {
                case ServerScenario.Info(int tag) -> react("{info," + tag + "}", tag, Optional.empty());
                case IdleTimeout _ -> react("timeout", ServerScenario.IDLE, Optional.empty());
                case Exit(Pid _, ExitReason reason) ->
                    react("{exit," + Reason.seen(reason) + "}", ServerScenario.EXITS, Optional.empty());
                default -> react("unexpected: " + message, -1, Optional.empty());
            };
        }

        @Override
        public Next<String> handleContinue(Object argument, String state) {
            return react("{continue," + argument + "}", (Integer) argument, Optional.empty());
        }

        @Override
        public void terminate(ExitReason reason, String state) {
            // docs/differences-from-otp.md, GenServer: in OTP it runs after an exit signal only for who traps exits.
            if (!leaves && !stopRequested && !traps) {
                return;
            }
            byServer.add("{terminate," + Reason.seen(reason) + "}");
            switch (scenario.lastWords()) {
                case ServerScenario.Silent() -> {}
                case ServerScenario.Crash(int number) -> throw new Reason.Boom(number);
                case ServerScenario.Exit(Reason why) -> throw new ProcessExit(why.onSkep());
            }
        }

        Next<String> react(String event, int tag, Optional<From> from) {
            byServer.add(event);
            int turn = turns.merge(tag, 1, Integer::sum) - 1;
            boolean tired = fuel-- <= 0;
            for (Rule rule : scenario.rules()) {
                if (rule.tag() == tag && !tired && !rule.reactions().isEmpty()) {
                    List<Reaction> reactions = rule.reactions();
                    return react(reactions.get(turn % reactions.size()), from);
                }
            }
            return Next.noReply();
        }

        private Next<String> react(Reaction reaction, Optional<From> from) {
            return switch (reaction) {
                case ServerScenario.Reply(int value, Then then) ->
                    then(from.isPresent() ? new Ask(0).reply(value) : Next.noReply(), then);
                case ServerScenario.NoReply(Then then) -> then(Next.noReply(), then);
                case ServerScenario.KeepCaller(Then then) -> {
                    from.ifPresent(caller -> saved = caller);
                    yield then(Next.noReply(), then);
                }
                case ServerScenario.ReplyLater(int value, Then then) -> {
                    From caller = saved;
                    if (caller != null) {
                        caller.reply(value);
                        saved = null;
                    }
                    yield then(Next.noReply(), then);
                }
                case ServerScenario.SendSelf(int tag, Then then) -> {
                    self().pid().send(new ServerScenario.Info(tag));
                    yield then(Next.noReply(), then);
                }
                case ServerScenario.CastSelf(int tag, Then then) -> {
                    self().ref().cast(new Tell(tag));
                    yield then(Next.noReply(), then);
                }
                case ServerScenario.Trap(boolean flag, Then then) -> {
                    trap(flag);
                    yield then(Next.noReply(), then);
                }
                case ServerScenario.Crash(int number) -> {
                    leaves = true;
                    throw new Reason.Boom(number);
                }
                case ServerScenario.Exit(Reason reason) -> {
                    leaves = true;
                    throw new ProcessExit(reason.onSkep());
                }
            };
        }

        private Next<String> then(Next<String> next, Then then) {
            return switch (then) {
                case ServerScenario.Stay() -> next;
                case ServerScenario.Continue(int tag) -> next.continueWith(tag);
                case ServerScenario.Wait(int ticks) -> stage.mayWait(ticks) ? next.timeout(Stage.time(ticks)) : next;
                case ServerScenario.Stop(Reason reason) -> {
                    leaves = true;
                    yield next.thenStop(reason.onSkep());
                }
            };
        }
    }
}
