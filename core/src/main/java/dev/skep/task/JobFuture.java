package dev.skep.task;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The future of a [Job], which fails when the process of the job ends, and ends it when it is cancelled.
final class JobFuture<T> extends FutureTask<T> {
    private final Object origin;
    private final @Nullable Consumer<Future<T>> done;
    /// Written before the job begins, so that a cancellation that does not keep it from beginning finds it.
    /// Null also when it is run by other means than the executor's own, such as a completion service's.
    private volatile @Nullable Pid process;

    /// @param origin the object that the user wrote, whose class names the job
    /// @param done told when there is an outcome; null for nobody
    JobFuture(Callable<T> code, Object origin, @Nullable Consumer<Future<T>> done) {
        super(code);
        this.origin = origin;
        this.done = done;
    }

    Object origin() {
        return origin;
    }

    void begins(Pid pid) {
        process = pid;
    }

    /// The process has ended. If that has let the code return, there is a value or an exception already.
    void ended(ExitReason reason) {
        if (!isDone()) {
            super.setException(exited(reason));
        }
    }

    /// In the thread that runs the code. What that throws because its process has been told to end is not the
    /// reason.
    @Override
    protected void setException(Throwable thrown) {
        if (thrown instanceof ProcessExit exit) {
            super.setException(exited(exit.reason()));
            return;
        }
        Pid running = process;
        try {
            if (running != null) {
                var _ = running.info();
            }
            super.setException(thrown);
        } catch (ProcessExit told) { // an operation of a process that has been told to end throws this
            TaskException failure = exited(told.reason());
            failure.addSuppressed(thrown);
            super.setException(failure);
        }
    }

    private TaskException exited(ExitReason reason) {
        return new TaskException.Exited("job " + origin.getClass().getName(), reason);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        Pid before = process;
        // An exit signal does better than the interrupt of the superclass.
        boolean cancelled = super.cancel(mayInterrupt && before == null);
        Pid running = process;
        if (cancelled && mayInterrupt && running != null) {
            running.exit(ExitReason.shutdown());
        }
        return cancelled;
    }

    @Override
    protected void done() {
        if (done != null) {
            done.accept(this);
        }
    }
}
