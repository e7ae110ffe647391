package dev.skep.conformance.scenario;

import dev.skep.CallException;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.conformance.scenario.SupervisorScenario.AnyTree;
import dev.skep.conformance.scenario.SupervisorScenario.Birth;
import dev.skep.conformance.scenario.SupervisorScenario.Child;
import dev.skep.conformance.scenario.SupervisorScenario.End;
import dev.skep.conformance.scenario.SupervisorScenario.Obedience;
import dev.skep.conformance.scenario.SupervisorScenario.Request;
import dev.skep.conformance.scenario.SupervisorScenario.SimpleTree;
import dev.skep.conformance.scenario.SupervisorScenario.Step;
import dev.skep.conformance.scenario.SupervisorScenario.Tree;
import dev.skep.conformance.scenario.SupervisorScenario.Worker;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.SimpleSupervisor;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.supervisor.SupervisorRpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Runs a [SupervisorScenario] on Skep: `skep_supervisor.erl` for the other side, which says why things are as they are.
class SupervisorPlayer {
    private static final Duration PERIOD = Duration.ofSeconds(100_000);

    private final Stage stage;
    private final SupervisorScenario scenario;
    private final Map<String, Integer> starts = new HashMap<>();
    private final Map<String, Pid> pids = new HashMap<>();
    private final Map<Pid, String> names = new HashMap<>();
    private final TreeSet<String> supervisors = new TreeSet<>();
    private final List<String> happened = new ArrayList<>();
    private final List<String> instances = new ArrayList<>();
    private final Map<Integer, String> results = new HashMap<>();
    private final Map<String, String> seen = new HashMap<>();
    private int step;

    SupervisorPlayer(Stage stage, SupervisorScenario scenario) {
        this.stage = stage;
        this.scenario = scenario;
    }

    List<String> play() throws InterruptedException {
        Pid owner = stage.node().spawn(this::own);
        List<String> lines = new ArrayList<>(look(false));
        for (Step each : scenario.steps()) {
            step++;
            take(owner, each);
            lines.addAll(look(each instanceof SupervisorScenario.Kill));
        }
        return lines;
    }

    private void take(Pid owner, Step what) throws InterruptedException {
        switch (what) {
            case SupervisorScenario.Advance(int ticks) -> stage.advance(ticks);
            case SupervisorScenario.StopTree stop -> owner.send(stop);
            case SupervisorScenario.Leave leave -> tell(leave.child(), leave);
            case SupervisorScenario.CrashOf crash -> tell(crash.child(), crash);
            case SupervisorScenario.Kill(String child) -> {
                Pid pid = pids.get(child);
                if (pid != null) {
                    pid.exit(ExitReason.kill());
                }
            }
            case Request request -> {
                Pid pid = pids.get(request.supervisor());
                if (pid != null) {
                    int number = step;
                    client(() -> results.put(number, answer(() -> request(pid, request))));
                }
            }
        }
    }

    private void tell(String child, Object message) {
        Pid pid = pids.get(child);
        if (pid != null) {
            pid.send(message);
        }
    }

    // ---- What the driver sees ----------------------------------------------------------------------------------------

