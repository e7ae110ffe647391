package dev.skep.task;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One job of a [TaskExecutor]: the body of its process.
///
/// It is over once: when the command has returned, when it is withdrawn before it has begun, or when its
/// process has ended, which may be before the command begins or, if its thread ignores interruption, before it
/// returns.
final class Job implements Finite {
    private enum State {
        WAITING,
        RUNNING,
        OVER
    }

    private final Runnable command;
    private final List<Pid> callers;
    private final Consumer<Job> over;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    /// Set by the process itself before it begins, so that whoever finds the job running can end it.
    private volatile @Nullable Pid process;

    private volatile @Nullable CompletableFuture<ExitReason> end;

    Job(Runnable command, List<Pid> callers, Consumer<Job> over) {
        this.command = command;
        this.callers = callers;
        this.over = over;
    }

    Runnable command() {
        return command;
    }

    @Override
    public void run(Receiver<Object> self) {
        process = self.pid();
        if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
            return;
        }
        if (command instanceof JobFuture<?> future) {
            future.begins(self.pid());
        }
        try {
            command.run();
        } finally {
            finish();
        }
    }

    /// Takes the job back, if it has not begun.
    boolean withdraw() {
        if (!state.compareAndSet(State.WAITING, State.OVER)) {
            return false;
        }
        over.accept(this);
        return true;
    }

    /// Ends the process of a running job.
    void stop(ExitReason reason) {
        Pid running = process;
        if (running != null) {
            running.exit(reason);
        }
    }

    /// Looks for the end of the process, which may not let the command return.
    @SuppressWarnings("FutureReturnValueIgnored") // the callback cannot fail
    void watch(Pid pid) {
        if (state.get() == State.OVER) {
            return;
        }
        CompletableFuture<ExitReason> watched = pid.exited();
        end = watched;
        watched.thenAccept(this::ended);
        if (state.get() == State.OVER) {
            watched.cancel(false);
        }
    }

    private void ended(ExitReason reason) {
        if (command instanceof JobFuture<?> future) {
            future.ended(reason);
        }
        finish();
    }

    private void finish() {
        if (state.getAndSet(State.OVER) != State.OVER) {
            over.accept(this);
            CompletableFuture<ExitReason> watched = end;
            if (watched != null) {
                watched.cancel(false); // no thread is started to tell of an end that nobody waits for
            }
        }
    }

    @Override
    public boolean isDone() {
        return state.get() == State.OVER || (command instanceof Future<?> future && future.isDone());
    }

    @Override
    public String initialCall() {
        return (command instanceof JobFuture<?> future ? future.origin() : command)
                .getClass()
                .getName();
    }

    @Override
    public List<Pid> callers() {
        return callers;
    }
}
