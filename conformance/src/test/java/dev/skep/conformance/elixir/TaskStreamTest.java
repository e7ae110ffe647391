package dev.skep.conformance.elixir;

import static dev.skep.conformance.elixir.Streams.exits;
import static dev.skep.conformance.elixir.Streams.oks;
import static dev.skep.conformance.elixir.Streams.sleeping;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.elixir.Streams.Made;
import dev.skep.task.FailedInput;
import dev.skep.task.TaskException;
import dev.skep.task.TaskStream;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams of tasks, with as many tasks at a time as there are elements, with less, and with more.
@SkepTest(virtualTime = true)
@CasesOf("task")
class TaskStreamTest {
    private Testkit skep;
    private Streams streams;

    @BeforeEach
    void makeOwner(Testkit testkit) {
        skep = testkit;
        streams = new Streams(testkit);
    }

    private static Made<Integer> linked(List<Integer> source, int concurrency) {
        return owner -> sleeping(source).maxConcurrency(concurrency).async(owner);
    }

    private static Made<Integer> exiting(List<Integer> source, int concurrency) {
        return owner -> Streams.exiting(source).maxConcurrency(concurrency).async(owner);
    }

    private static final List<Integer> UP = List.of(1, 2, 3, 4);
    private static final List<Integer> DOWN = List.of(4, 3, 2, 1);
    private static final List<Integer> MORE = List.of(1, 2, 3, 4, 5, 6, 7, 8);
    private static final List<Integer> MORE_DOWN = List.of(8, 7, 6, 5, 4, 3, 2, 1);

