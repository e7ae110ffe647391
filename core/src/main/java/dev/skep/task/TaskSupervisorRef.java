package dev.skep.task;

import dev.skep.Body;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// A running [TaskSupervisor], and how its next tasks are to be started. Immutable; may be used from any
/// thread.
///
/// Every method that starts or ends something calls the supervisor and waits for it, which takes microseconds;
/// a start is not given up when the thread is interrupted, since it would be unknown whether the task runs.
/// All throw a [CallException] if the supervisor is not there or ends meanwhile.
public final class TaskSupervisorRef {
    private final ServerRef<TaskRpc> server;
    private final Restart restart;
    private final Shutdown shutdown;

    private TaskSupervisorRef(ServerRef<TaskRpc> server, Restart restart, Shutdown shutdown) {
        this.server = Objects.requireNonNull(server, "server");
        this.restart = Objects.requireNonNull(restart, "restart");
        this.shutdown = Objects.requireNonNull(shutdown, "shutdown");
    }

    private static TaskSupervisorRef of(ServerRef<TaskRpc> server) {
        return new TaskSupervisorRef(server, Restart.TEMPORARY, new Shutdown.Within(Duration.ofSeconds(5)));
    }

    /// A task supervisor by name, which survives its restarts.
    ///
    /// @param node where it runs
    /// @param name its name
    /// @return the reference
    public static TaskSupervisorRef of(Node node, Name<TaskRpc> name) {
        return of(Objects.requireNonNull(node, "node").ref(name));
    }

    /// A task supervisor by pid. The caller vouches that it is one.
    ///
    /// @param pid the supervisor
    /// @return the reference
    public static TaskSupervisorRef of(Pid pid) {
        return of(ServerRef.<TaskRpc>of(pid));
    }

    /// How the supervisor ends the tasks that are started with the result: after which time it kills them, or
    /// whether it kills them at once. Five seconds by default.
    ///
    /// @param how the shutdown
    /// @return the same supervisor
    public TaskSupervisorRef withShutdown(Shutdown how) {
        return new TaskSupervisorRef(server, restart, how);
    }

    /// When children of [#startChild(Runnable)] are started again; never by default. Tasks that somebody waits
    /// for cannot be started again: a reference that says so does not start them.
    ///
    /// @param when permanent, transient or temporary
    /// @return the same supervisor
    public TaskSupervisorRef withRestart(Restart when) {
        return new TaskSupervisorRef(server, when, shutdown);
    }

    /// The supervisor's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// The supervisor as a server: for inspecting and upgrading it.
    ///
    /// @return the server
    public ServerRef<TaskRpc> server() {
        return server;
    }

    Node node() {
        return server.node();
    }

    // ---- Tasks ---------------------------------------------------------------------------------------------------

    /// Starts a task that is linked to the calling process too, as [Task#async(Self, Callable)] does.
    /// Elixir: `Task.Supervisor.async/2`.
    ///
    /// @param <T> the type of the value
    /// @param owner the calling process
    /// @param code computes the value; must not return null
    /// @return the task
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    /// @throws IllegalStateException from any thread but the process's own
    public <T> Task<T> async(Self<?> owner, Callable<? extends T> code) {
        return async(owner, Code.<T>of(code));
    }

    /// Starts a linked task, whose code gets its own process.
    ///
    /// @param <T> the type of the value
    /// @param owner the calling process
    /// @param work computes the value; must not return null
    /// @return the task
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    /// @throws IllegalStateException from any thread but the process's own
    public <T> Task<T> async(Self<?> owner, Work<? extends T> work) {
        return async(owner, Code.<T>of(work));
    }

    /// The owner links itself before it asks, so that the task cannot crash before the link is there.
    private <T> Task<T> async(Self<?> self, Code<T> code) {
        refuseRestarts("async");
        Owner owner = Owner.of(self, "async");
        Execution<T> execution = Execution.answering(code, owner.callers(), owner.process(), null);
        Pid pid = started(execution, false).pid();
        self.link(pid);
        return Task.ask(owner, self, pid, execution);
    }

    /// Starts a task that is not linked to its owner, from any thread. Elixir:
    /// `Task.Supervisor.async_nolink/2`.
    ///
    /// @param <T> the type of the value
    /// @param code computes the value; must not return null
    /// @return the task; the calling process or thread is its owner
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    public <T> Task<T> asyncNolink(Callable<? extends T> code) {
        return asyncNolink(Owner.current(), Code.<T>of(code), null);
    }

    /// Starts a task that is not linked to its owner, whose code gets its own process.
    ///
    /// @param <T> the type of the value
    /// @param work computes the value; must not return null
    /// @return the task; the calling process or thread is its owner
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    public <T> Task<T> asyncNolink(Work<? extends T> work) {
        return asyncNolink(Owner.current(), Code.<T>of(work), null);
    }

