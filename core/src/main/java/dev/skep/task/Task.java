package dev.skep.task;

import dev.skep.Body;
import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Response;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A process that computes one value and ends, and the right to have that value.
///
/// ```java
/// Task<Price> price = Task.async(self, () -> shop.priceOf(item));
/// Stock stock = warehouse.stockOf(item);
/// return new Offer(stock, price.await());
/// ```
///
/// | started by | linked | if the task crashes | if its owner crashes |
/// |---|---|---|---|
/// | [#async(Self, Callable)] | to its owner | the owner ends with the same reason | it ends too |
/// | [#asyncNolink(Node, Callable)] | to nobody | [#await()] throws, the others give the reason | it goes on |
/// | [TaskSupervisorRef#async(Self, Callable)] | to its owner and to the supervisor | as the first | as the first |
/// | [TaskSupervisorRef#asyncNolink(Callable)] | to the supervisor | as the second | it goes on |
///
/// Only the owner may use a task: the process that has started it or, for what is started outside of any
/// process, the thread. Anybody else gets an [IllegalStateException]. [#pid()] and `toString` are for all.
///
/// The value is handed over, not sent: it need not be immutable, but once it is returned the task's code must
/// not touch it any more. It is never null. Asking again gives the same value again; a task that was given up
/// (by a timeout of `await`, [#shutdown()], [#ignore()]) cannot be asked any more.
///
/// Methods that wait block the thread; a process that waits can still be ended, and a thread that is
/// interrupted gets a [TaskException.Interrupted]. Elixir: `Task`.
///
/// @param <T> the type of the value
public final class Task<T> {
    /// How long things wait unless told otherwise: five seconds, as in Elixir.
    private static final Duration DEFAULT = Duration.ofSeconds(5);

    private final Owner owner;
    /// Null for a task that was made with its value.
    private final @Nullable Running<T> running;
    /// Tells the message of this task's outcome from others.
    private final Object label;

    private @Nullable Result<T, ExitReason> outcome;
    private @Nullable String givenUp;

    /// The process of a task.
    ///
    /// @param link the owner, if it is linked to the process
    record Running<T>(
            Pid pid,
            Execution<T> execution,
            PendingCall<Done> answer,
            @Nullable Self<?> link) {}

    private static final class Label {}

    private Task(Owner owner, Running<T> running) {
        this.owner = owner;
        this.running = running;
        this.label = running.pid;
    }

    private Task(Owner owner, T value) {
        this.owner = owner;
        this.running = null;
        this.label = new Label();
        this.outcome = Result.ok(value);
    }

    // ---- Starting ------------------------------------------------------------------------------------------------

    /// Starts a task that is linked to the process that starts it: an extension of that process, which shares
    /// its fate. Elixir: `Task.async/1`.
    ///
    /// @param <T> the type of the value
    /// @param owner the calling process
    /// @param code computes the value; must not return null
    /// @return the task
    /// @throws IllegalStateException from any thread but the process's own
    public static <T> Task<T> async(Self<?> owner, Callable<? extends T> code) {
        return async(owner, Code.<T>of(code));
    }

    /// Starts a linked task as [#async(Self, Callable)] does, whose code gets its own process.
    ///
    /// @param <T> the type of the value
    /// @param owner the calling process
    /// @param work computes the value; must not return null
    /// @return the task
    /// @throws IllegalStateException from any thread but the process's own
    public static <T> Task<T> async(Self<?> owner, Work<? extends T> work) {
        return async(owner, Code.<T>of(work));
    }

    private static <T> Task<T> async(Self<?> self, Code<T> code) {
        Owner owner = Owner.of(self, "async");
        Execution<T> execution = Execution.answering(code, owner.callers(), null, null);
        return ask(owner, self, self.spawnLink(execution), execution);
    }

    /// Starts a task that is linked to nobody, from any thread. Nothing ends it but its own code,
    /// [#shutdown()], or the end of the node: prefer [TaskSupervisorRef#asyncNolink(Callable)]. Elixir has
    /// this for supervised tasks only.
    ///
    /// @param <T> the type of the value
    /// @param node where it runs
    /// @param code computes the value; must not return null
    /// @return the task; the calling process or thread is its owner
    /// @throws IllegalStateException if the node is closed
    public static <T> Task<T> asyncNolink(Node node, Callable<? extends T> code) {
        return asyncNolink(node, Code.<T>of(code));
    }

    /// Starts a task as [#asyncNolink(Node, Callable)] does, whose code gets its own process.
    ///
    /// @param <T> the type of the value
    /// @param node where it runs
    /// @param work computes the value; must not return null
    /// @return the task; the calling process or thread is its owner
    /// @throws IllegalStateException if the node is closed
    public static <T> Task<T> asyncNolink(Node node, Work<? extends T> work) {
        return asyncNolink(node, Code.<T>of(work));
    }