    // ---- With every concurrency ----------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: streams an enumerable with fun",
        "async_stream with max_concurrency #{desc} tasks: streams an enumerable with mfa",
        "async_stream with max_concurrency #{desc} tasks: streams an enumerable without leaking tasks",
        "async_stream with max_concurrency #{desc} tasks: streams an enumerable with slowest first"
    })
    void resultsComeInTheOrderOfTheElementsAndNothingElseComes(int concurrency) {
        assertThat(streams.collect(linked(UP, concurrency))).isEqualTo(oks(1, 2, 3, 4));
        streams.nothingIsLeft();
        assertThat(streams.collect(linked(DOWN, concurrency))).isEqualTo(oks(4, 3, 2, 1));
        streams.nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers("async_stream with max_concurrency #{desc} tasks: streams an enumerable with exits")
    void failuresAreResultsForAnOwnerThatTrapsExits(int concurrency) {
        streams.trapExits();

        assertThat(streams.collect(exiting(UP, concurrency))).isEqualTo(exits(1, 2, 3, 4));
        streams.nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: shuts down unused tasks",
        "async_stream with max_concurrency #{desc} tasks: shuts down unused tasks without leaking messages"
    })
    void whatIsNotNeededIsShutDown(int concurrency) {
        int hours = 10_000_000;

        assertThat(streams.take(1, linked(List.of(0, hours, hours, hours), concurrency)))
                .isEqualTo(oks(0));
        streams.nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: is zippable on success",
        "async_stream with max_concurrency #{desc} tasks: is zippable on failure",
        "async_stream with max_concurrency #{desc} tasks: is zippable with slowest first"
    })
    void twoStreamsOfOneSourceCanBeConsumedInTurns(int concurrency) {
        streams.trapExits();
        assertThat(zipped(linked(UP, concurrency))).isEqualTo(twice(oks(1, 2, 3, 4)));
        assertThat(zipped(linked(DOWN, concurrency))).isEqualTo(twice(oks(4, 3, 2, 1)));
        assertThat(zipped(exiting(UP, concurrency))).isEqualTo(twice(exits(1, 2, 3, 4)));
        streams.nothingIsLeft();
    }

    private List<List<Result<Integer, ExitReason>>> zipped(Made<Integer> made) {
        return streams.does(owner -> {
            List<List<Result<Integer, ExitReason>>> pairs = new ArrayList<>();
            try (var first = made.by(owner);
                    var second = made.by(owner)) {
                Iterator<Result<Integer, ExitReason>> one = first.iterator();
                Iterator<Result<Integer, ExitReason>> two = second.iterator();
                while (one.hasNext() && two.hasNext()) {
                    pairs.add(List.of(one.next(), two.next()));
                }
            }
            return pairs;
        });
    }

    private static <T> List<List<T>> twice(List<T> values) {
        return values.stream().map(value -> List.of(value, value)).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: with inner halt on success",
        "async_stream with max_concurrency #{desc} tasks: with inner halt on failure",
        "async_stream with max_concurrency #{desc} tasks: with inner halt and slowest first"
    })
    void theSourceMayBeAStreamThatIsCutShort(int concurrency) {
        streams.trapExits();
        assertThat(streams.collect(linked(MORE.stream().limit(4).toList(), concurrency)))
                .isEqualTo(oks(1, 2, 3, 4));
        assertThat(streams.collect(owner -> TaskStream.over(MORE_DOWN.stream().limit(4), Streams::identity)
                        .maxConcurrency(concurrency)
                        .async(owner)))
                .isEqualTo(oks(8, 7, 6, 5));
        assertThat(streams.collect(owner -> TaskStream.over(MORE.stream().limit(4), Streams::exit)
                        .maxConcurrency(concurrency)
                        .async(owner)))
                .isEqualTo(exits(1, 2, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: with outer halt on success",
        "async_stream with max_concurrency #{desc} tasks: with outer halt on failure",
        "async_stream with max_concurrency #{desc} tasks: with outer halt and slowest first"
    })
    void theConsumerMayHaveEnough(int concurrency) {
        streams.trapExits();
        assertThat(streams.take(4, linked(MORE, concurrency))).isEqualTo(oks(1, 2, 3, 4));
        assertThat(streams.take(4, linked(MORE_DOWN, concurrency))).isEqualTo(oks(8, 7, 6, 5));
        assertThat(streams.take(4, exiting(MORE, concurrency))).isEqualTo(exits(1, 2, 3, 4));
        streams.nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers("async_stream with max_concurrency #{desc} tasks: with outer halt on failure and :zip_input_on_exit")
    void aFailureMayComeWithItsElement(int concurrency) {
        streams.trapExits();

        List<Result<Integer, FailedInput<Integer>>> results = streams.does(owner -> {
            try (var stream = Streams.exiting(MORE).maxConcurrency(concurrency).asyncWithInput(owner)) {
                return stream.limit(4).toList();
            }
        });

        assertThat(results)
                .isEqualTo(UP.stream()
                        .map(n ->
                                Result.<Integer, FailedInput<Integer>>err(new FailedInput<>(n, ExitReason.because(n))))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers({
        "async_stream with max_concurrency #{desc} tasks: terminates inner effect",
        "async_stream with max_concurrency #{desc} tasks: terminates outer effect"
    })
    void whatComesBeforeAndAfterTheStreamIsClosed(int concurrency) {
        AtomicInteger closed = new AtomicInteger();

        List<Result<Integer, ExitReason>> results = streams.does(owner -> {
            Stream<Integer> source = UP.stream().onClose(closed::incrementAndGet);
            try (var stream = TaskStream.over(source, Streams::identity)
                    .maxConcurrency(concurrency)
                    .async(owner)
                    .onClose(closed::incrementAndGet)) {
                return stream.toList();
            }
        });

        assertThat(results).isEqualTo(oks(1, 2, 3, 4));
        assertThat(closed).hasValue(2);
    }

    private static TaskStream<Integer, Integer> limited(List<Integer> source, int concurrency) {
        return sleeping(source)
                .maxConcurrency(concurrency)
                .timeout(Duration.ofMillis(50))
                .killOnTimeout();
    }

    private static final Result<Integer, ExitReason> LATE = Result.err(TaskStream.TIMEOUT);

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers("async_stream with max_concurrency #{desc} tasks: with :on_timeout set to :kill_task")
    void aTaskThatIsLateMayBeKilled(int concurrency) {
        assertThat(streams.collect(
                        owner -> limited(List.of(100, 1, 100, 1), concurrency).async(owner)))
                .containsExactly(LATE, Result.ok(1), LATE, Result.ok(1));
        streams.nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2, 8})
    @Covers("async_stream with max_concurrency #{desc} tasks: with timeout and :zip_input_on_exit set to true")
    void aTaskThatIsLateMayComeWithItsElement(int concurrency) {
        assertThat(streams.<List<Result<Integer, FailedInput<Integer>>>>does(
                        owner -> limited(List.of(1, 100), concurrency)
                                .asyncWithInput(owner)
                                .toList()))
                .containsExactly(Result.ok(1), Result.err(new FailedInput<>(100, TaskStream.TIMEOUT)));
    }

    // ---- Options -------------------------------------------------------------------------------------------------

    @Test
    @Covers("async_stream/2: timeout")
    void aTaskThatIsLateFailsTheStream() {
        assertThatThrownBy(() -> streams.collect(owner ->
                        sleeping(List.of(10_000_000)).timeout(Duration.ZERO).async(owner)))
                .isInstanceOf(TaskException.TimedOut.class);
        streams.nothingIsLeft();
    }

    @Test
    @Covers("async_stream/2: streams an enumerable with ordered: false")
    void resultsMayComeAsTheyAreReady() {
        List<Integer> source = List.of(400, 300, 200, 100);

        assertThat(streams.collect(
                        owner -> sleeping(source).maxConcurrency(1).unordered().async(owner)))
                .isEqualTo(oks(400, 300, 200, 100));
        assertThat(streams.collect(
                        owner -> sleeping(source).maxConcurrency(4).unordered().async(owner)))
                .isEqualTo(oks(100, 200, 300, 400));
    }

    @Test
    @Covers("async_stream/2: streams an enumerable with ordered: false, on_timeout: :kill_task")
    void lateTasksComeLastWithoutAnOrder() {
        assertThat(streams.collect(
                        owner -> limited(List.of(100, 1, 100, 1), 4).unordered().async(owner)))
                .containsExactly(Result.ok(1), Result.ok(1), LATE, LATE);
        streams.nothingIsLeft();
    }

    @Test
    @Covers("async_stream/2: streams an enumerable with infinite timeout")
    void tasksMayTakeForEver() {
        assertThat(streams.collect(
                        owner -> sleeping(List.of(1)).timeout(ServerRef.FOREVER).async(owner)))
                .isEqualTo(oks(1));
    }

    @Test
    @Covers({
        "async_stream/2: does not allow streaming with max_concurrency = 0",
        "async_stream/2: does not allow streaming with invalid :timeout"
    })
    @Differs(
            cases = "async_stream/2: does not allow streaming with invalid :on_timeout",
            entry = "What makes no sense as an option of a stream")
    void badOptionsAreRefusedAtOnce() {
        TaskStream<Integer, Integer> stream = sleeping(UP);

        assertThatThrownBy(() -> stream.maxConcurrency(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one or more");
        assertThatThrownBy(() -> stream.timeout(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
    }

    @Test
    @Covers("async_stream/2: streams with fake down messages on the inbox")
    void messagesToTheProcessesOfAStreamDoNotDisturbIt() {
        assertThat(streams.collect(owner -> TaskStream.over(UP, (Receiver<Object> self, Integer n) -> {
                            self.pid().info().orElseThrow().links().forEach(link -> link.send("no answer"));
                            owner.pid().send("no answer");
                            return n;
                        })
                        .async(owner)))
                .isEqualTo(oks(1, 2, 3, 4));
    }

    @Test
    @Covers("async_stream/2: with $callers")
    void tasksKnowOnWhoseBehalfTheyRun() {
        assertThat(streams.<List<Result<Boolean, ExitReason>>>does(grandparent -> TaskStream.over(
                                List.of(1), (Receiver<Object> parent, Integer one) -> {
                                    assertThat(parent.pid().callers()).isEqualTo(List.of(grandparent.pid()));
                                    return inner(parent, List.of(parent.pid(), grandparent.pid()));
                                })
                        .async(grandparent)
                        .toList()))
                .containsExactly(Result.ok(true));
    }

    private static boolean inner(Receiver<Object> parent, List<Pid> expected) {
        return TaskStream.over(
                        List.of(1),
                        (Receiver<Object> child, Integer one) -> child.pid().callers())
                .async(parent)
                .allMatch(Result.ok(expected)::equals);
    }

    @Test
    @Differs(
            cases = "async_stream/2: consuming from another process",
            entry = "`async_stream` is a stream that any process can consume")
    void onlyItsOwnerConsumesAStream() {
        Stream<Result<Integer, ExitReason>> stream =
                streams.does(owner -> sleeping(UP).async(owner));

        assertThatThrownBy(stream::toList).isInstanceOf(IllegalStateException.class);
        assertThat(new Streams(skep).collect(linked(UP, 4))).isEqualTo(oks(1, 2, 3, 4));
    }

    @Test
    @Covers("async_stream/2: wrapping a flat_map/concat with a haltable stream")
    void aSourceMayBeMadeOfOtherStreams() {
        Stream<Integer> source =
                Stream.concat(Stream.of(1, 2).flatMap(n -> Stream.of(n, n).limit(1)), Stream.iterate(3, n -> n + 1));

        assertThat(streams.take(
                        4,
                        owner -> TaskStream.over(source, Streams::identity)
                                .maxConcurrency(2)
                                .async(owner)))
                .isEqualTo(oks(1, 2, 3, 4));
        streams.nothingIsLeft();
    }
}