    /// @param linkedTo whom the task links itself to before it begins
    <T> Task<T> asyncNolink(Owner owner, Code<T> code, @Nullable Pid linkedTo) {
        refuseRestarts("asyncNolink");
        Execution<T> execution = Execution.answering(code, owner.callers(), null, linkedTo);
        TaskRequest.Answer.Running running = started(execution, true);
        return Task.of(owner, null, running.pid(), execution, running.value().orElseThrow());
    }

    private void refuseRestarts(String operation) {
        if (restart != Restart.TEMPORARY) {
            throw new IllegalStateException(operation + " with a reference whose children are " + restart
                    + ": a task that somebody waits for cannot be started again; use startChild, or withRestart("
                    + Restart.TEMPORARY + ")");
        }
    }

    /// Starts a child that nobody waits for. Elixir: `Task.Supervisor.start_child/2`.
    ///
    /// @param code what to do
    /// @return the child; a restarted one has another pid
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    public Pid startChild(Runnable code) {
        return started(Execution.silent(Code.silent(code), Owner.current().callers()), false)
                .pid();
    }

    /// Starts a child that nobody waits for, for code that may throw or needs its own process.
    ///
    /// @param body what to do
    /// @return the child; a restarted one has another pid
    /// @throws TaskException.TooManyChildren if the supervisor has as many as it may have
    public Pid startChild(Body<Object> body) {
        return started(Execution.silent(Code.silent(body), Owner.current().callers()), false)
                .pid();
    }

    /// Starts a process under the supervisor.
    TaskRequest.Answer.Running started(Finite body, boolean question) {
        return switch (answer(new TaskRequest.Start(body, question, restart, shutdown))) {
            case TaskRequest.Answer.Running running -> running;
            case TaskRequest.Answer.Full(int limit) ->
                throw new TaskException.TooManyChildren(server.toString(), limit);
        };
    }

    private TaskRequest.Answer answer(TaskRequest.Start start) {
        PendingCall<TaskRequest.Answer> pending = server.request(start);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return pending.await(ServerRef.FOREVER).orElseThrow().orElseThrow(failure -> failure);
                } catch (CallException.Interrupted e) {
                    interrupted |= Thread.interrupted(); // who is to end is thrown out of the wait all the same
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- The supervisor ------------------------------------------------------------------------------------------

    /// Ends a child as its shutdown says, does not restart it, and waits for its end. Elixir:
    /// `Task.Supervisor.terminate_child/2`.
    ///
    /// @param child its pid
    /// @return false if it is no child of this supervisor, or has ended before
    /// @throws CallException.Interrupted if the thread is interrupted; the child ends all the same
    public boolean terminateChild(Pid child) {
        return server.call(new TaskRequest.Terminate(Objects.requireNonNull(child, "child")), ServerRef.FOREVER);
    }

    /// The children, the first started first. Elixir: `Task.Supervisor.children/1`.
    ///
    /// @return their pids; some may end at any time
    public List<Pid> children() {
        return server.call(new TaskRequest.Children(), ServerRef.FOREVER);
    }

    /// An executor for code that wants one, such as an HTTP client or
    /// [java.util.concurrent.CompletableFuture#supplyAsync]: every job is a child of the supervisor, on a
    /// virtual thread of its own. There is no queue: a job begins at once, or is rejected.
    ///
    /// Each executor has its own end: [ExecutorService#shutdown()] does not affect the supervisor, or its other
    /// executors. The end of the supervisor, of the node, or of a single job's process ends the jobs, and
    /// fails their futures with a [TaskException.Exited]. Cancelling a future with an interrupt, and
    /// [ExecutorService#shutdownNow()], end the process of a job with an exit signal: its thread is
    /// interrupted, and abandoned if it ignores that. Time limits of an executor and its futures are in real
    /// time.
    ///
    /// @return a new executor
    public ExecutorService executor() {
        refuseRestarts("executor");
        return new TaskExecutor(this);
    }

    /// Stops the supervisor with the reason `normal`, and waits until it has ended, its tasks before it. A
    /// supervisor above it restarts it if it is permanent. Elixir: `Supervisor.stop/1`.
    public void stop() {
        stop(ExitReason.normal(), ServerRef.FOREVER);
    }

    /// Stops the supervisor, and waits until it has ended, its tasks before it. They are told to shut down, whatever
    /// the reason. Elixir: `Supervisor.stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void stop(ExitReason reason, Duration timeout) {
        server.stop(reason, timeout);
    }

    @Override
    public String toString() {
        return "task supervisor " + server;
    }
}