    static <T> Task<T> asyncNolink(Node node, Code<T> code) {
        Objects.requireNonNull(node, "node");
        Owner owner = Owner.current();
        Execution<T> execution = Execution.answering(code, owner.callers(), owner.process(), null);
        return ask(owner, null, node.spawn(execution), execution);
    }

    /// Asks a process that has just been started for the value of its execution.
    static <T> Task<T> ask(Owner owner, @Nullable Self<?> link, Pid pid, Execution<T> execution) {
        return of(owner, link, pid, execution, question(pid));
    }

    static PendingCall<Done> question(Pid pid) {
        boolean sent = false;
        try {
            PendingCall<Done> answer = ServerRef.<Object>of(pid).request(Done.DONE);
            sent = true;
            return answer;
        } finally {
            if (!sent) { // the calling process has been told to end just now; the task would wait in vain
                pid.exit(ExitReason.kill());
            }
        }
    }

    static <T> Task<T> of(
            Owner owner, @Nullable Self<?> link, Pid pid, Execution<T> execution, PendingCall<Done> answer) {
        return new Task<>(owner, new Running<>(pid, execution, answer, link));
    }

    /// A task that is done: no process is started. For where some values are known and others have to be
    /// computed. Elixir: `Task.completed/1`.
    ///
    /// @param <T> the type of the value
    /// @param value the value
    /// @return the task; the calling process or thread is its owner
    public static <T> Task<T> completed(T value) {
        return new Task<>(Owner.current(), Objects.requireNonNull(value, "value"));
    }

    /// Starts a process that nobody waits for, linked to nobody. What it does beyond [Node#spawn(Body)]:
    /// reports say on whose behalf it ran. Prefer [TaskSupervisorRef#startChild(Runnable)], which does not
    /// lose it at the end of the program. Elixir: `Task.start/1`.
    ///
    /// @param node where it runs
    /// @param code what to do
    /// @return the process
    /// @throws IllegalStateException if the node is closed
    public static Pid start(Node node, Runnable code) {
        return Objects.requireNonNull(node, "node")
                .spawn(Execution.silent(Code.silent(code), Owner.current().callers()));
    }

    /// Starts a process as [#start(Node, Runnable)] does, for code that may throw or needs its own process.
    ///
    /// @param node where it runs
    /// @param body what to do
    /// @return the process
    /// @throws IllegalStateException if the node is closed
    public static Pid start(Node node, Body<Object> body) {
        return Objects.requireNonNull(node, "node")
                .spawn(Execution.silent(Code.silent(body), Owner.current().callers()));
    }

    /// Starts a process that nobody waits for, linked to the calling process. What it does beyond
    /// [Self#spawnLink(Body)]: reports say on whose behalf it ran. Elixir: `Task.start_link/1`.
    ///
    /// @param parent the calling process
    /// @param code what to do
    /// @return the process
    public static Pid startLink(Self<?> parent, Runnable code) {
        Code<Done> checked = Code.silent(code);
        return parent.spawnLink(
                Execution.silent(checked, Owner.of(parent, "startLink").callers()));
    }

    /// Starts a process as [#startLink(Self, Runnable)] does, for code that may throw or needs its own process.
    ///
    /// @param parent the calling process
    /// @param body what to do
    /// @return the process
    public static Pid startLink(Self<?> parent, Body<Object> body) {
        Code<Done> checked = Code.silent(body);
        return parent.spawnLink(
                Execution.silent(checked, Owner.of(parent, "startLink").callers()));
    }

    /// A task as a child of an ordinary supervisor: a step on the way up, such as the warming of a cache. Its
    /// start does not wait for it. It is temporary, unless changed: not restarted even if it crashes.
    /// Elixir: `{Task, fun}`.
    ///
    /// @param id the child's id, not blank
    /// @param body what to do
    /// @return the child
    public static ChildSpec child(String id, Body<Object> body) {
        return ChildSpec.process(id, Execution.silent(Code.silent(body), List.of()))
                .restart(Restart.TEMPORARY);
    }

    // ---- Waiting for one -----------------------------------------------------------------------------------------

    /// Waits for the value, for five seconds. See [#await(Duration)]. Elixir: `Task.await/1`.
    ///
    /// @return the value
    public T await() {
        return await(DEFAULT);
    }

