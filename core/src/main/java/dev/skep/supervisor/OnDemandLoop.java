package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.CallException;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.HealthWatch;
import dev.skep.Pid;
import dev.skep.ProgressReport;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.Timeout;
import dev.skep.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running [SimpleSupervisor] or [DynamicSupervisor].
///
/// A child that is started or ended on request holds up nobody else: the supervisor goes on, and answers when it is
/// done. Restarts are waited for, as in OTP, so that whoever asks after a crash sees the child again.
final class OnDemandLoop<A> implements Behaviour {
    private final Self<Object> self;
    private OnDemand<A> description;
    private final OnDemandChildren<A> children = new OnDemandChildren<>();
    /// Which of those that run, or whose init runs, have been told to end.
    private final Map<Pid, Told> ending = new HashMap<>();

    private final RestartLog restarts;

    /// Who waits for a child that has been told to end, and what kills it if that takes too long.
    private record Told(List<From> callers, @Nullable Timer limit) {}

    /// The time of a child that has been told to end is up: a message of the supervisor to itself.
    private record TimeUp(Pid child) {}

    /// A restart that failed or waits, as a message of the supervisor to itself.
    private record TryAgain(Pid last, Kept<?> child) {}

    OnDemandLoop(OnDemand<A> description, Self<Object> self) {
        this.description = description;
        this.self = self;
        this.restarts = new RestartLog(description.intensity());
    }

    @Override
    public void init() {
        self.trapExit(true);
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for supervisors", message);
    }

    @Override
    @SuppressWarnings("unchecked") // SimpleSupervisorRef and DynamicSupervisorRef tie the arguments to A
    public void call(Object message, From from) {
        switch (message) {
            case SupervisorRpc.StartSimple<?>(Object argument) -> startSimple((A) argument, from);
            case SupervisorRpc.StartDynamic(List<?> arguments) -> startDynamic((List<A>) arguments, from);
            case SupervisorRpc.TerminatePid(Pid pid) -> terminateChild(pid, from);
            case SupervisorRpc.GetSpecOf(Pid pid) -> from.reply(children.specOf(pid, description));
            case SupervisorRpc.WhichChildren() -> from.reply(children.list(description));
            case SupervisorRpc.CountChildren() -> from.reply(children.count(description));
            case SupervisorRpc.StartChild(ChildSpec spec) -> from.reply(refusal(spec.id()));
            case SupervisorRpc.TerminateChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.RestartChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.DeleteChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.GetChildSpec(String id) -> from.reply(Result.err(new ChildError.NotFound(id)));
            default -> self.node().unexpected(self.pid(), "got a call that is not for supervisors", message);
        }
    }

    private static Result<Object, ChildError> refusal(String id) {
        return Result.err(new ChildError.SimpleOneForOne(id));
    }

    private void startSimple(A argument, From from) {
        if (!description.isSimple()) {
            from.reply(new Started.Failed<>(
                    "a child of " + self.pid(),
                    ExitReason.because(self.pid() + " is no SimpleSupervisor: use a DynamicSupervisorRef")));
            return;
        }
        switch (specFor(argument)) {
            case Result.Ok(ChildSpec spec) -> start(argument, spec, from::reply);
            case Result.Err(ExitReason reason) -> from.reply(new Started.Failed<>("a child of " + self.pid(), reason));
        }
    }

    private void startDynamic(List<A> arguments, From from) {
        Starting.Batch batch = new Starting.Batch(from, arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            int index = i;
            startDynamic(arguments.get(i), result -> batch.set(index, result));
        }
    }

