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
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.elixir.Streams.Made;
import dev.skep.supervisor.Shutdown;
import dev.skep.task.FailedInput;
import dev.skep.task.TaskException;
import dev.skep.task.TaskStream;
import dev.skep.task.TaskSupervisor;
import dev.skep.task.TaskSupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams whose tasks are children of a supervisor, linked to the consumer or not.
@SkepTest(virtualTime = true)
@CasesOf("task/supervisor")
class TaskSupervisorStreamTest {
    private static final List<Integer> UP = List.of(1, 2, 3, 4);
    private static final List<Integer> DOWN = List.of(4, 3, 2, 1);
    private static final int HOURS = 10_000_000;

    private Testkit skep;
    private Streams streams;
    private TaskSupervisorRef supervisor;

    @BeforeEach
    void startSupervisor(Testkit testkit) {
        skep = testkit;
        supervisor = testkit.start(TaskSupervisor.create());
        streams = new Streams(testkit);
    }

    private Made<Integer> linked(TaskStream<Integer, Integer> stream) {
        return owner -> stream.under(supervisor).async(owner);
    }

    private Made<Integer> unlinked(TaskStream<Integer, Integer> stream) {
        return owner -> stream.under(supervisor).asyncNolink(owner.node());
    }

    private void nothingIsLeft() {
        streams.nothingIsLeft();
        assertThat(supervisor.children()).isEmpty();
    }

    @Test
    @Covers({
        "async_stream: streams an enumerable with fun",
        "async_stream: streams an enumerable with mfa",
        "async_stream: streams an enumerable without leaking tasks",
        "async_stream: streams an enumerable with slowest first",
        "async_stream_nolink: streams an enumerable with fun",
        "async_stream_nolink: streams an enumerable with mfa",
        "async_stream_nolink: streams an enumerable without leaking tasks",
        "async_stream_nolink: streams an enumerable with slowest first"
    })
    void resultsComeInTheOrderOfTheElementsAndNothingElseComes() {
        assertThat(streams.collect(linked(sleeping(UP)))).isEqualTo(oks(1, 2, 3, 4));
        assertThat(streams.collect(linked(sleeping(DOWN)))).isEqualTo(oks(4, 3, 2, 1));
        assertThat(streams.collect(unlinked(sleeping(UP)))).isEqualTo(oks(1, 2, 3, 4));
        assertThat(streams.collect(unlinked(sleeping(DOWN)))).isEqualTo(oks(4, 3, 2, 1));
        nothingIsLeft();
    }

    @Test
    @Covers("async_stream: streams an enumerable with exits")
    void failuresAreResultsForAnOwnerThatTrapsExits() {
        streams.trapExits();

        assertThat(streams.collect(linked(Streams.exiting(UP)))).isEqualTo(exits(1, 2, 3, 4));
        nothingIsLeft();
    }

    @Test
    @Covers("async_stream_nolink: streams an enumerable with exits")
    void failuresOfTasksThatAreNotLinkedAreResults() {
        assertThat(streams.collect(unlinked(Streams.exiting(UP)))).isEqualTo(exits(1, 2, 3, 4));
        nothingIsLeft();
    }

    @Test
    @Covers({
        "async_stream: shuts down unused tasks",
        "async_stream: shuts down unused tasks without leaking messages",
        "async_stream_nolink: shuts down unused tasks",
        "async_stream_nolink: shuts down unused tasks without leaking messages"
    })
    void whatIsNotNeededIsShutDown() {
        List<Integer> source = List.of(0, HOURS, HOURS, HOURS);

        assertThat(streams.take(1, linked(sleeping(source)))).isEqualTo(oks(0));
        nothingIsLeft();
        assertThat(streams.take(1, unlinked(sleeping(source)))).isEqualTo(oks(0));
        nothingIsLeft();
    }

