package dev.skep.conformance.scenario;

import static java.util.stream.Collectors.joining;

import dev.skep.Alias;
import dev.skep.Down;
import dev.skep.Exit;
import dev.skep.Monitor;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessInfo;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.conformance.scenario.ProcessScenario.Act;
import dev.skep.conformance.scenario.ProcessScenario.Advance;
import dev.skep.conformance.scenario.ProcessScenario.Flush;
import dev.skep.conformance.scenario.ProcessScenario.MailOp;
import dev.skep.conformance.scenario.ProcessScenario.Op;
import dev.skep.conformance.scenario.ProcessScenario.Pattern;
import dev.skep.conformance.scenario.ProcessScenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs a [ProcessScenario] on Skep: `skep_process.erl` for the other side, which says why things are as they are.
class ProcessPlayer {
    private final Stage stage;
    private final ProcessScenario scenario;
    private final TreeMap<Integer, Pid> pids = new TreeMap<>();
    private final Map<Pid, Integer> slots = new HashMap<>();
    private final Map<Integer, Watched> monitors = new HashMap<>();
    private final Map<Monitor, Integer> numbers = new HashMap<>();
    private final Map<Integer, Given> aliases = new HashMap<>();
    private final Set<Integer> busy = new HashSet<>();
    private final Set<Integer> late = new HashSet<>();
    private final Set<Integer> trapping = new HashSet<>();
    private final Map<Integer, String> states = new HashMap<>();

    /// @param target nobody, if nobody had the name
    private record Watched(Monitor monitor, int owner, Optional<Integer> target) {}

    private record Given(Alias alias, int owner) {}

    /// An order from the driver.
    private record Tell(Op op) {}

    /// A message of one process to another.
    private record Msg(int sender, int tag) {
        @Override
        public String toString() {
            return "{msg," + sender + "," + tag + "}";
        }
    }

    ProcessPlayer(Stage stage, ProcessScenario scenario) {
        this.stage = stage;
        this.scenario = scenario;
    }

    List<String> play() throws InterruptedException {
        for (int slot = 0; slot < scenario.processes(); slot++) {
            int mine = slot;
            born(slot, stage.node().spawn(self -> act(self, mine, false)));
        }
        List<String> lines = new ArrayList<>();
        int number = 1;
        for (Step step : scenario.steps()) {
            take(step);
            stage.settle();
            for (Stage.Entry entry : stage.takenByTopic()) {
                busy.remove(entry.topic());
                lines.add(number + " p" + entry.topic() + " " + entry.text());
            }
            for (int slot : pids.keySet()) {
                String state = state(slot);
                if (!state.equals(states.put(slot, state))) {
                    lines.add(number + " p" + slot + " is " + state);
                }
            }
            number++;
        }
        return lines;
    }

    private void take(Step step) throws InterruptedException {
        switch (step) {
            case Act(int slot, Op op) -> {
                if (isFree(slot) && isAlive(slot) && isSensible(op)) {
                    tell(slot, op);
                }
            }
            case Flush() ->
                pids.keySet().stream()
                        .filter(slot -> isAlive(slot) && !busy.contains(slot))
                        .forEach(slot -> tell(slot, new ProcessScenario.Mailbox(List.of())));
            case Advance(int ticks) -> stage.advance(ticks);
        }
    }

    private void tell(int slot, Op op) {
        busy.add(slot);
        pid(slot).send(new Tell(op));
    }

    private boolean isSensible(Op op) {
        return switch (op) {
            case ProcessScenario.Spawn(int slot, var _, int _, boolean _) -> !pids.containsKey(slot);
            case ProcessScenario.TwoSignals(int target, var _, var _) -> isFree(target);
            case ProcessScenario.SendAndExit(int target, int _, var _) -> isFree(target);
            case ProcessScenario.Link(int target) -> pids.containsKey(target);
            case ProcessScenario.Unlink(int target) -> pids.containsKey(target);
            case ProcessScenario.Watch(int _, int target) -> pids.containsKey(target);
            case ProcessScenario.WatchWithAlias(int _, int _, int target) -> pids.containsKey(target);
            case ProcessScenario.WatchBriefly(int _, int target) -> pids.containsKey(target);
            case ProcessScenario.Signal(int target, var _) -> pids.containsKey(target);
            case ProcessScenario.Strike(int _, int target, var _) -> pids.containsKey(target);
            case ProcessScenario.Register(var _, int target) -> pids.containsKey(target);
            case ProcessScenario.Send(int target, int _) -> pids.containsKey(target);
            case ProcessScenario.Alive(int target) -> pids.containsKey(target);
            default -> true;
        };
    }

