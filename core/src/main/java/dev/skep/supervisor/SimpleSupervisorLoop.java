package dev.skep.supervisor;

import dev.skep.Behaviour;
import dev.skep.Clock;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.HealthWatch;
import dev.skep.Pid;
import dev.skep.ProgressReport;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A running [SimpleSupervisor].
final class SimpleSupervisorLoop<A, R> implements Behaviour {
    private final Self<Object> self;
    private SimpleSupervisor<A, R> description;
    /// The running children, in the order of their starts.
    private final LinkedHashMap<Pid, Kept<A>> children = new LinkedHashMap<>();
    /// Children whose restart has failed or waits, by the pid that each had last.
    private final LinkedHashMap<Pid, Kept<A>> restarting = new LinkedHashMap<>();

    /// What is known of a child.
    ///
    /// @param argument what it is started with
    /// @param since when it was started, in the clock's nanoseconds
    /// @param failures how often in a row it has failed
    /// @param restarts how often it has been restarted
    /// @param waits whether it is not running, but waits for its backoff to be over
    /// @param watch its health checks, if it runs and has any
    private record Kept<A>(
            A argument, long since, int failures, long restarts, boolean waits, Optional<HealthWatch> watch) {
        Kept<A> failed(int times, boolean toWait) {
            return new Kept<>(argument, since, times, restarts, toWait, Optional.empty());
        }
    }

    /// Stands for what need not be known of a temporary child, of which there may be millions.
    private static final Kept<?> FORGOTTEN = new Kept<>("", 0, 0, 0, false, Optional.empty());

    private final RestartLog restarts;

    SimpleSupervisorLoop(SimpleSupervisor<A, R> description, Self<Object> self) {
        this.description = description;
        this.self = self;
        this.restarts = new RestartLog(description.intensity());
    }

    @Override
    public void init() {
        self.trapExit(true);
    }

    // ---- Children ------------------------------------------------------------------------------------------------

    private Started<R> start(A argument, int failures, long restartsSoFar) {
        Started<R> started;
        try {
            started = self.startLink(description.childFor(argument));
        } catch (Throwable thrown) { // whatever the template throws is the reason that the child is not there
            self.trapExit(true); // unless it threw because the supervisor is killed: this ends it
            started = new Started.Failed<>("a child of " + self.pid(), ExitReason.crashed(thrown));
        }
        if (started instanceof Started.Running<R>(Pid pid, R _)) {
            Optional<HealthWatch> watch =
                    description.policy().health().map(check -> self.node().checkHealth(pid, check));
            children.put(
                    pid,
                    description.policy().restart() == Restart.TEMPORARY && watch.isEmpty()
                            ? forgotten()
                            : new Kept<>(argument, now(), failures, restartsSoFar, false, watch));
            self.node()
                    .report(new ProgressReport(self.pid(), description.policy().id(), pid, restartsSoFar > 0));
        }
        return started;
    }

    @SuppressWarnings("unchecked") // nobody looks at the argument of a child that is not restarted
    private static <A> Kept<A> forgotten() {
        return (Kept<A>) FORGOTTEN;
    }

    @Override
    public void info(Object message) {
        switch (message) {
            case Exit(Pid pid, ExitReason reason) -> {
                Kept<A> child = children.remove(pid);
                if (child != null) {
                    child.watch.ifPresent(HealthWatch::stop);
                    ended(pid, child, reason);
                }
            }
            case Timeout(var _, TryAgain(Pid last, Kept<?> child)) -> tryAgain(last, child);
            case TryAgain(Pid last, Kept<?> child) -> tryAgain(last, child);
            default -> self.node().unexpected(self.pid(), "got a message that is not for supervisors", message);
        }
    }

    private void ended(Pid pid, Kept<A> child, ExitReason reason) {
        // What a child that was temporary when it was started would be restarted with is not known.
        Restart when =
                child == FORGOTTEN ? Restart.TEMPORARY : description.policy().restart();
        if (when == Restart.PERMANENT || !reason.isOrderly()) {
            report(Context.CHILD_TERMINATED, pid, reason);
        }
        if (when.after(reason)) {
            Optional<Backoff> backoff = description.policy().backoff();
            boolean healthy = backoff.isPresent()
                    && now() - child.since >= Nanos.of(backoff.get().resetAfter());
            restart(pid, healthy ? child.failed(0, false) : child);
        } else if (switch (description.autoShutdown()) {
            case NEVER -> false;
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> children.isEmpty() && restarting.isEmpty();
        }) {
            self.stop(ExitReason.shutdown());
        }
    }