    private List<String> look(boolean killed) {
        stage.settle();
        List<String> lines = new ArrayList<>(happened);
        if (killed) {
            List<String> stops = lines.stream()
                    .filter(line -> line.startsWith("{stop,"))
                    .sorted()
                    .toList();
            lines.removeIf(line -> line.startsWith("{stop,"));
            lines.addAll(stops);
        }
        happened.clear();
        lines.addAll(instances.stream().sorted().toList());
        instances.clear();
        int now = step;
        for (String id : supervisors) {
            Pid pid = Objects.requireNonNull(pids.get(id));
            if (pid.isAlive()) {
                client(() -> {
                    String children = answer(() -> children(pid));
                    if (step == now) {
                        seen.put(id, children);
                    }
                });
            }
        }
        stage.settle();
        results.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(result -> lines.add("{" + result.getKey() + "," + result.getValue() + "}"));
        results.clear();
        seen.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> lines.add("{" + each.getKey() + "," + each.getValue() + "}"));
        seen.clear();
        lines.addAll(happened);
        happened.clear();
        return lines.stream().map(line -> now + " " + line).toList();
    }

    private void client(Runnable code) {
        stage.node().spawn(_ -> code.run());
    }

    private static String answer(Supplier<String> request) {
        try {
            return request.get();
        } catch (CallException.NoProcess e) {
            return "noproc";
        } catch (CallException.ServerExited e) {
            return "{exit," + Reason.seen(e.reason()) + "}";
        }
    }

    private String children(Pid supervisor) {
        // Regular and simple supervisors are asked alike.
        SupervisorRef ref = new SupervisorRef(ServerRef.<SupervisorRpc>of(supervisor));
        List<String> children = new ArrayList<>();
        boolean simple = false;
        for (ChildInfo child : ref.whichChildren()) {
            simple |= child.id().equals("child");
            String state = switch (child.state()) {
                case RUNNING, STARTING -> name(child.pid().orElseThrow());
                case RESTARTING, WAITING -> "restarting";
                case STOPPED -> "undefined";
            };
            children.add("{" + child.id() + "," + state + "," + Terms.text(child.type()) + "}");
        }
        if (simple) {
            children.sort(null);
        }
        ChildCount count = ref.countChildren();
        return "{[" + String.join(",", children) + "],["
                + count.specs() + "," + count.active() + "," + count.supervisors() + "," + count.workers() + "]}";
    }

    private String name(Pid pid) {
        return names.getOrDefault(pid, "none");
    }

    private String request(Pid pid, Request request) {
        SupervisorRef ref = new SupervisorRef(ServerRef.<SupervisorRpc>of(pid));
        return switch (request) {
            case SupervisorScenario.StartChild(String _, Child child) -> started(ref.startChild(spec(child)));
            case SupervisorScenario.StartInstance(String _, String instance) -> startInstance(pid, instance);
            case SupervisorScenario.TerminateChild(String _, String id) -> plain(ref.terminateChild(id));
            case SupervisorScenario.TerminateInstance(String _, String id) -> {
                Pid child = pids.get(id);
                if (child == null) {
                    yield "none";
                }
                boolean found = new SimpleSupervisorRef<String, Object>(ref.server()).terminateChild(child);
                yield found ? "ok" : "{error,not_found}";
            }
            case SupervisorScenario.RestartChild(String _, String id) -> started(ref.restartChild(id));
            case SupervisorScenario.DeleteChild(String _, String id) -> plain(ref.deleteChild(id));
            case SupervisorScenario.GetSpec(String _, String id) ->
                ref.childSpec(id).map(SupervisorPlayer::text).fold(spec -> spec, this::error);
        };
    }

    private String startInstance(Pid supervisor, String instance) {
        Started<Object> started = new SimpleSupervisorRef<String, Object>(ServerRef.of(supervisor)).startChild(instance);
        return switch (started) {
            case Started.Running<Object>(Pid pid, Object _) -> "{ok," + name(pid) + "}";
            case Started.Ignored<Object> _ -> "{ok,undefined}";
            case Started.AlreadyStarted<Object>(Pid pid) -> "{error,{already_started," + name(pid) + "}}";
            case Started.Failed<Object>(String _, ExitReason reason) ->
                "{error,{failed," + Reason.seen(reason) + "}}";
        };
    }

    private String started(Result<Optional<Pid>, ChildError> started) {
        return started.map(pid -> "{ok," + pid.map(this::name).orElse("undefined") + "}")
                .fold(text -> text, this::error);
    }

    private String plain(Result<ChildSpec, ChildError> done) {
        return done.fold(_ -> "ok", this::error);
    }

    private String error(ChildError error) {
        return "{error,"
                + switch (error) {
                    case ChildError.NotFound _ -> "not_found";
                    case ChildError.AlreadyStarted(Pid pid) -> "{already_started," + name(pid) + "}";
                    case ChildError.AlreadyPresent _ -> "already_present";
                    case ChildError.Running _ -> "running";
                    case ChildError.Restarting _ -> "restarting";
                    case ChildError.SimpleOneForOne _ -> "simple_one_for_one";
                    case ChildError.StartFailed(String _, ExitReason reason) -> "{failed," + Reason.seen(reason) + "}";
                    case ChildError.MaxChildren _ -> "max_children";
                    case ChildError.InvalidSpec _ -> "invalid";
                }
                + "}";
    }

    private static String text(ChildSpec spec) {
        String shutdown = switch (spec.shutdown()) {
            case Shutdown.BrutalKill() -> "brutal";
            case Shutdown.Within(Duration time) when time.equals(ServerRef.FOREVER) -> "infinity";
            case Shutdown.Within(Duration time) when time.equals(Stage.time(1, 1)) -> "short";
            case Shutdown.Within(Duration _) -> "long";
        };
        return "{ok,{" + spec.id() + "," + Terms.text(spec.restart()) + "," + shutdown + "," + Terms.text(spec.type())
                + "," + spec.isSignificant() + "}}";
    }

    // ---- The tree ----------------------------------------------------------------------------------------------------

    private int count(String id) {
        return starts.merge(id, 1, Integer::sum);
    }

    private void runs(String id, int number, Pid pid) {
        pids.put(id, pid);
        names.put(pid, "{" + id + "," + number + "}");
    }

    private void own(Receiver<Object> self) {
        self.trapExit(true);
        switch (start(self, scenario.tree())) {
            case Started.Running<?>(Pid pid, Object _) -> {
                happened.add("{top,ok}");
                while (true) {
                    Object message = self.receive();
                    if (message instanceof Exit(Pid ended, ExitReason reason) && ended.equals(pid)) {
                        happened.add("{top_ends," + Reason.seen(reason) + "}");
                        return;
                    } else if (message instanceof SupervisorScenario.StopTree) {
                        pid.exit(ExitReason.shutdown());
                    }
                }
            }
            case Started.Failed<?>(String _, ExitReason reason) -> happened.add("{top," + Reason.seen(reason) + "}");
            case Started.Ignored<?> _, Started.AlreadyStarted<?> _ -> happened.add("{top,unexpected}");
        }
    }

    private Started<?> start(Self<?> parent, AnyTree tree) {
        int number = count(tree.id());
        happened.add("{start," + tree.id() + "," + number + "}");
        Started<?> started = switch (tree) {
            case Tree regular -> parent.startLink(regular(regular));
            case SimpleTree simple -> parent.startLink(simple(simple));
        };
        if (started instanceof Started.Running<?>(Pid pid, Object _)) {
            runs(tree.id(), number, pid);
            supervisors.add(tree.id());
        }
        return started;
    }

    /// What tests of this check replace by something wrong.
    Supervisor strategy(Tree tree) {
        return switch (tree.strategy()) {
            case ONE_FOR_ONE -> Supervisor.oneForOne();
            case ONE_FOR_ALL -> Supervisor.oneForAll();
            case REST_FOR_ONE -> Supervisor.restForOne();
        };
    }

    private Supervisor regular(Tree tree) {
        return strategy(tree)
                .intensity(tree.intensity(), PERIOD)
                .autoShutdown(tree.auto())
                .children(tree.children().stream().map(this::spec).toList());
    }

    private SimpleSupervisor<String, ServerRef<Object>> simple(SimpleTree tree) {
        SimpleSupervisor<String, ServerRef<Object>> simple = Supervisor.simpleOneForOne(
                (String instance) -> server(new Worker(
                        instance,
                        tree.restart(),
                        tree.shutdown(),
                        false,
                        tree.births(),
                        tree.obedience(),
                        true), instances));
        simple = simple.intensity(tree.intensity(), PERIOD).restart(tree.restart());
        simple = switch (tree.shutdown()) {
            case BRUTAL -> simple.brutalKill();
            case SHORT, LONG, INFINITY -> simple.shutdown(time(tree.shutdown()));
        };
        return simple.autoShutdown(tree.auto());
    }

    private static Duration time(End end) {
        return switch (end) {
            case SHORT -> Stage.time(1, 1);
            case LONG -> Duration.ofSeconds(5000);
            case BRUTAL, INFINITY -> ServerRef.FOREVER;
        };
    }

    private ChildSpec spec(Child child) {
        return switch (child) {
            case Worker worker -> {
                ChildSpec spec = ChildSpec.of(worker.id(), parent -> start(parent, worker))
                        .restart(worker.restart());
                spec = worker.significant() ? spec.significant() : spec;
                yield worker.shutdown() == End.BRUTAL ? spec.brutalKill() : spec.shutdown(time(worker.shutdown()));
            }
            case SupervisorScenario.Nested nested -> {
                ChildSpec spec = ChildSpec.of(nested.id(), parent -> start(parent, nested.tree()))
                        .type(ChildType.SUPERVISOR)
                        .restart(nested.restart());
                yield nested.significant() ? spec.significant() : spec;
            }
        };
    }

    private static Birth birth(Worker worker, int number) {
        return number <= worker.births().size()
                ? worker.births().get(number - 1)
                : new SupervisorScenario.Start();
    }

    // ---- Workers -----------------------------------------------------------------------------------------------------

    private Started<?> start(Self<?> parent, Worker worker) {
        if (worker.server()) {
            return parent.startLink(server(worker, happened));
        }
        int number = count(worker.id());
        happened.add("{start," + worker.id() + "," + number + "}");
        return switch (birth(worker, number)) {
            case SupervisorScenario.Start() -> {
                Pid supervisor = parent.pid();
                Started<?> started = parent.startLink(ProcessSpec.<Object>of((self, ack) -> {
                    self.trapExit(worker.obedience() != Obedience.PLAIN);
                    ack.ack();
                    work(self, supervisor, worker);
                }));
                if (started instanceof Started.Running<?>(Pid pid, Object _)) {
                    runs(worker.id(), number, pid);
                }
                yield started;
            }
            case SupervisorScenario.Ignore() -> new Started.Ignored<>();
            case SupervisorScenario.Fail(Reason reason) -> new Started.Failed<>(worker.id(), reason.onSkep());
            case SupervisorScenario.Crash(int k) -> throw new Reason.Boom(k);
        };
    }

    private void work(Receiver<Object> self, Pid supervisor, Worker worker) {
        while (true) {
            switch (self.receive()) {
                case SupervisorScenario.Leave(String _, Reason reason) -> throw new ProcessExit(reason.onSkep());
                case SupervisorScenario.CrashOf(String _, int k) -> throw new Reason.Boom(k);
                case Exit(Pid pid, ExitReason reason) when pid.equals(supervisor) -> {
                    happened.add("{stop," + worker.id() + "," + Reason.seen(reason) + "}");
                    switch (worker.obedience()) {
                        case OBEYS, PLAIN -> throw new ProcessExit(reason);
                        case OWN_REASON -> throw new ProcessExit(new Reason.User(9).onSkep());
                        case REFUSES -> {}
                    }
                }
                default -> {}
            }
        }
    }

    private StartSpec<ServerRef<Object>> server(Worker worker, List<String> topic) {
        return GenServer.<Object>spec(() -> new Server(worker, topic));
    }

    /// A worker that is a server.
    private final class Server implements GenServer<Worker, Object> {
        private final Worker worker;
        private final List<String> topic;
        private boolean leaves;

        Server(Worker worker, List<String> topic) {
            this.worker = worker;
            this.topic = topic;
        }

        @Override
        public Worker init(Self<Object> self) {
            self.trapExit(worker.obedience() != Obedience.PLAIN);
            int number = count(worker.id());
            happened.add("{start," + worker.id() + "," + number + "}");
            switch (birth(worker, number)) {
                case SupervisorScenario.Start() -> runs(worker.id(), number, self.pid());
                case SupervisorScenario.Ignore() -> throw new StartException.Ignore();
                case SupervisorScenario.Fail(Reason reason) -> throw new ProcessExit(reason.onSkep());
                case SupervisorScenario.Crash(int k) -> throw new Reason.Boom(k);
            }
            return worker;
        }

        @Override
        public Next<Worker> handle(Object message, From from, Worker state) {
            return Next.unhandled();
        }

        @Override
        public Next<Worker> info(Object message, Worker state) {
            return switch (message) {
                case SupervisorScenario.Leave(String _, Reason reason) -> {
                    leaves = true;
                    yield Next.stop(reason.onSkep());
                }
                case SupervisorScenario.CrashOf(String _, int k) -> {
                    leaves = true;
                    throw new Reason.Boom(k);
                }
                default -> Next.noReply();
            };
        }

        @Override
        public void terminate(ExitReason reason, Worker state) {
            // docs/differences-from-otp.md, GenServer: in OTP it runs after an exit signal only for who traps exits.
            if (leaves || worker.obedience() == Obedience.PLAIN) {
                return;
            }
            topic.add("{stop," + worker.id() + "," + Reason.seen(reason) + "}");
            if (worker.obedience() == Obedience.OWN_REASON) {
                throw new ProcessExit(new Reason.User(9).onSkep());
            }
        }
    }
}