    private boolean isFree(int slot) {
        return pids.containsKey(slot) && !busy.contains(slot);
    }

    private boolean isAlive(int slot) {
        return pid(slot).isAlive();
    }

    private Pid pid(int slot) {
        return Objects.requireNonNull(pids.get(slot));
    }

    private void born(int slot, Pid pid) {
        pids.put(slot, pid);
        slots.put(pid, slot);
    }

    private static Name<Object> name(String text) {
        return Name.of(text);
    }

    // ---- What the driver sees ----------------------------------------------------------------------------------------

    private String state(int slot) {
        Pid pid = pid(slot);
        Optional<ProcessInfo> info = pid.info();
        if (info.isEmpty()) {
            String before = states.get(slot);
            if (before == null) {
                return "dead";
            }
            return before.startsWith("{alive")
                    ? "{dead," + stage.endOf(pid).map(Reason::seen).orElse("?") + "}"
                    : before;
        }
        ProcessInfo now = info.get();
        return "{alive," + now.name().map(Name::text).orElse("none") + "," + now.trapExit() + "," + slotsOf(now.links())
                + "," + now.monitors().size() + "," + slotsOf(now.monitoredBy()) + "}";
    }

    private String slotsOf(List<Pid> some) {
        return some.stream()
                .map(slots::get)
                .filter(Objects::nonNull)
                .sorted()
                .map(String::valueOf)
                .collect(joining(",", "[", "]"));
    }

    // ---- The processes -----------------------------------------------------------------------------------------------

    private void act(Receiver<Object> self, int me, boolean trap) {
        trap(self, me, trap);
        while (true) {
            Op op = self.receive(Tell.class).op();
            if (op instanceof ProcessScenario.Return) {
                done(me, "ok");
                return;
            }
            String result = act(self, me, op);
            if (result != null) {
                done(me, result);
            }
        }
    }

    private void done(int me, String result) {
        stage.log(me, result);
    }