    /// A restart that failed or waits, as a message of the supervisor to itself.
    private record TryAgain(Pid last, Kept<?> child) {}

    private void tryAgain(Pid last, Kept<?> attempt) {
        Kept<A> child = restarting.get(last);
        if (child == null || child != attempt) {
            return; // ended meanwhile
        }
        restarting.remove(last);
        if (child.waits) {
            restartNow(last, child);
        } else {
            restart(last, child);
        }
    }

    /// Restarts after a failure, now or when its backoff is over, unless there have been too many restarts.
    private void restart(Pid last, Kept<A> child) {
        if (!restarts.note(now())) {
            report(Context.SHUTDOWN, last, ExitReason.because("reached_max_restart_intensity"));
            self.stop(ExitReason.shutdown());
            return;
        }
        Optional<Backoff> backoff = description.policy().backoff();
        if (backoff.isPresent()) {
            Kept<A> waiting = child.failed(child.failures + 1, true);
            restarting.put(last, waiting);
            self.startTimer(backoff.get().delay(waiting.failures, last.id()), new TryAgain(last, waiting));
        } else {
            restartNow(last, child);
        }
    }

    private void restartNow(Pid last, Kept<A> child) {
        ExitReason failure = switch (start(child.argument, child.failures, child.restarts + 1)) {
            case Started.Running<R> _, Started.Ignored<R> _ -> null;
            case Started.AlreadyStarted<R>(Pid pid) -> ExitReason.because(new ChildError.AlreadyStarted(pid));
            case Started.Failed<R>(String _, ExitReason reason) -> reason;
        };
        if (failure != null) {
            report(Context.START_ERROR, last, failure);
            retry(last, child);
        }
    }

    /// A restart has failed. Other messages get their turn before it is tried again, a shutdown for instance.
    private void retry(Pid last, Kept<A> child) {
        if (description.policy().backoff().isPresent()) {
            restart(last, child);
        } else {
            Kept<A> failed = child.failed(child.failures + 1, false);
            restarting.put(last, failed);
            self.pid().send(new TryAgain(last, failed));
        }
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for supervisors", message);
    }

    @Override
    @SuppressWarnings("unchecked") // SimpleSupervisorRef ties the argument to A
    public void call(Object message, From from) {
        switch (message) {
            case SupervisorRpc.StartSimple<?>(Object argument) -> from.reply(start((A) argument, 0, 0));
            case SupervisorRpc.TerminatePid(Pid pid) -> from.reply(terminateChild(pid));
            case SupervisorRpc.GetSpecOf(Pid pid) -> from.reply(specOf(pid));
            case SupervisorRpc.WhichChildren() -> from.reply(whichChildren());
            case SupervisorRpc.CountChildren() -> from.reply(count());
            case SupervisorRpc.StartChild(ChildSpec spec) -> from.reply(refusal(spec.id()));
            case SupervisorRpc.TerminateChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.RestartChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.DeleteChild(String id) -> from.reply(refusal(id));
            case SupervisorRpc.GetChildSpec(String id) -> from.reply(refusal(id));
            default -> self.node().unexpected(self.pid(), "got a call that is not for supervisors", message);
        }
    }

    private static Result<Object, ChildError> refusal(String id) {
        return Result.err(new ChildError.SimpleOneForOne(id));
    }

    private boolean terminateChild(Pid pid) {
        if (restarting.remove(pid) != null) {
            return true;
        }
        Kept<A> child = children.remove(pid);
        if (child == null) {
            return !pid.isAlive();
        }
        child.watch.ifPresent(HealthWatch::stop);
        Ending.end(pid, description.policy().shutdown(), isPermanent())
                .ifPresent(reason -> report(Context.SHUTDOWN_ERROR, pid, reason));
        return true;
    }

    private Optional<ChildSpec> specOf(Pid pid) {
        return children.containsKey(pid) || restarting.containsKey(pid)
                ? Optional.of(description.policy())
                : Optional.empty();
    }

    private List<ChildInfo> whichChildren() {
        ChildSpec policy = description.policy();
        List<ChildInfo> infos = new ArrayList<>(children.size() + restarting.size());
        children.forEach((pid, child) -> infos.add(new ChildInfo(
                policy.id(),
                ChildInfo.State.RUNNING,
                Optional.of(pid),
                policy.type(),
                child.restarts,
                child.watch.map(HealthWatch::health))));
        restarting.forEach((_, child) -> infos.add(new ChildInfo(
                policy.id(),
                child.waits ? ChildInfo.State.WAITING : ChildInfo.State.RESTARTING,
                Optional.empty(),
                policy.type(),
                child.restarts,
                Optional.empty())));
        return List.copyOf(infos.reversed());
    }