    /// Waits for the value.
    ///
    /// If the task is linked and crashes, the owner ends with the same reason unless it traps exits, so that
    /// nothing is thrown that it could catch. When the time is up, the task is given up: a linked one is
    /// unlinked and told to shut down, another goes on. Elixir: `Task.await/2`.
    ///
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return the value
    /// @throws TaskException.Exited if the task ended without a value
    /// @throws TaskException.TimedOut if it is not done in time
    /// @throws TaskException.Interrupted if the thread is interrupted; the task can be asked again
    /// @throws IllegalStateException if somebody else is the owner, or if the task was given up
    public T await(Duration timeout) {
        Optional<Result<T, ExitReason>> found = look(timeout, "await");
        if (found.isEmpty()) {
            giveUp("its await timed out");
            throw new TaskException.TimedOut(toString(), timeout);
        }
        return valueOf(found.get());
    }

    private T valueOf(Result<T, ExitReason> result) {
        return switch (result) {
            case Result.Ok<T, ExitReason>(T value) -> value;
            case Result.Err<T, ExitReason>(ExitReason reason) -> throw new TaskException.Exited(toString(), reason);
        };
    }

    /// Waits for the outcome, for five seconds. See [#yield(Duration)]. Elixir: `Task.yield/1`.
    ///
    /// @return the outcome, if there is one
    @SuppressWarnings("NamedLikeContextualKeyword") // Elixir's name; it is called on a task, so it is always qualified
    public Optional<Result<T, ExitReason>> yield() {
        return this.yield(DEFAULT);
    }

    /// Waits for the outcome. When the time is up the task goes on, and may be asked again. Elixir:
    /// `Task.yield/2`.
    ///
    /// @param timeout zero only looks; [ServerRef#FOREVER] for no limit
    /// @return the value, or why the task ended without one (of a linked task, only a process that traps exits
    ///     gets to see another reason than `normal`); empty if it is not done
    /// @throws TaskException.Interrupted if the thread is interrupted; the task can be asked again
    /// @throws IllegalStateException if somebody else is the owner, or if the task was given up
    @SuppressWarnings("NamedLikeContextualKeyword") // as above
    public Optional<Result<T, ExitReason>> yield(Duration timeout) {
        return look(timeout, "yield");
    }

    Optional<Result<T, ExitReason>> look(Duration timeout, String operation) {
        Stopwatch.refuseNegative(timeout, "timeout");
        Running<T> asked = begin(operation);
        if (outcome == null && asked != null) {
            Optional<Result<Done, CallException>> answer;
            try {
                answer = asked.answer.await(timeout);
            } catch (CallException.Interrupted e) {
                throw new TaskException.Interrupted(operation + " of " + this, e);
            }
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            outcome = outcomeOf(asked.execution, answer.get());
            if (asked.link != null && outcome instanceof Result.Err<T, ExitReason>(ExitReason reason)) {
                Owner.shareFate(asked.link, asked.pid, reason);
            }
        }
        return Optional.ofNullable(outcome);
    }

    /// Checks whether the task may be asked.
    ///
    /// @return its process; null if it was made with its value
    @Nullable
    Running<T> begin(String operation) {
        owner.check(operation + " of " + this);
        if (givenUp != null) {
            throw new IllegalStateException(operation + " of " + this + ": it was given up before, since " + givenUp);
        }
        return running;
    }

    static <T> Result<T, ExitReason> outcomeOf(Execution<T> execution, Result<Done, CallException> answer) {
        return switch (answer) {
            case Result.Ok<Done, CallException> _ -> Result.ok(execution.value());
            case Result.Err<Done, CallException>(CallException failure) -> Result.err(reasonOf(failure));
        };
    }

    private static ExitReason reasonOf(CallException failure) {
        if (failure instanceof CallException.ServerExited exited) {
            return exited.reason();
        }
        return failure instanceof CallException.NoProcess ? ExitReason.noProcess() : ExitReason.crashed(failure);
    }

    /// Nobody asks any more. A task that is linked has no purpose without its owner.
    void giveUp(String why) {
        givenUp = why;
        if (running != null && running.link != null) {
            Owner.unlinkAndExit(running.link, running.pid, ExitReason.shutdown());
        }
    }

    // ---- Ending one ----------------------------------------------------------------------------------------------

    /// Tells the task to shut down and waits for its end, for five seconds before it is killed.
    /// See [#shutdown(Duration)]. Elixir: `Task.shutdown/1`.
    ///
    /// @return the outcome, if it was there before the task could be ended
    public Optional<Result<T, ExitReason>> shutdown() {
        return shutdown(DEFAULT);
    }