    @Test
    @Covers({
        "async_stream: raises an error if :max_children is reached with clean stream shutdown",
        "async_stream_nolink: raises an error if :max_children is reached with clean stream shutdown"
    })
    void aSupervisorWithoutRoomFailsTheStreamAndLeavesNothingBehind() {
        supervisor = skep.start(TaskSupervisor.create().maxChildren(1));
        TaskStream<Integer, Integer> stream =
                sleeping(List.of(HOURS, HOURS, HOURS)).maxConcurrency(2);

        for (Made<Integer> made : List.of(linked(stream), unlinked(stream))) {
            assertThatThrownBy(() -> streams.collect(made)).isInstanceOf(TaskException.TooManyChildren.class);
            nothingIsLeft();
        }
    }

    @Test
    @Covers("async_stream: with $callers")
    void tasksKnowOnWhoseBehalfTheyRunAndTheirSupervisor() {
        Pid above = supervisor.pid().orElseThrow();

        List<Result<List<Pid>, ExitReason>> seen =
                streams.does(owner -> TaskStream.over(List.of(1), (Receiver<Object> parent, Integer one) -> {
                            assertThat(parent.pid().callers()).isEqualTo(List.of(owner.pid()));
                            List<Result<List<Pid>, ExitReason>> inner = TaskStream.over(
                                            List.of(1),
                                            (Receiver<Object> child, Integer _) -> List.of(
                                                    child.pid().callers().getFirst(),
                                                    child.pid().callers().getLast(),
                                                    child.pid()
                                                            .info()
                                                            .orElseThrow()
                                                            .ancestors()
                                                            .getFirst()))
                                    .under(supervisor)
                                    .async(parent)
                                    .toList();
                            assertThat(inner).isEqualTo(List.of(Result.ok(List.of(parent.pid(), owner.pid(), above))));
                            return parent.pid().info().orElseThrow().ancestors();
                        })
                        .under(supervisor)
                        .async(owner)
                        .toList());

        assertThat(seen.getFirst().orElseThrow().getFirst()).isEqualTo(above);
    }

    @Test
    @Differs(
            cases = "async_stream: consuming from another process",
            entry = "`async_stream` is a stream that any process can consume")
    void onlyItsOwnerConsumesAStream() {
        Stream<Result<Integer, ExitReason>> stream =
                streams.does(owner -> linked(sleeping(UP)).by(owner));

        assertThatThrownBy(stream::toList).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Covers("async_stream: with timeout and :zip_input_on_exit set to true")
    void aTaskThatIsLateMayComeWithItsElement() {
        List<Result<Integer, FailedInput<Integer>>> results = streams.does(owner -> sleeping(List.of(1, 100))
                .timeout(Duration.ofMillis(50))
                .killOnTimeout()
                .under(supervisor)
                .asyncWithInput(owner)
                .toList());

        assertThat(results).containsExactly(Result.ok(1), Result.err(new FailedInput<>(100, TaskStream.TIMEOUT)));
        nothingIsLeft();
    }

    @Test
    @Covers("async_stream: with outer halt on failure and :zip_input_on_exit")
    void aFailureMayComeWithItsElement() {
        streams.trapExits();

        List<Result<Integer, FailedInput<Integer>>> results = streams.does(owner -> {
            try (var stream = Streams.exiting(List.of(1, 2, 3, 4, 5, 6, 7, 8))
                    .under(supervisor)
                    .asyncWithInput(owner)) {
                return stream.limit(2).toList();
            }
        });

        assertThat(results)
                .containsExactly(
                        Result.err(new FailedInput<>(1, ExitReason.because(1))),
                        Result.err(new FailedInput<>(2, ExitReason.because(2))));
        nothingIsLeft();
    }

    @Test
    @Covers("async_stream: does not allow streaming with invalid :shutdown")
    void aBadShutdownTimeIsRefused() {
        assertThatThrownBy(() -> supervisor.withShutdown(new Shutdown.Within(Duration.ofSeconds(-1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not be negative");
    }
}
