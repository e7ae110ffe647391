package dev.skep.task;

import dev.skep.CallException;
import dev.skep.ExitReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// An executor whose jobs are children of a task supervisor.
///
/// `jobs` holds what was admitted and is not over; it is guarded by the lock of `this` together with
/// `shutdown`, so that nothing is admitted once that is set, and the last that leaves after that tells the
/// waiters.
final class TaskExecutor extends AbstractExecutorService {
    private final TaskSupervisorRef tasks;
    private final Set<Job> jobs = ConcurrentHashMap.newKeySet();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private boolean shutdown;

    TaskExecutor(TaskSupervisorRef tasks) {
        this.tasks = tasks;
    }

    // ---- Jobs ----------------------------------------------------------------------------------------------------

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        Job job = new Job(command, Owner.current().callers(), this::over);
        admit(job);
        boolean started = false;
        try {
            job.watch(tasks.started(job, false).pid());
            started = true;
        } catch (TaskException.TooManyChildren | CallException e) {
            throw new RejectedExecutionException(this + " cannot start " + command + ": " + e.getMessage(), e);
        } finally {
            if (!started) {
                job.withdraw(); // the process may have been started all the same, if this one has been told to end
            }
        }
    }

    private synchronized void admit(Job job) {
        if (shutdown) {
            throw new RejectedExecutionException(this + " cannot start " + job.command() + ": it was shut down");
        }
        jobs.add(job);
    }

    private synchronized void over(Job job) {
        jobs.remove(job);
        tellIfTerminated();
    }

    private void tellIfTerminated() {
        if (shutdown && jobs.isEmpty()) {
            terminated.countDown();
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        return new JobFuture<>(callable, callable, null);
    }

    @Override
    @SuppressWarnings("NullAway") // a runnable has no value, and a null stands for it
    protected <T> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
        Objects.requireNonNull(runnable, "job");
        return new JobFuture<>(
                () -> {
                    runnable.run();
                    return value;
                },
                runnable,
                null);
    }

    // ---- Any of several --------------------------------------------------------------------------------------------

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> calls) throws InterruptedException, ExecutionException {
        try {
            return any(calls, null);
        } catch (TimeoutException e) {
            throw new AssertionError("there is no time limit", e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> calls, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return any(calls, unit.toNanos(timeout));
    }

    /// Not as the superclass does it, whose wrapping of the jobs would hide from them that their processes have
    /// ended.
    private <T> T any(Collection<? extends Callable<T>> calls, @Nullable Long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (calls.isEmpty()) {
            throw new IllegalArgumentException("invokeAny needs at least one job");
        }
        calls.forEach(call -> Objects.requireNonNull(call, "job"));
        long deadline = nanos == null ? 0 : System.nanoTime() + nanos;
        BlockingQueue<Future<T>> done = new LinkedBlockingQueue<>();
        List<Future<T>> all = new ArrayList<>(calls.size());
        try {
            for (Callable<T> call : calls) {
                JobFuture<T> future = new JobFuture<>(call, call, done::add);
                all.add(future);
                execute(future);
            }
            ExecutionException last = null;
            for (int i = 0; i < all.size(); i++) {
                Future<T> next =
                        nanos == null ? done.take() : done.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new TimeoutException("none of " + all.size() + " jobs has succeeded in time");
                }
                try {
                    return next.get();
                } catch (ExecutionException e) {
                    last = e;
                }
            }
            throw Objects.requireNonNull(last);
        } finally {
            all.forEach(future -> future.cancel(true));
        }
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    @Override
    public synchronized void shutdown() {
        shutdown = true;
        tellIfTerminated();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> notBegun = new ArrayList<>();
        for (Job job : jobs) {
            if (job.withdraw()) {
                notBegun.add(job.command());
            } else {
                job.stop(ExitReason.shutdown());
            }
        }
        return notBegun;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    @Override
    public String toString() {
        return "executor of " + tasks;
    }
}
