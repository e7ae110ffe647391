package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProgressReport;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.Started;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.Timeout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A running supervisor. It traps exits, and starts and ends its children itself, one after the other.
final class SupervisorLoop implements Behaviour {
    private final Self<Object> self;
    private Supervisor description;
    /// In the order of their starts.
    private final LinkedHashMap<String, Child> children = new LinkedHashMap<>();

    private final Map<Pid, Child> byPid = new HashMap<>();
    private final RestartLog restarts;

    SupervisorLoop(Supervisor description, Self<Object> self) {
        this.description = description;
        this.self = self;
        this.restarts = new RestartLog(description.intensity());
    }

    // ---- Start and end -------------------------------------------------------------------------------------------

    @Override
    public void init() {
        self.trapExit(true);
        description.children().forEach(spec -> children.put(spec.id(), new Child(spec)));
        Optional<FailedToStartChild> failure = startAll(List.copyOf(children.values()), false);
        if (failure.isPresent()) {
            endAll(children.values());
            throw new ProcessExit(ExitReason.shutdown(failure.get()));
        }
    }

    @Override
    public void terminate(ExitReason reason) {
        endAll(children.values());
    }

    /// Starts children in order, up to the first that fails. Temporary ones that are ignored are forgotten.
    private Optional<FailedToStartChild> startAll(Collection<Child> toStart, boolean again) {
        for (Child child : toStart) {
            Started<?> started = start(child, again);
            Optional<ExitReason> failure = Outcome.failure(started);
            if (failure.isPresent()) {
                report(Context.START_ERROR, child.spec.id(), Optional.empty(), failure.get());
                return Optional.of(new FailedToStartChild(child.spec.id(), failure.get()));
            }
            if (started instanceof Started.Ignored && child.spec.restart() == Restart.TEMPORARY) {
                children.remove(child.spec.id());
            }
        }
        return Optional.empty();
    }

    private Started<?> start(Child child, boolean again) {
        Started<?> started = child.spec.startIn(self);
        if (started instanceof Started.Running<?> running) {
            child.runs(
                    running.pid(),
                    now(),
                    description
                            .healthOf(child.spec)
                            .map(check -> self.node().checkHealth(running.pid(), check))
                            .orElse(null));
            byPid.put(running.pid(), child);
            if (again) {
                child.restarted();
            }
            self.node().report(new ProgressReport(self.pid(), child.spec.id(), running.pid(), again));
        } else if (started instanceof Started.Ignored) {
            child.stopped();
        }
        return started;
    }

    /// Ends children, the last started first, and forgets the temporary ones.
    private void endAll(Collection<Child> toEnd) {
        for (Child child : List.copyOf(toEnd).reversed()) {
            end(child);
            forgetIfTemporary(child);
        }
    }

    private void end(Child child) {
        Pid pid = child.pid();
        child.stopped();
        if (pid != null) {
            byPid.remove(pid);
            boolean permanent = child.spec.restart() == Restart.PERMANENT;
            Ending.end(pid, child.spec.shutdown(), permanent)
                    .ifPresent(reason -> report(Context.SHUTDOWN_ERROR, child.spec.id(), Optional.of(pid), reason));
        }
    }

    private void forgetIfTemporary(Child child) {
        if (child.spec.restart() == Restart.TEMPORARY) {
            children.remove(child.spec.id());
        }
    }

    // ---- Children that end ---------------------------------------------------------------------------------------

    @Override
    public void info(Object message) {
        switch (message) {
            case Exit(Pid pid, ExitReason reason) -> {
                Child child = byPid.remove(pid);
                if (child != null) {
                    ended(child, pid, reason);
                }
            }
            case Timeout(var _, Attempt(Child child, Object attempt)) -> tryAgain(child, attempt);
            case Attempt(Child child, Object attempt) -> tryAgain(child, attempt);
            default -> self.node().unexpected(self.pid(), "got a message that is not for supervisors", message);
        }
    }

    private void ended(Child child, Pid pid, ExitReason reason) {
        if (child.spec.restart() == Restart.PERMANENT || !reason.isOrderly()) {
            report(Context.CHILD_TERMINATED, child.spec.id(), Optional.of(pid), reason);
        }
        if (child.spec.restart().after(reason)) {
            restart(child, true);
        } else {
            child.stopped();
            forgetIfTemporary(child);
            shutDownAutomatically(child);
        }
    }