    /// @return the result; null if it has been noted already
    private @Nullable String act(Receiver<Object> self, int me, Op op) {
        return switch (op) {
            case ProcessScenario.Spawn spawn -> spawn(self, me, spawn);
            case ProcessScenario.Link(int target) -> {
                self.link(pid(target));
                yield "true";
            }
            case ProcessScenario.Unlink(int target) -> {
                self.unlink(pid(target));
                yield "true";
            }
            case ProcessScenario.Watch(int m, int target) ->
                watched(m, me, Optional.of(target), self.monitor(pid(target)));
            case ProcessScenario.WatchName(int m, String name) -> {
                Optional<Integer> target = self.node().whereis(name(name)).map(slots::get);
                yield watched(m, me, target, self.monitor(name(name)));
            }
            case ProcessScenario.WatchWithAlias(int m, int a, int target) -> {
                Self.AliasedMonitor both = self.monitorWithAlias(pid(target));
                aliases.put(a, new Given(both.alias(), me));
                yield watched(m, me, Optional.of(target), both.monitor());
            }
            case ProcessScenario.WatchBriefly(int m, int target) -> {
                Monitor monitor = self.monitor(pid(target));
                watched(m, me, Optional.of(target), monitor);
                demonitorAndFlush(self, monitor);
                yield "true";
            }
            case ProcessScenario.Demonitor(int m, boolean flush) -> demonitor(self, me, m, flush);
            case ProcessScenario.Alias(int a) -> given(a, me, self.alias());
            case ProcessScenario.AliasOnce(int a) -> given(a, me, self.aliasForOneReply());
            case ProcessScenario.Unalias(int a) -> {
                Given given = aliases.get(a);
                yield given == null || given.owner != me ? "none" : String.valueOf(self.unalias(given.alias));
            }
            case ProcessScenario.SendAlias(int a, int tag) -> {
                Given given = aliases.get(a);
                if (given == null) {
                    yield "none";
                }
                given.alias.send(new Msg(me, tag));
                yield "ok";
            }
            case ProcessScenario.Exit(Reason reason) -> {
                done(me, "ok");
                throw new ProcessExit(reason.onSkep());
            }
            case ProcessScenario.Crash(int number) -> {
                done(me, "ok");
                throw new Reason.Boom(number);
            }
            case ProcessScenario.Return() -> throw new AssertionError("done before");
            case ProcessScenario.Signal(int target, Reason reason) -> {
                done(me, "ok");
                signal(pid(target), reason);
                yield null;
            }
            case ProcessScenario.TwoSignals(int target, Reason first, Reason second) -> {
                done(me, "ok");
                signal(pid(target), first);
                signal(pid(target), second);
                yield null;
            }
            case ProcessScenario.Strike(int m, int target, Reason reason) -> {
                trap(self, me, true);
                late.add(m);
                signal(pid(target), reason);
                yield watched(m, me, Optional.of(target), self.monitor(pid(target)));
            }
            case ProcessScenario.SendAndExit(int target, int tag, Reason reason) -> {
                done(me, "ok");
                pid(target).send(new Msg(me, tag));
                throw new ProcessExit(reason.onSkep());
            }
            case ProcessScenario.Trap(boolean flag) -> String.valueOf(trap(self, me, flag));
            case ProcessScenario.Register(String name, int target) -> badArgOr(() -> self.node()
                    .register(name(name), pid(target)));
            case ProcessScenario.Unregister(String name) -> badArgOr(() -> self.node().unregister(name(name)));
            case ProcessScenario.Whereis(String name) ->
                self.node().whereis(name(name)).map(slots::get).map(String::valueOf).orElse("none");
            case ProcessScenario.Send(int target, int tag) -> {
                pid(target).send(new Msg(me, tag));
                yield "ok";
            }
            case ProcessScenario.SendName(String name, int tag) -> {
                self.node().ref(name(name)).send(new Msg(me, tag));
                yield "ok";
            }
            case ProcessScenario.Alive(int target) -> String.valueOf(pid(target).isAlive());
            case ProcessScenario.Take(Pattern pattern, int ticks) -> takeOne(self, me, pattern, ticks);
            case ProcessScenario.Mailbox(List<MailOp> ops) -> {
                String flushed = flush(self);
                yield ops.isEmpty()
                        ? flushed
                        : "{" + flushed + ","
                                + ops.stream().map(each -> mail(self, me, each)).collect(joining(",", "[", "]")) + "}";
            }
        };
    }

    private boolean trap(Self<Object> self, int me, boolean flag) {
        if (flag) {
            trapping.add(me);
        } else {
            trapping.remove(me);
        }
        return self.trapExit(flag);
    }

    private static String badArgOr(Runnable action) {
        try {
            action.run();
            return "true";
        } catch (IllegalArgumentException e) {
            return "badarg";
        }
    }

    private String spawn(Self<Object> self, int me, ProcessScenario.Spawn spawn) {
        int slot = spawn.slot();
        dev.skep.Body<Object> body = child -> act(child, slot, spawn.trap());
        switch (spawn.how()) {
            case PLAIN -> born(slot, self.spawn(body));
            case LINKED -> born(slot, self.spawnLink(body));
            case WATCHED -> {
                Monitor monitor = self.spawnMonitor(body);
                born(slot, monitor.pid());
                watched(spawn.monitor(), me, Optional.of(slot), monitor);
            }
        }
        return "ok";
    }

    private String watched(int m, int me, Optional<Integer> target, Monitor monitor) {
        monitors.put(m, new Watched(monitor, me, target));
        numbers.put(monitor, m);
        return "ok";
    }

    private String given(int a, int me, Alias alias) {
        aliases.put(a, new Given(alias, me));
        return "ok";
    }

    private String demonitor(Self<Object> self, int me, int m, boolean flush) {
        Watched watched = monitors.get(m);
        if (watched == null || watched.owner != me) {
            return "none";
        }
        if (flush) {
            return String.valueOf(demonitorAndFlush(self, watched.monitor));
        }
        self.demonitor(watched.monitor);
        return "ok";
    }