    /// Unlinks the task, tells it to shut down, and waits for its end; kills it if that takes too long. The
    /// task cannot be asked any more, unless there was an outcome. Elixir: `Task.shutdown/2`.
    ///
    /// @param timeout how long it may take to shut down, zero or more; [ServerRef#FOREVER] for no limit
    /// @return the value, if it was there before the task ended, or the reason if it ended by itself or was
    ///     killed when the time was up; empty if it has shut down
    /// @throws TaskException.Interrupted if the thread is interrupted: the task is killed, and not waited for
    /// @throws IllegalStateException if somebody else is the owner, or if the task was given up
    public Optional<Result<T, ExitReason>> shutdown(Duration timeout) {
        Stopwatch.refuseNegative(timeout, "shutdown time");
        return end("shutdown", ExitReason.shutdown(), ExitReason.shutdown(), timeout);
    }

    /// Unlinks and kills the task, and waits for its end: it cleans nothing up. The task cannot be asked any
    /// more, unless there was an outcome. Elixir: `Task.shutdown(task, :brutal_kill)`.
    ///
    /// @return the value, if it was there before the task ended, or the reason if it ended by itself; empty if
    ///     it was killed
    /// @throws TaskException.Interrupted if the thread is interrupted: the task is not waited for
    /// @throws IllegalStateException if somebody else is the owner, or if the task was given up
    public Optional<Result<T, ExitReason>> kill() {
        return end("kill", ExitReason.kill(), ExitReason.killed(), ServerRef.FOREVER);
    }

    private Optional<Result<T, ExitReason>> end(
            String operation, ExitReason signal, ExitReason asTold, Duration timeout) {
        Running<T> ended = begin(operation);
        if (outcome != null || ended == null) {
            return Optional.ofNullable(outcome);
        }
        givenUp = "it was told to end";
        boolean over = false;
        try {
            Owner.unlinkAndExit(ended.link, ended.pid, signal);
            if (ended.pid.exitAndJoin(signal, timeout).isEmpty()) {
                ended.pid.exitAndJoin(ExitReason.kill(), ServerRef.FOREVER);
            }
            over = true;
        } catch (CallException.Interrupted e) {
            throw new TaskException.Interrupted(operation + " of " + this, e);
        } finally {
            if (!over) { // interrupted, or told to end itself: nobody waits for the task's end any more
                ended.pid.exit(ExitReason.kill());
            }
        }
        Result<T, ExitReason> result =
                outcomeOf(ended.execution, ended.answer.await(Duration.ZERO).orElseThrow());
        if (result.equals(Result.err(asTold))) {
            return Optional.empty();
        }
        givenUp = null;
        outcome = result;
        return Optional.of(result);
    }

    /// Unlinks the task and lets it go on, whatever comes of it. It cannot be asked any more, unless there was
    /// an outcome. Does not block. Elixir: `Task.ignore/1`.
    ///
    /// @return the outcome, if there is one already
    /// @throws IllegalStateException if somebody else is the owner, or if the task was given up
    public Optional<Result<T, ExitReason>> ignore() {
        Optional<Result<T, ExitReason>> found = look(Duration.ZERO, "ignore");
        if (found.isEmpty() && running != null) {
            givenUp = "it is ignored";
            if (running.link != null) {
                running.link.unlink(running.pid);
            }
        }
        return found;
    }

    // ---- Waiting for many ----------------------------------------------------------------------------------------

    /// Waits for the values of several tasks, for five seconds. See [#awaitMany(Collection, Duration)].
    /// Elixir: `Task.await_many/1`.
    ///
    /// @param <T> the type of the values
    /// @param tasks the tasks
    /// @return their values, in the order of the tasks
    public static <T> List<T> awaitMany(Collection<Task<T>> tasks) {
        return awaitMany(tasks, DEFAULT);
    }

    /// Waits for the values of several tasks. The first that ends without a value ends the wait at once, with
    /// what [#await(Duration)] does for one; what is not done then, or when the time is up, is given up in the
    /// same way. Elixir: `Task.await_many/2`.
    ///
    /// @param <T> the type of the values
    /// @param tasks the tasks; not one whose outcome was asked for by [#toFuture()] or [#sendOutcome()]
    /// @param timeout how long to wait for all of them together; [ServerRef#FOREVER] for no limit
    /// @return their values, in the order of the tasks
    /// @throws TaskException.Exited if one ended without a value
    /// @throws TaskException.TimedOut if not all are done in time
    /// @throws TaskException.Interrupted if the thread is interrupted; the tasks are given up
    /// @throws IllegalStateException if somebody else is the owner of one, or one was given up
    public static <T> List<T> awaitMany(Collection<Task<T>> tasks, Duration timeout) {
        return Many.values(Objects.requireNonNull(tasks, "tasks"), timeout);
    }