    private void shutDownAutomatically(Child ended) {
        if (!ended.spec.isSignificant()) {
            return;
        }
        boolean over = switch (description.autoShutdown()) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT ->
                children.values().stream()
                        .noneMatch(c -> c.spec.isSignificant() && (c.pid() != null || c.isRestarting()));
        };
        if (over) {
            self.stop(ExitReason.shutdown());
        }
    }

    /// A restart that failed or waits, as a message of the supervisor to itself.
    private record Attempt(Child child, Object attempt) {}

    /// Restarts after a failure, now or when its backoff is over, unless there have been too many restarts.
    private void restart(Child child, boolean mayWait) {
        if (!restarts.note(now())) {
            report(
                    Context.SHUTDOWN,
                    child.spec.id(),
                    Optional.ofNullable(child.pid()),
                    ExitReason.because("reached_max_restart_intensity"));
            child.stopped();
            forgetIfTemporary(child);
            self.stop(ExitReason.shutdown());
            return;
        }
        Optional<Backoff> backoff = mayWait ? description.backoffOf(child.spec) : Optional.empty();
        if (backoff.isPresent()) {
            int failures = child.failed(backoff.get(), now());
            Object attempt = child.restarting(true);
            self.startTimer(
                    backoff.get()
                            .delay(
                                    failures,
                                    self.pid().id() * 31 + child.spec.id().hashCode()),
                    new Attempt(child, attempt));
        } else {
            restartNow(child);
        }
    }

    private void tryAgain(Child child, Object attempt) {
        if (!child.isRestarting(attempt)) {
            return; // ended, deleted or started meanwhile
        }
        if (child.info().state() == ChildInfo.State.WAITING) {
            restartNow(child);
        } else {
            restart(child, false);
        }
    }

    private void restartNow(Child failed) {
        List<Child> affected = switch (description.strategy()) {
            case ONE_FOR_ONE -> List.of(failed);
            case ONE_FOR_ALL -> List.copyOf(children.values());
            case REST_FOR_ONE -> startedFrom(failed);
        };
        failed.stopped();
        if (description.strategy() != Strategy.ONE_FOR_ONE) {
            endAll(affected);
        }
        List<Child> remaining = new ArrayList<>(affected);
        remaining.removeIf(child -> !children.containsKey(child.spec.id()));
        startAll(remaining, true).ifPresent(failure -> retry(Objects.requireNonNull(children.get(failure.id()))));
    }

    /// A restart has failed. Other messages get their turn before it is tried again, a shutdown for instance.
    private void retry(Child child) {
        Optional<Backoff> backoff = description.backoffOf(child.spec);
        if (backoff.isPresent()) {
            restart(child, true);
        } else {
            self.pid().send(new Attempt(child, child.restarting(false)));
        }
    }

    private List<Child> startedFrom(Child first) {
        List<Child> all = List.copyOf(children.values());
        return all.subList(all.indexOf(first), all.size());
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for supervisors", message);
    }

    @Override
    public void call(Object message, From from) {
        switch (message) {
            case SupervisorRpc.StartChild(ChildSpec spec) -> from.reply(startChild(spec));
            case SupervisorRpc.TerminateChild(String id) -> from.reply(terminateChild(id));
            case SupervisorRpc.RestartChild(String id) -> from.reply(restartChild(id));
            case SupervisorRpc.DeleteChild(String id) -> from.reply(deleteChild(id));
            case SupervisorRpc.GetChildSpec(String id) -> from.reply(find(id).map(child -> child.spec));
            case SupervisorRpc.WhichChildren() ->
                from.reply(List.copyOf(children.values()).reversed().stream()
                        .map(Child::info)
                        .toList());
            case SupervisorRpc.CountChildren() -> from.reply(count());
            case SupervisorRpc.StartSimple<?> _ ->
                from.reply(new Started.Failed<>(
                        "a child of " + self.pid(),
                        ExitReason.because(self.pid() + " is no SimpleSupervisor: start children with a ChildSpec")));
            case SupervisorRpc.StartDynamic(List<?> arguments) ->
                from.reply(List.copyOf(Collections.nCopies(
                        arguments.size(),
                        Result.err(new ChildError.InvalidSpec(
                                "(none)", self.pid() + " is no DynamicSupervisor: use a SupervisorRef")))));
            case SupervisorRpc.TerminatePid _ -> from.reply(false);
            case SupervisorRpc.GetSpecOf _ -> from.reply(Optional.empty());
            default -> self.node().unexpected(self.pid(), "got a call that is not for supervisors", message);
        }
    }

    private Result<Child, ChildError> find(String id) {
        Child child = children.get(id);
        return child == null ? Result.err(new ChildError.NotFound(id)) : Result.ok(child);
    }

    private Result<Optional<Pid>, ChildError> startChild(ChildSpec spec) {
        try {
            description.check(spec);
        } catch (IllegalArgumentException invalid) {
            return Result.err(new ChildError.InvalidSpec(spec.id(), String.valueOf(invalid.getMessage())));
        }
        Child present = children.get(spec.id());
        if (present != null) {
            Pid pid = present.pid();
            return Result.err(
                    pid != null ? new ChildError.AlreadyStarted(pid) : new ChildError.AlreadyPresent(spec.id()));
        }
        Child child = new Child(spec);
        Result<Optional<Pid>, ChildError> started = startOnRequest(child);
        boolean forgotten = started.isOk() && child.pid() == null && spec.restart() == Restart.TEMPORARY;
        if (started.isOk() && !forgotten) {
            if (spec.restart() == Restart.TEMPORARY) {
                child.spec = spec.withoutStart(); // as in OTP: there may be many, and none is started again
            }
            children.put(spec.id(), child);
        }
        return started;
    }

    private Result<Optional<Pid>, ChildError> startOnRequest(Child child) {
        return Outcome.answer(child.spec.id(), start(child, false));
    }

    private Result<ChildSpec, ChildError> terminateChild(String id) {
        return find(id).map(child -> {
            end(child);
            forgetIfTemporary(child);
            return child.spec;
        });
    }

    private Result<Optional<Pid>, ChildError> restartChild(String id) {
        return find(id).flatMap(this::idle).flatMap(this::startOnRequest);
    }

    private Result<ChildSpec, ChildError> deleteChild(String id) {
        return find(id).flatMap(this::idle).map(child -> {
            children.remove(id);
            return child.spec;
        });
    }

    /// The child, if it has no process and none is to come.
    private Result<Child, ChildError> idle(Child child) {
        if (child.isRestarting()) {
            return Result.err(new ChildError.Restarting(child.spec.id()));
        }
        return child.pid() == null ? Result.ok(child) : Result.err(new ChildError.Running(child.spec.id()));
    }

    private ChildCount count() {
        int active = 0;
        int supervisors = 0;
        for (Child child : children.values()) {
            Pid pid = child.pid();
            active += pid != null && pid.isAlive() ? 1 : 0;
            supervisors += child.spec.type() == ChildType.SUPERVISOR ? 1 : 0;
        }
        return new ChildCount(children.size(), active, supervisors, children.size() - supervisors);
    }

    // ---- The rest ------------------------------------------------------------------------------------------------

    private long now() {
        return self.node().clock().nanoTime();
    }

    private void report(Context context, String child, Optional<Pid> pid, ExitReason reason) {
        self.node().report(new SupervisorReport(self.pid(), context, child, pid, reason));
    }

    /// The children, in the order of their starts: what others may know of it.
    @Override
    public Object state() {
        return children.values().stream().map(Child::info).toList();
    }

    /// Goes on with another description: its strategy, its limits, its specifications. Children that run go on as
    /// they are, and are restarted as the new specification says. New children are not started, and those that the
    /// new description does not have stay, after the others. Erlang: `supervisor:code_change/3`.
    @Override
    public Runnable changeCode(CodeChange change) {
        Supervisor next = switch (change.implementation()) {
            case Supervisor supervisor -> supervisor;
            case PartitionSupervisor<?> partitions -> samePartitions(partitions.supervisor());
            default ->
                throw new IllegalArgumentException(
                        "a supervisor can go on with another Supervisor only, but was given a "
                                + change.implementation().getClass().getName());
        };
        change.refuseConversion("a supervisor keeps its children");
        return () -> {
            description = next;
            restarts.limit(next.intensity());
            Map<String, Child> old = new LinkedHashMap<>(children);
            children.clear();
            for (ChildSpec spec : next.children()) {
                Child child = old.remove(spec.id());
                if (child == null) {
                    child = new Child(spec);
                }
                child.spec = spec;
                children.put(spec.id(), child);
            }
            children.putAll(old);
        };
    }

    /// Those who route to partitions know how many there are: another number would lead them astray.
    private Supervisor samePartitions(Supervisor next) {
        List<String> now = description.children().stream().map(ChildSpec::id).toList();
        List<String> then = next.children().stream().map(ChildSpec::id).toList();
        if (!now.equals(then)) {
            throw new IllegalArgumentException("a supervisor goes on with the same partitions, " + now
                    + ", but was given a description of " + then);
        }
        return next;
    }

    @Override
    public String initialCall() {
        return Supervisor.class.getName();
    }
}