    /// What tests of this check replace by something wrong.
    boolean demonitorAndFlush(Self<Object> self, Monitor monitor) {
        return self.demonitorAndFlush(monitor);
    }

    /// What tests of this check replace by something wrong.
    void signal(Pid target, Reason reason) {
        target.exit(reason.onSkep());
    }

    // ---- Receiving -----------------------------------------------------------------------------------------------------

    private String takeOne(Receiver<Object> self, int me, Pattern pattern, int ticks) {
        Duration time = Stage.time(ticks);
        boolean traps = trapping.contains(me);
        return switch (pattern) {
            case ProcessScenario.Message(int sender, int tag) ->
                self.receive(Msg.class, msg -> msg.sender == sender && msg.tag == tag, time)
                        .map(Msg::toString)
                        .orElse("timeout");
            case ProcessScenario.EndOf(int process) -> {
                Pid pid = pids.get(process);
                Predicate<Exit> wanted = exit -> exit.pid() == pid;
                yield self.receive(Exit.class, wanted, traps ? time : Duration.ZERO)
                        .map(this::text)
                        .orElse("timeout");
            }
            case ProcessScenario.Down(int m) -> {
                Watched watched = monitors.get(m);
                Predicate<Down> wanted = down -> watched != null && down.monitor() == watched.monitor;
                yield self.receive(Down.class, wanted, traps ? time : Duration.ZERO)
                        .map(this::text)
                        .orElse("timeout");
            }
        };
    }

    private String mail(Receiver<Object> self, int me, MailOp op) {
        return switch (op) {
            case ProcessScenario.Put(int tag) -> {
                self.pid().send(new Msg(me, tag));
                yield "ok";
            }
            case ProcessScenario.TakeTag(int tag) ->
                self.receive(Msg.class, msg -> msg.tag == tag, Duration.ZERO)
                        .map(Msg::toString)
                        .orElse("timeout");
            case ProcessScenario.TakeAny() ->
                self.receive(Msg.class, _ -> true, Duration.ZERO)
                        .map(Msg::toString)
                        .orElse("timeout");
        };
    }

    private String text(Exit exit) {
        return "{exit," + slots.get(exit.pid()) + "," + Reason.seen(exit.reason()) + "}";
    }

    private String text(Down down) {
        int m = Objects.requireNonNull(numbers.get(down.monitor()));
        return "{down," + m + "," + (late.contains(m) ? "ended" : Reason.seen(down.reason())) + "}";
    }

    /// A message as it is observed.
    ///
    /// @param sender what messages are sorted by
    /// @param rank what notices that follow each other are sorted by; negative for a message
    private record Seen(int sender, int rank, String text) {}

    private Seen seen(Object message) {
        return switch (message) {
            case Msg msg -> new Seen(msg.sender, -1, msg.toString());
            case Exit exit -> new Seen(Objects.requireNonNull(slots.get(exit.pid())), 0, text(exit));
            case Down down -> {
                int m = Objects.requireNonNull(numbers.get(down.monitor()));
                Optional<Integer> target = Objects.requireNonNull(monitors.get(m)).target;
                yield new Seen(target.orElse(Integer.MAX_VALUE), m + 1, text(down));
            }
            default -> new Seen(-1, -1, "unexpected: " + message);
        };
    }

    private String flush(Receiver<Object> self) {
        List<Seen> received = new ArrayList<>();
        while (true) {
            Optional<Object> next = self.select(
                    message -> message instanceof Tell ? Optional.empty() : Optional.of(message), Duration.ZERO);
            if (next.isEmpty()) {
                break;
            }
            received.add(seen(next.get()));
        }
        received.sort(Comparator.comparingInt(Seen::sender));
        List<Seen> ordered = new ArrayList<>();
        List<Seen> notices = new ArrayList<>();
        for (Seen each : received) {
            if (each.rank < 0) {
                inOrder(notices, ordered);
                ordered.add(each);
            } else {
                notices.add(each);
            }
        }
        inOrder(notices, ordered);
        return ordered.stream().map(Seen::text).collect(joining(",", "[", "]"));
    }

    private static void inOrder(List<Seen> notices, List<Seen> ordered) {
        notices.sort(Comparator.comparingInt(Seen::rank));
        ordered.addAll(notices);
        notices.clear();
    }
}
