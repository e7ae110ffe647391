package dev.skep.task;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.PendingCalls;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Gatherer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A stream of tasks that is being consumed: the source of a Java stream, whose every step takes elements up
/// to the maximal concurrency, starts their tasks, and waits for one of them.
///
/// A Java stream does not tell its source that nobody wants more. A gatherer behind it does: its finisher runs
/// at the end of every terminal operation, also one that has stopped early, and it sees what the consumer
/// throws.
final class StreamRun<I, O, R> implements Spliterator<R> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TaskStream.Source<I> source;
    private final Function<I, Code<O>> code;
    private final TaskStream.Options options;
    private final Node node;
    private final Owner owner;
    /// The owner, if the tasks are linked to it.
    private final @Nullable Self<?> link;
    private final BiFunction<I, Result<O, ExitReason>, R> result;

    /// Null before the first element is wanted.
    private @Nullable Iterator<? extends I> elements;
    /// Null if none is needed.
    private @Nullable Pid guard;
    /// In the order of the source.
    private final LinkedHashSet<Element<I, O>> running = new LinkedHashSet<>();

    private final PendingCalls<Element<I, O>, Done> answers = new PendingCalls<>();
    private boolean exhausted;
    private boolean closed;

    /// An element and its task; equal to itself only.
    private static final class Element<I, O> {
        final I input;
        final Task<O> task;
        final @Nullable Timer timer;

        Element(I input, Task<O> task, @Nullable Timer timer) {
            this.input = input;
            this.task = task;
            this.timer = timer;
        }

        Pid pid() {
            return task.pid().orElseThrow();
        }

        /// @return whether the task's time was up
        boolean stopTimer() {
            return timer != null && timer.cancel().isEmpty();
        }
    }

    StreamRun(
            TaskStream.Source<I> source,
            Function<I, Code<O>> code,
            TaskStream.Options options,
            Node node,
            Owner owner,
            @Nullable Self<?> link,
            BiFunction<I, Result<O, ExitReason>, R> result) {
        this.source = source;
        this.code = code;
        this.options = options;
        this.node = node;
        this.owner = owner;
        this.link = link;
        this.result = result;
    }

    Stream<R> stream() {
        return StreamSupport.stream(this, false)
                .gather(Gatherer.<R, R>ofSequential(
                        Gatherer.Integrator.ofGreedy((_, element, downstream) -> hand(element, downstream)),
                        (_, _) -> close()))
                .onClose(this::close);
    }

    private boolean hand(R element, Gatherer.Downstream<? super R> downstream) {
        try {
            return downstream.push(element);
        } catch (Throwable thrown) { // the consumer's
            closeAfter(thrown);
            throw thrown;
        }
    }

    // ---- One step ------------------------------------------------------------------------------------------------

    @Override
    public boolean tryAdvance(Consumer<? super R> action) {
        owner.check("a stream of tasks");
        if (closed) {
            return false;
        }
        R next;
        try {
            start();
            if (running.isEmpty()) {
                close();
                return false;
            }
            next = next();
        } catch (Throwable thrown) {
            closeAfter(thrown);
            throw thrown;
        }
        action.accept(next);
        return true;
    }

    private void start() {
        Iterator<? extends I> from = elements;
        if (from == null) {
            startGuard();
            from = source.open().get();
            elements = from;
        }
        while (!exhausted && running.size() < options.maxConcurrency()) {
            if (from.hasNext()) {
                start(Objects.requireNonNull(from.next(), "an element of the source"));
            } else {
                exhausted = true;
            }
        }
    }

    private void startGuard() {
        boolean limited = !options.timeout().equals(ServerRef.FOREVER);
        if (link != null) {
            boolean traps = link.pid().info().orElseThrow().trapExit();
            guard = link.spawnLink(new StreamGuard(owner.process(), true, traps));
        } else if (limited) {
            guard = node.spawn(new StreamGuard(owner.process(), false, true));
        }
    }

    private void start(I input) {
        Task<O> task = start(code.apply(input));
        boolean limited = !options.timeout().equals(ServerRef.FOREVER);
        Pid pid = task.pid().orElseThrow();
        Timer timer =
                guard != null && limited ? node.sendAfter(options.timeout(), guard, new StreamGuard.Late(pid)) : null;
        Element<I, O> element = new Element<>(input, task, timer);
        running.add(element);
        if (!options.ordered()) {
            answers.add(element, Objects.requireNonNull(task.begin("a stream")).answer());
        }
    }

    private Task<O> start(Code<O> what) {
        TaskSupervisorRef supervisor = options.supervisor();
        if (supervisor != null) {
            return supervisor.asyncNolink(owner, what, link == null ? null : guard);
        }
        if (link == null) {
            return Task.asyncNolink(node, what);
        }
        Execution<O> execution = Execution.answering(what, owner.callers(), owner.process(), guard);
        return Task.ask(owner, null, link.spawn(execution), execution);
    }

    private R next() {
        Element<I, O> first;
        try {
            first = options.ordered()
                    ? running.getFirst()
                    : answers.next(ServerRef.FOREVER).orElseThrow().label();
        } catch (CallException.Interrupted e) {
            throw new TaskException.Interrupted("a stream of tasks", e);
        }
        Result<O, ExitReason> outcome = first.task.yield(ServerRef.FOREVER).orElseThrow();
        running.remove(first);
        boolean late = first.stopTimer();
        if (outcome instanceof Result.Err<O, ExitReason>(ExitReason reason)) {
            if (late && reason instanceof ExitReason.Killed) {
                if (!options.killOnTimeout()) {
                    throw new TaskException.TimedOut(first.task.toString(), options.timeout());
                }
                outcome = Result.err(TaskStream.TIMEOUT);
            } else if (link != null && guard != null) {
                Owner.shareFate(link, guard, guard.isAlive() ? reason : endOf(guard, reason));
            }
        }
        return result.apply(first.input, outcome);
    }

    /// Why the guard has ended. A task that was to link itself to it after that knows only that it was not
    /// there.
    private static ExitReason endOf(Pid guard, ExitReason otherwise) {
        return guard.exitAndJoin(ExitReason.shutdown(), ServerRef.FOREVER).orElse(otherwise);
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    private void closeAfter(Throwable thrown) {
        try {
            close();
        } catch (RuntimeException e) {
            thrown.addSuppressed(e);
        }
    }

    /// Nothing more is wanted: ends the tasks, and waits for their ends.
    private void close() {
        if (closed) {
            return;
        }
        owner.check("a stream of tasks");
        closed = true;
        Pid guarding = guard;
        try {
            if (link != null && guarding != null) {
                link.unlink(guarding);
            }
        } finally { // also if this process has been told to end meanwhile
            try {
                endTasks();
            } finally {
                if (guarding != null) {
                    guarding.send(StreamGuard.Stop.STOP);
                }
                source.close().run();
            }
        }
    }

    private void endTasks() {
        running.forEach(element -> {
            element.stopTimer();
            element.pid().exit(ExitReason.shutdown());
        });
        Stopwatch watch = Stopwatch.start(node.clock(), PATIENCE);
        try {
            for (Element<I, O> element : running) {
                if (element.pid().join(watch.left()).isEmpty()) {
                    element.pid().exit(ExitReason.kill());
                }
            }
            running.forEach(element -> element.pid().join(ServerRef.FOREVER));
        } catch (CallException.Interrupted e) { // the interrupt status is kept; nothing is waited for any more
            running.forEach(element -> element.pid().exit(ExitReason.kill()));
        }
        running.clear();
    }

    // ---- The rest of a spliterator -------------------------------------------------------------------------------

    @Override
    public @Nullable Spliterator<R> trySplit() {
        return null;
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public int characteristics() {
        return options.ordered() ? ORDERED | NONNULL : NONNULL;
    }
}