    private void startDynamic(A argument, Consumer<Result<Optional<Pid>, ChildError>> answer) {
        if (description.isSimple()) {
            answer.accept(Result.err(new ChildError.InvalidSpec(
                    "(none)", self.pid() + " is no DynamicSupervisor: use a SimpleSupervisorRef")));
        } else if (children.number() >= description.maxChildren()) {
            answer.accept(Result.err(new ChildError.MaxChildren(description.maxChildren())));
        } else {
            switch (specFor(argument)) {
                case Result.Err(ExitReason reason) ->
                    answer.accept(Result.err(new ChildError.StartFailed("(none)", reason)));
                case Result.Ok(ChildSpec spec) -> startDynamic(argument, spec, answer);
            }
        }
    }

    private void startDynamic(A argument, ChildSpec spec, Consumer<Result<Optional<Pid>, ChildError>> answer) {
        if (spec.isSignificant()) {
            answer.accept(Result.err(new ChildError.InvalidSpec(
                    spec.id(),
                    "child " + spec.id() + " is significant, but a dynamic supervisor never shuts down automatically:"
                            + " leave that out")));
        } else {
            start(argument, spec, started -> answer.accept(Outcome.answer(spec.id(), started)));
        }
    }

    // ---- Starts --------------------------------------------------------------------------------------------------

    /// How to start a child; or what the user's function has thrown instead of saying it.
    private Result<ChildSpec, ExitReason> specFor(A argument) {
        try {
            return Result.ok(description.child(argument));
        } catch (Throwable thrown) {
            self.trapExit(true); // unless it threw because the supervisor is killed: this ends it
            return Result.err(ExitReason.crashed(thrown));
        }
    }

    /// Starts a child on request. It is waited for only if its specification has a start function of the user's,
    /// which runs here.
    private void start(A argument, ChildSpec spec, Consumer<Started<?>> outcome) {
        if (!(spec.start() instanceof ChildSpec.OfSpec(StartSpec<?> start))) {
            outcome.accept(kept(argument, spec, spec.startIn(self), 0, 0));
            return;
        }
        Starting<A> child = new Starting<>(argument, spec, outcome);
        try {
            Pid pid = self.requestStartLink(start, child);
            child.pid = pid;
            children.starting.put(pid, child);
        } catch (Throwable thrown) { // the node is closed, or a StartSpec of the user's own has thrown
            self.trapExit(true); // as above
            outcome.accept(new Started.Failed<>("child " + spec.id(), ExitReason.crashed(thrown)));
        }
    }

    private void started(Starting<A> child, Started<?> started) {
        Pid pid = child.pid;
        children.starting.remove(pid);
        child.outcome.accept(kept(child.argument, child.spec, started, 0, 0));
        if (pid != null && child.ended != null && children.running.containsKey(pid)) {
            gone(pid, child.ended);
        }
    }

    private Started<?> startAndWait(A argument, int failures, long restartsSoFar) {
        return switch (specFor(argument)) {
            case Result.Ok(ChildSpec spec) -> kept(argument, spec, spec.startIn(self), failures, restartsSoFar);
            case Result.Err(ExitReason reason) -> new Started.Failed<>("a child of " + self.pid(), reason);
        };
    }

    /// Notes a child that runs.
    private Started<?> kept(A argument, ChildSpec spec, Started<?> started, int failures, long restartsSoFar) {
        if (started instanceof Started.Running<?>(Pid pid, var _)) {
            HealthWatch watch = description
                    .healthOf(spec)
                    .map(check -> self.node().checkHealth(pid, check))
                    .orElse(null);
            ChildSpec own = description.own(spec);
            children.running.put(
                    pid,
                    spec.restart() == Restart.TEMPORARY
                            ? Kept.temporary(own, watch)
                            : new Kept<>(argument, own, now(), failures, restartsSoFar, false, watch));
            self.node().report(new ProgressReport(self.pid(), spec.id(), pid, restartsSoFar > 0));
        }
        return started;
    }