    private ChildCount count() {
        int all = children.size() + restarting.size();
        boolean supervisors = description.policy().type() == ChildType.SUPERVISOR;
        return new ChildCount(1, children.size(), supervisors ? all : 0, supervisors ? 0 : all);
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// Ends all children at once: there may be very many of them.
    @Override
    public void terminate(ExitReason reason) {
        Shutdown shutdown = description.policy().shutdown();
        children.values().forEach(child -> child.watch.ifPresent(HealthWatch::stop)); // the shutdown time counts now
        Map<Pid, CompletableFuture<ExitReason>> ends = new LinkedHashMap<>();
        for (Pid pid : children.keySet()) {
            ends.put(pid, pid.exited());
        }
        boolean brutal = shutdown instanceof Shutdown.BrutalKill;
        ExitReason told = brutal ? ExitReason.kill() : ExitReason.shutdown();
        ends.keySet().forEach(pid -> pid.exit(told));
        Duration timeout = shutdown instanceof Shutdown.Within(Duration time) ? time : ServerRef.FOREVER;
        if (!awaitAll(ends, timeout)) {
            ends.forEach((pid, end) -> {
                if (!end.isDone()) {
                    pid.exit(ExitReason.kill());
                }
            });
            awaitAll(ends, ServerRef.FOREVER);
        }
        ends.forEach((pid, end) -> {
            ExitReason ended = end.getNow(ExitReason.noProcess());
            if (ended instanceof ExitReason.NoProcess) { // it had ended before, and its exit signal is not handled yet
                ended = pid.exitAndJoin(told, ServerRef.FOREVER).orElse(ended);
            }
            if (!Ending.isAsTold(ended, shutdown, isPermanent())) {
                report(Context.SHUTDOWN_ERROR, pid, ended);
            }
        });
    }

    /// @return false if some have not ended in time
    private boolean awaitAll(Map<Pid, CompletableFuture<ExitReason>> ends, Duration timeout) {
        Clock clock = self.node().clock();
        boolean forEver = timeout.equals(ServerRef.FOREVER);
        long began = clock.nanoTime();
        for (Map.Entry<Pid, CompletableFuture<ExitReason>> child : ends.entrySet()) {
            if (!child.getValue().isDone()) {
                Duration left = forEver ? timeout : timeout.minusNanos(clock.nanoTime() - began);
                if (child.getKey()
                        .join(left.isNegative() ? Duration.ZERO : left)
                        .isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    // ---- The rest ------------------------------------------------------------------------------------------------

    private long now() {
        return self.node().clock().nanoTime();
    }

    private boolean isPermanent() {
        return description.policy().restart() == Restart.PERMANENT;
    }

    private void report(Context context, Pid child, ExitReason reason) {
        self.node()
                .report(new SupervisorReport(
                        self.pid(), context, description.policy().id(), Optional.of(child), reason));
    }

    /// The children, in the order of their starts: what others may know of it.
    @Override
    public Object state() {
        return List.copyOf(whichChildren().reversed());
    }

    /// Goes on with another description, for children that are started from now on. Children that run go on as they
    /// are, and are restarted as the new one says. Erlang: `supervisor:code_change/3`.
    @Override
    @SuppressWarnings("unchecked") // whoever hands it over vouches for it, as for a reference by name
    public Runnable changeCode(CodeChange change) {
        if (!(change.implementation() instanceof SimpleSupervisor<?, ?> next)) {
            throw new IllegalArgumentException(
                    "a simple supervisor can go on with another SimpleSupervisor only, but was given a "
                            + change.implementation().getClass().getName());
        }
        if (change.conversion().isPresent()) {
            throw new IllegalArgumentException(
                    "a supervisor keeps its children: it has no state that a conversion could make another of");
        }
        return () -> {
            description = (SimpleSupervisor<A, R>) next;
            restarts.limit(next.intensity());
        };
    }

    @Override
    public Object reportedState() {
        return children.size() + " children, " + restarting.size() + " restarting";
    }

    @Override
    public String initialCall() {
        return SimpleSupervisor.class.getName();
    }
}