    /// Waits for the outcomes of several tasks, for five seconds. What is not done then goes on, and may be
    /// asked again. Elixir: `Task.yield_many/1`.
    ///
    /// @param <T> the type of the values
    /// @param tasks the tasks
    /// @return what came of them, in their order
    public static <T> List<Yielded<T>> yieldMany(Collection<Task<T>> tasks) {
        return yieldMany(tasks, DEFAULT, OnTimeout.KEEP);
    }

    /// Waits for the outcomes of several tasks. Elixir: `Task.yield_many/2`.
    ///
    /// @param <T> the type of the values
    /// @param tasks the tasks
    /// @param timeout how long to wait for all of them together; [ServerRef#FOREVER] for no limit
    /// @param late what becomes of those that are not done in time
    /// @return what came of them, in their order
    /// @throws TaskException.Interrupted if the thread is interrupted; the tasks can be asked again
    /// @throws IllegalStateException if somebody else is the owner of one, or one was given up
    public static <T> List<Yielded<T>> yieldMany(Collection<Task<T>> tasks, Duration timeout, OnTimeout late) {
        return Many.outcomes(Objects.requireNonNull(tasks, "tasks"), timeout, late);
    }

    // ---- Other ways to hear of it ------------------------------------------------------------------------------

    /// Sends the owner a message when there is an outcome, which [#outcomeIn(Object)] reads. For a GenServer,
    /// which should not wait in its handlers. Does not block. Elixir: the messages that every task sends.
    ///
    /// @throws IllegalStateException if somebody else is the owner, if the owner is no process, if the task
    ///     was given up, or if its outcome was asked for in this or another way before
    public void sendOutcome() {
        Running<T> asked = begin("sendOutcome");
        Pid receiver = owner.process();
        if (receiver == null) {
            throw new IllegalStateException("sendOutcome of " + this + ": its owner, " + owner.who()
                    + ", is no process and receives no messages; use toFuture()");
        }
        if (asked == null) {
            receiver.send(new Response(label, Result.ok(Done.DONE)));
        } else {
            asked.answer.sendTo(receiver, label);
        }
    }

    /// Reads the message that [#sendOutcome()] has asked for.
    ///
    /// ```java
    /// public Next<Pages> info(Object message, Pages pages) {
    ///     return pages.fetching.outcomeIn(message)
    ///             .map(pages::fetched)
    ///             .orElse(Next.unhandled());
    /// }
    /// ```
    ///
    /// @param message any message
    /// @return the outcome, if this is the message of this task, and the task was not given up meanwhile
    /// @throws IllegalStateException if somebody else is the owner
    public Optional<Result<T, ExitReason>> outcomeIn(Object message) {
        boolean mine = givenUp == null && message instanceof Response(Object of, var _) && of.equals(label);
        return mine ? look(Duration.ZERO, "outcomeIn") : Optional.empty();
    }

    /// The value as a future, which fails with [TaskException.Exited]. Anybody may wait for it. Cancelling it
    /// tells the task to shut down, unless that is linked. What depends on the future runs on a thread of its
    /// own, and may block. For the other direction, a task can wait for a future:
    /// `Task.async(self, () -> future.get())`.
    ///
    /// @return a new future
    /// @throws IllegalStateException if somebody else is the owner, if the task was given up, or if its
    ///     outcome was asked for in this or another way before
    @SuppressWarnings("FutureReturnValueIgnored") // the callbacks cannot fail
    public CompletableFuture<T> toFuture() {
        Running<T> asked = begin("toFuture");
        if (asked == null) {
            return CompletableFuture.completedFuture(valueOf(Objects.requireNonNull(outcome)));
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        asked.answer.toFuture().whenComplete((_, failure) -> {
            if (failure == null) {
                future.complete(asked.execution.value());
            } else {
                ExitReason reason =
                        failure instanceof CallException failed ? reasonOf(failed) : ExitReason.crashed(failure);
                future.completeExceptionally(new TaskException.Exited(toString(), reason));
            }
        });
        future.whenComplete((_, _) -> {
            if (future.isCancelled() && asked.link == null) {
                asked.pid.exit(ExitReason.shutdown());
            }
        });
        return future;
    }

    // ---- The rest ------------------------------------------------------------------------------------------------

    /// The task's process. May be called by anybody.
    ///
    /// @return empty for a task that was made with its value
    public Optional<Pid> pid() {
        return running == null ? Optional.empty() : Optional.of(running.pid);
    }

    @Override
    public String toString() {
        return running == null
                ? "a completed task"
                : "task " + running.pid + " (" + running.execution.initialCall() + ")";
    }
}
