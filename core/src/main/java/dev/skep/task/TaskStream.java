package dev.skep.task;

import dev.skep.ExitReason;
import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Self;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One task for each element of a source, a limited number of them at a time. Elixir: `Task.async_stream`.
///
/// ```java
/// List<Page> pages = TaskStream.over(urls, url -> fetch(url))
///         .maxConcurrency(20)
///         .timeout(Duration.ofSeconds(2))
///         .killOnTimeout()
///         .async(self)
///         .flatMap(result -> result.toOptional().stream())
///         .toList();
/// ```
///
/// The stream is lazy: it takes an element of the source, and starts its task, only when a result is wanted,
/// and is never further ahead of its consumer than the maximal concurrency. So the source may be infinite. All
/// happens in the consumer's thread but the tasks themselves.
///
/// When the consumer has enough (`limit`, `findFirst`), when it or the source throws, and when the stream is
/// closed, the running tasks are told to shut down and waited for. Only a consumer that asks the stream for an
/// `iterator` or `spliterator` and drops it has to close the stream itself, best by a `try`.
///
/// Only the owner may consume the stream, which therefore cannot be parallel: the process of [#async(Self)], or
/// whoever has called [#asyncNolink(Node)].
///
/// | option | default |
/// |---|---|
/// | [#maxConcurrency(int)] | the number of processors |
/// | [#unordered()] | results come in the order of the source |
/// | [#timeout(Duration)] | five seconds for each task |
/// | [#killOnTimeout()] | a task that takes too long fails the whole stream |
/// | [#under(TaskSupervisorRef)] | no supervisor |
///
/// Immutable; each option returns a changed copy.
///
/// @param <I> the type of the elements
/// @param <O> the type of the tasks' values
public final class TaskStream<I, O> {
    /// Why there is no value of a task that was killed because it took too long.
    public static final ExitReason TIMEOUT = ExitReason.because("timeout");

    /// What the tasks do.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    @FunctionalInterface
    public interface Step<I, O> {
        /// Computes one value, in a process of its own.
        ///
        /// @param input the element
        /// @return the value; not null
        /// @throws Exception to crash; a [dev.skep.ProcessExit] ends the task with a reason of its own
        O run(I input) throws Exception;
    }

    /// What the tasks do, for code that needs its own process.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    @FunctionalInterface
    public interface ProcessStep<I, O> {
        /// Computes one value, in a process of its own.
        ///
        /// @param self the task's process, for its own use only
        /// @param input the element
        /// @return the value; not null
        /// @throws Exception to crash; a [dev.skep.ProcessExit] ends the task with a reason of its own
        O run(Receiver<Object> self, I input) throws Exception;
    }

    /// Where the elements come from.
    ///
    /// @param open gives them, when the first result is wanted
    /// @param close runs when no more are wanted
    record Source<I>(Supplier<? extends Iterator<? extends I>> open, Runnable close) {}

    /// What the user may choose.
    record Options(
            int maxConcurrency,
            boolean ordered,
            Duration timeout,
            boolean killOnTimeout,
            @Nullable TaskSupervisorRef supervisor) {}

    private final Source<I> source;
    private final ProcessStep<? super I, ? extends O> step;
    private final Object origin;
    private final Options options;

    private TaskStream(Source<I> source, ProcessStep<? super I, ? extends O> step, Object origin, Options options) {
        this.source = source;
        this.step = step;
        this.origin = origin;
        this.options = options;
    }

    private static <I, O> TaskStream<I, O> of(
            Source<I> source, ProcessStep<? super I, ? extends O> step, Object origin) {
        Options defaults =
                new Options(Runtime.getRuntime().availableProcessors(), true, Duration.ofSeconds(5), false, null);
        return new TaskStream<>(source, step, origin, defaults);
    }

    private static <I, O> ProcessStep<I, O> withoutSelf(Step<? super I, ? extends O> step) {
        Objects.requireNonNull(step, "step");
        return (_, input) -> step.run(input);
    }

    // ---- Sources -------------------------------------------------------------------------------------------------

    /// Tasks for the elements of a collection, or whatever can be iterated over; it is, once for each stream.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    /// @param source the elements, of which none is null
    /// @param step what the tasks do
    /// @return the stream to be, with all defaults
    public static <I, O> TaskStream<I, O> over(Iterable<? extends I> source, Step<? super I, ? extends O> step) {
        return of(iterable(source), withoutSelf(step), step);
    }

    /// Tasks for the elements of a collection, whose code gets its own process.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    /// @param source the elements, of which none is null
    /// @param step what the tasks do
    /// @return the stream to be, with all defaults
    public static <I, O> TaskStream<I, O> over(Iterable<? extends I> source, ProcessStep<? super I, ? extends O> step) {
        return of(iterable(source), Objects.requireNonNull(step, "step"), step);
    }

    private static <I> Source<I> iterable(Iterable<? extends I> source) {
        Objects.requireNonNull(source, "source");
        return new Source<>(source::iterator, () -> {});
    }

    /// Tasks for what is left of an iterator.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    /// @param source the elements, of which none is null
    /// @param step what the tasks do
    /// @return the stream to be, with all defaults
    public static <I, O> TaskStream<I, O> over(Iterator<? extends I> source, Step<? super I, ? extends O> step) {
        Objects.requireNonNull(source, "source");
        return of(new Source<>(() -> source, () -> {}), withoutSelf(step), step);
    }