    // ---- Ends of children ----------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("unchecked") // the labels of responses are this loop's own
    public void info(Object message) {
        switch (message) {
            case Exit(Pid pid, ExitReason reason) -> gone(pid, reason);
            case Response(Starting<?> child, Result.Ok<Object, CallException>(Started<?> started)) ->
                started((Starting<A>) child, started);
            case Timeout(var _, TryAgain(Pid last, Kept<?> child)) -> tryAgain(last, child);
            case TryAgain(Pid last, Kept<?> child) -> tryAgain(last, child);
            case Timeout(var _, TimeUp(Pid pid)) -> {
                if (ending.containsKey(pid)) {
                    pid.exit(ExitReason.kill());
                }
            }
            default -> self.node().unexpected(self.pid(), "got a message that is not for supervisors", message);
        }
    }

    private void gone(Pid pid, ExitReason reason) {
        Starting<A> begun = children.starting.get(pid);
        if (begun != null) {
            begun.ended = reason;
        }
        Kept<A> child = children.running.remove(pid);
        if (child != null) {
            child.stopChecks();
        }
        Told told = ending.remove(pid);
        if (told != null) {
            if (told.limit != null) {
                told.limit.cancel();
            }
            if (child != null && !isAsTold(child, reason)) {
                report(Context.SHUTDOWN_ERROR, child, pid, reason);
            }
            told.callers.forEach(from -> from.reply(true));
        } else if (child != null) {
            ended(pid, child, reason);
        }
    }

    private boolean isAsTold(Kept<A> child, ExitReason reason) {
        return Ending.isAsTold(
                reason, description.policyOf(child).shutdown(), description.restartOf(child) == Restart.PERMANENT);
    }

