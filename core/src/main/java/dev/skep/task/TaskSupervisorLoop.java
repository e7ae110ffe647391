package dev.skep.task;

import dev.skep.Behaviour;
import dev.skep.Clock;
import dev.skep.CodeChange;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.Timeout;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A running [TaskSupervisor]. It never waits for a child before it ends itself: a child that takes its time
/// to end holds up nobody else.
final class TaskSupervisorLoop implements Behaviour {
    private TaskSupervisor description;
    private final Self<Object> self;
    /// In the order of their starts.
    private final LinkedHashMap<Pid, Child> children = new LinkedHashMap<>();
    /// When the latest restarts were, in the clock's nanoseconds.
    private final ArrayDeque<Long> restarts = new ArrayDeque<>();

    /// What is known of a child.
    private static final class Child {
        final Finite body;
        final Restart restart;
        final Shutdown shutdown;
        /// Who waits for its end, once it has been told to end; null before.
        @Nullable
        List<From> enders;

        Child(Finite body, Restart restart, Shutdown shutdown) {
            this.body = body;
            this.restart = restart;
            this.shutdown = shutdown;
        }

        ExitReason signal() {
            return switch (shutdown) {
                case Shutdown.BrutalKill _ -> ExitReason.kill();
                case Shutdown.Within _ -> ExitReason.shutdown();
            };
        }

        /// How long it may take to end after [#signal()].
        Duration patience() {
            return switch (shutdown) {
                case Shutdown.BrutalKill _ -> ServerRef.FOREVER;
                case Shutdown.Within(Duration timeout) -> timeout;
            };
        }

        boolean isAsTold(ExitReason reason) {
            boolean told = shutdown instanceof Shutdown.BrutalKill
                    ? reason instanceof ExitReason.Killed
                    : reason.equals(ExitReason.shutdown());
            return told || (restart != Restart.PERMANENT && reason.isOrderly());
        }

        boolean isRestartedAfter(ExitReason reason) {
            return switch (restart) {
                case PERMANENT -> true;
                case TRANSIENT -> !reason.isOrderly();
                case TEMPORARY -> false;
            };
        }
    }

    TaskSupervisorLoop(TaskSupervisor description, Self<Object> self) {
        this.description = description;
        this.self = self;
    }

    @Override
    public void init() {
        self.trapExit(true);
    }

    // ---- Requests ------------------------------------------------------------------------------------------------

    @Override
    public void call(Object message, From from) {
        if (message instanceof TaskRequest request) {
            switch (request) {
                case TaskRequest.Start start -> from.reply(start(start));
                case TaskRequest.Terminate(Pid child) -> terminate(child, from);
                case TaskRequest.Children() -> from.reply(List.copyOf(children.keySet()));
            }
        } else {
            self.node().unexpected(self.pid(), "got a call that is not for task supervisors", message);
        }
    }

    private TaskRequest.Answer start(TaskRequest.Start start) {
        if (children.size() >= description.limit() && busy() >= description.limit()) {
            return new TaskRequest.Answer.Full(description.limit());
        }
        Pid pid = self.spawnLink(start.body());
        children.put(pid, new Child(start.body(), start.restart(), start.shutdown()));
        return new TaskRequest.Answer.Running(
                pid, start.question() ? Optional.of(Task.question(pid)) : Optional.empty());
    }

    /// How many children have something to do: one whose value is there is about to end, and who has that
    /// value may start the next before this process hears of the end.
    private long busy() {
        return children.entrySet().stream()
                .filter(child ->
                        child.getKey().isAlive() && !child.getValue().body.isDone())
                .count();
    }

    private void terminate(Pid pid, From from) {
        Child child = children.get(pid);
        if (child == null) {
            from.reply(false);
            return;
        }
        List<From> enders = child.enders;
        if (enders == null) {
            enders = new ArrayList<>(1);
            child.enders = enders;
            pid.exit(child.signal());
            if (!child.patience().equals(ServerRef.FOREVER)) {
                self.startTimer(child.patience(), pid);
            }
        }
        enders.add(from);
    }

    @Override
    public void cast(Object message) {
        self.node().unexpected(self.pid(), "got a cast that is not for task supervisors", message);
    }

    // ---- Ends of children ----------------------------------------------------------------------------------------

    @Override
    public void info(Object message) {
        switch (message) {
            case Exit(Pid pid, ExitReason reason) -> {
                Child child = children.remove(pid);
                if (child != null) {
                    ended(pid, child, reason);
                }
            }
            case Timeout(var _, Pid pid) -> {
                if (children.containsKey(pid)) {
                    pid.exit(ExitReason.kill());
                }
            }
            default -> self.node().unexpected(self.pid(), "got a message that is not for task supervisors", message);
        }
    }

    private void ended(Pid pid, Child child, ExitReason reason) {
        List<From> enders = child.enders;
        if (enders != null) {
            if (!child.isAsTold(reason)) {
                report(Context.SHUTDOWN_ERROR, pid, reason);
            }
            enders.forEach(from -> from.reply(true));
            return;
        }
        if (child.restart == Restart.PERMANENT || !reason.isOrderly()) {
            report(Context.CHILD_TERMINATED, pid, reason);
        }
        if (child.isRestartedAfter(reason)) {
            restart(pid, child);
        }
    }

    private void restart(Pid last, Child child) {
        long now = self.node().clock().nanoTime();
        while (!restarts.isEmpty() && description.period().compareTo(Duration.ofNanos(now - restarts.getFirst())) < 0) {
            restarts.removeFirst();
        }
        restarts.addLast(now);
        if (restarts.size() > description.restarts()) {
            report(Context.SHUTDOWN, last, ExitReason.because("reached_max_restart_intensity"));
            self.stop(ExitReason.shutdown());
            return;
        }
        children.put(self.spawnLink(child.body), child);
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// Ends all children at once, and kills each of them when its own time is over.
    @Override
    public void terminate(ExitReason reason) {
        Clock clock = self.node().clock();
        long began = clock.nanoTime();
        children.forEach((pid, child) -> pid.exit(child.signal()));
        List<Map.Entry<Pid, Child>> byTime = new ArrayList<>(children.entrySet());
        byTime.sort((a, b) -> a.getValue().patience().compareTo(b.getValue().patience()));
        for (Map.Entry<Pid, Child> entry : byTime) {
            Pid pid = entry.getKey();
            Duration left = new Stopwatch(clock, began, entry.getValue().patience()).left();
            if (pid.join(left).isEmpty()) {
                pid.exit(ExitReason.kill()); // and on to the next, which may have to be killed too
            }
        }
        children.forEach((pid, child) -> {
            ExitReason end = pid.exitAndJoin(child.signal(), ServerRef.FOREVER).orElseThrow();
            if (!child.isAsTold(end)) {
                report(Context.SHUTDOWN_ERROR, pid, end);
            }
        });
    }

    private void report(Context context, Pid child, ExitReason reason) {
        self.node().report(new SupervisorReport(self.pid(), context, "task", Optional.of(child), reason));
    }

    /// A list of the children.
    @Override
    public Object state() {
        return List.copyOf(children.keySet());
    }

    @Override
    public Object reportedState() {
        return children.size() + " children";
    }

    /// Children that run go on, also if there are more of them than the new limit lets start. Restarts so far count for
    /// the new intensity.
    @Override
    public Runnable changeCode(CodeChange change) {
        TaskSupervisor next = change.implementation(TaskSupervisor.class);
        change.refuseConversion("a supervisor keeps its children");
        return () -> description = next;
    }

    @Override
    public String initialCall() {
        return TaskSupervisor.class.getName();
    }
}