    /// Tasks for the elements of a Java stream, which may be infinite. It is consumed once, in the thread of
    /// the consumer, and closed at the end.
    ///
    /// @param <I> the type of the elements
    /// @param <O> the type of the values
    /// @param source the elements, of which none is null
    /// @param step what the tasks do
    /// @return the stream to be, with all defaults
    public static <I, O> TaskStream<I, O> over(Stream<? extends I> source, Step<? super I, ? extends O> step) {
        Objects.requireNonNull(source, "source");
        return of(new Source<>(source::iterator, source::close), withoutSelf(step), step);
    }

    // ---- Options -------------------------------------------------------------------------------------------------

    /// How many tasks there may be at a time, and how far they may be ahead of the consumer.
    ///
    /// @param limit one or more
    /// @return the changed stream to be
    public TaskStream<I, O> maxConcurrency(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("the concurrency of a stream must be one or more, but was " + limit);
        }
        return with(new Options(limit, options.ordered, options.timeout, options.killOnTimeout, options.supervisor));
    }

    /// Results come in the order in which they are ready. A slow task does not hold up others.
    ///
    /// @return the changed stream to be
    public TaskStream<I, O> unordered() {
        return with(
                new Options(options.maxConcurrency, false, options.timeout, options.killOnTimeout, options.supervisor));
    }

    /// How long each task may take. Then it is killed, also while the consumer is busy with other things.
    ///
    /// @param limit zero or more; [dev.skep.ServerRef#FOREVER] for no limit
    /// @return the changed stream to be
    public TaskStream<I, O> timeout(Duration limit) {
        if (Objects.requireNonNull(limit, "timeout").isNegative()) {
            throw new IllegalArgumentException("the timeout of a stream must not be negative, but was " + limit);
        }
        return with(
                new Options(options.maxConcurrency, options.ordered, limit, options.killOnTimeout, options.supervisor));
    }

    /// A task that was killed since it took too long gives a result like others, with the reason [#TIMEOUT].
    /// Without this the consumer gets a [TaskException.TimedOut] in its place, and the stream is at its end.
    ///
    /// @return the changed stream to be
    public TaskStream<I, O> killOnTimeout() {
        return with(new Options(options.maxConcurrency, options.ordered, options.timeout, true, options.supervisor));
    }

    /// The tasks become children of a supervisor. If that has not enough room for the concurrency, the
    /// consumer gets a [TaskException.TooManyChildren].
    ///
    /// @param supervisor the supervisor
    /// @return the changed stream to be
    public TaskStream<I, O> under(TaskSupervisorRef supervisor) {
        Objects.requireNonNull(supervisor, "supervisor");
        return with(new Options(
                options.maxConcurrency, options.ordered, options.timeout, options.killOnTimeout, supervisor));
    }

    private TaskStream<I, O> with(Options changed) {
        return new TaskStream<>(source, step, origin, changed);
    }

    // ---- Streams -------------------------------------------------------------------------------------------------

    /// The results, of tasks that are linked to the process that consumes them: if one crashes, that process
    /// ends with the same reason, and so do the others. If it traps exits, it gets the reason as a result, and
    /// no exit signal. If the process ends, the tasks do.
    ///
    /// @param owner the calling process
    /// @return a lazy stream of the values, or the reasons why there is none
    /// @throws IllegalStateException from any thread but the process's own
    public Stream<Result<O, ExitReason>> async(Self<?> owner) {
        return linked(owner, (_, result) -> result);
    }

    /// The results as of [#async(Self)], with the element where there is no value.
    /// Elixir: the option `:zip_input_on_exit`.
    ///
    /// @param owner the calling process
    /// @return a lazy stream of the values, or the elements that have none and the reasons why
    /// @throws IllegalStateException from any thread but the process's own
    public Stream<Result<O, FailedInput<I>>> asyncWithInput(Self<?> owner) {
        return linked(owner, TaskStream::withInput);
    }

    /// The results, of tasks that are not linked to their consumer. If one crashes, that gives a result; if the
    /// consumer ends, they go on. Elixir: `Task.Supervisor.async_stream_nolink`.
    ///
    /// @param node where they run, without a supervisor
    /// @return a lazy stream of the values, or the reasons why there is none; the calling process or thread is
    ///     its owner
    public Stream<Result<O, ExitReason>> asyncNolink(Node node) {
        return notLinked(node, (_, result) -> result);
    }

    /// The results as of [#asyncNolink(Node)], with the element where there is no value.
    /// Elixir: the option `:zip_input_on_exit`.
    ///
    /// @param node where they run, without a supervisor
    /// @return a lazy stream of the values, or the elements that have none and the reasons why; the calling
    ///     process or thread is its owner
    public Stream<Result<O, FailedInput<I>>> asyncNolinkWithInput(Node node) {
        return notLinked(node, TaskStream::withInput);
    }

    private <R> Stream<R> linked(Self<?> self, BiFunction<I, Result<O, ExitReason>, R> result) {
        Owner owner = Owner.of(self, "a stream");
        return new StreamRun<>(source, this::codeFor, options, self.node(), owner, self, result).stream();
    }

    private <R> Stream<R> notLinked(Node node, BiFunction<I, Result<O, ExitReason>, R> result) {
        Objects.requireNonNull(node, "node");
        return new StreamRun<>(source, this::codeFor, options, node, Owner.current(), null, result).stream();
    }

    private Code<O> codeFor(I input) {
        return new Code<>(self -> step.run(self, input), origin);
    }

    private static <I, O> Result<O, FailedInput<I>> withInput(I input, Result<O, ExitReason> result) {
        return result.mapError(reason -> new FailedInput<>(input, reason));
    }
}