    private void ended(Pid pid, Kept<A> child, ExitReason reason) {
        Restart when = description.restartOf(child);
        if (when == Restart.PERMANENT || !reason.isOrderly()) {
            report(Context.CHILD_TERMINATED, child, pid, reason);
        }
        if (when.after(reason)) {
            Optional<Backoff> backoff = description.backoffOf(child);
            boolean healthy = backoff.isPresent()
                    && now() - child.since() >= Nanos.of(backoff.get().resetAfter());
            restart(pid, healthy ? child.failed(0, false) : child);
        } else if (switch (description.autoShutdown()) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> children.areAllAmong(ending.keySet());
        }) {
            self.stop(ExitReason.shutdown());
        }
    }

    private void tryAgain(Pid last, Kept<?> attempt) {
        Kept<A> child = children.restarting.get(last);
        if (child == null || child != attempt) {
            return; // ended meanwhile
        }
        children.restarting.remove(last);
        if (child.waits()) {
            restartNow(last, child);
        } else {
            restart(last, child);
        }
    }

    /// Restarts after a failure, now or when its backoff is over, unless there have been too many restarts.
    private void restart(Pid last, Kept<A> child) {
        if (!restarts.note(now())) {
            report(Context.SHUTDOWN, child, last, ExitReason.because("reached_max_restart_intensity"));
            self.stop(ExitReason.shutdown());
            return;
        }
        Optional<Backoff> backoff = description.backoffOf(child);
        if (backoff.isPresent()) {
            Kept<A> waiting = child.failed(child.failures() + 1, true);
            children.restarting.put(last, waiting);
            self.startTimer(backoff.get().delay(waiting.failures(), last.id()), new TryAgain(last, waiting));
        } else {
            restartNow(last, child);
        }
    }

    private void restartNow(Pid last, Kept<A> child) {
        Started<?> started = startAndWait(child.argument(), child.failures(), child.restarts() + 1);
        Outcome.failure(started).ifPresent(failure -> {
            report(Context.START_ERROR, child, last, failure);
            retry(last, child);
        });
    }

    /// A restart has failed. Other messages get their turn before it is tried again, a shutdown for instance.
    private void retry(Pid last, Kept<A> child) {
        if (description.backoffOf(child).isPresent()) {
            restart(last, child);
        } else {
            Kept<A> failed = child.failed(child.failures() + 1, false);
            children.restarting.put(last, failed);
            self.pid().send(new TryAgain(last, failed));
        }
    }

    /// Ends a child on request.
    private void terminateChild(Pid pid, From from) {
        if (children.restarting.remove(pid) != null) {
            from.reply(true);
            return;
        }
        Told before = ending.get(pid);
        if (before != null) {
            before.callers.add(from);
            return;
        }
        Kept<A> child = children.running.get(pid);
        Starting<A> begun = children.starting.get(pid);
        if (child != null) {
            child.stopChecks();
            tellToEnd(pid, description.policyOf(child).shutdown(), from);
        } else if (begun != null) {
            tellToEnd(pid, begun.spec.shutdown(), from);
        } else {
            from.reply(description.isSimple() && !pid.isAlive()); // OTP's simple_one_for_one forgives the dead
        }
    }

    private void tellToEnd(Pid pid, Shutdown shutdown, From from) {
        pid.exit(Ending.signal(shutdown));
        Timer limit = Ending.patience(shutdown).equals(ServerRef.FOREVER)
                ? null
                : self.startTimer(Ending.patience(shutdown), new TimeUp(pid));
        ending.put(pid, new Told(new ArrayList<>(List.of(from)), limit));
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// Ends all children at once, each within its own time: there may be very many of them.
    @Override
    public void terminate(ExitReason reason) {
        Map<Shutdown, List<Pid>> told = new LinkedHashMap<>();
        long began = now();
        children.running.forEach((pid, child) -> {
            child.stopChecks(); // the shutdown time counts now
            tellToEnd(pid, description.policyOf(child).shutdown(), told);
        });
        children.starting.forEach((pid, child) -> tellToEnd(pid, child.spec.shutdown(), told));
        Map<Pid, ExitReason> otherwise =
                Ending.awaitAll(told, began, self.node().clock());
        if (!otherwise.isEmpty()) {
            children.running.forEach((pid, child) -> {
                ExitReason end = otherwise.get(pid);
                if (end != null && !isAsTold(child, end)) {
                    report(Context.SHUTDOWN_ERROR, child, pid, end);
                }
            });
        }
    }

    private static void tellToEnd(Pid pid, Shutdown shutdown, Map<Shutdown, List<Pid>> told) {
        pid.exit(Ending.signal(shutdown));
        told.computeIfAbsent(shutdown, _ -> new ArrayList<>()).add(pid);
    }

    // ---- The rest ------------------------------------------------------------------------------------------------

    private long now() {
        return self.node().clock().nanoTime();
    }

    private void report(Context context, Kept<A> child, Pid pid, ExitReason reason) {
        self.node()
                .report(new SupervisorReport(
                        self.pid(), context, description.policyOf(child).id(), Optional.of(pid), reason));
    }

    /// The children, in the order of their starts: what others may know of it.
    @Override
    public Object state() {
        return List.copyOf(children.list(description).reversed());
    }

    @Override
    public Object reportedState() {
        return children.toString();
    }

    @Override
    public String initialCall() {
        return description.kind().getName();
    }

    // ---- Another description -------------------------------------------------------------------------------------

    /// Goes on with another description, for children that are started from now on. Children that run go on as they
    /// are, and are restarted as the new one says. Erlang: `supervisor:code_change/3`.
    @Override
    @SuppressWarnings("unchecked") // whoever hands it over vouches for it, as for a reference by name
    public Runnable changeCode(CodeChange change) {
        OnDemand<?> next = switch (change.implementation()) {
            case SimpleSupervisor<?, ?> simple when description.isSimple() -> simple.onDemand();
            case DynamicSupervisor<?> dynamic when !description.isSimple() -> dynamic.onDemand();
            default ->
                throw new IllegalArgumentException((description.isSimple() ? "a simple" : "a dynamic")
                        + " supervisor can go on with another "
                        + description.kind().getSimpleName() + " only, but was given a "
                        + change.implementation().getClass().getName());
        };
        change.refuseConversion("a supervisor keeps its children");
        return () -> {
            description = (OnDemand<A>) next;
            restarts.limit(next.intensity());
        };
    }
}
