package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.conformance.otp.AsProcess;
import dev.skep.task.TaskStream;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Streams of tasks that take their time, and their owner. Time is virtual: it passes while the owner consumes.
final class Streams {
    /// A stream, made by its owner.
    interface Made<T> {
        Stream<Result<T, ExitReason>> by(Receiver<Object> owner) throws Exception;
    }

    private final Testkit skep;
    private final Bee owner;
    private final List<Pid> linksBefore;

    Streams(Testkit skep) {
        this.skep = skep;
        this.owner = new Bee(skep);
        this.linksBefore = linksOfOwner();
        skep.allowCrashes();
    }

    static List<Result<Integer, ExitReason>> oks(Integer... values) {
        return Stream.of(values).map(Result::<Integer, ExitReason>ok).toList();
    }

    static List<Result<Integer, ExitReason>> exits(Integer... reasons) {
        return Stream.of(reasons)
                .map(reason -> Result.<Integer, ExitReason>err(ExitReason.because(reason)))
                .toList();
    }

    /// Each task takes as many milliseconds as its element says.
    static TaskStream<Integer, Integer> sleeping(List<Integer> source) {
        return TaskStream.over(source, (Receiver<Object> self, Integer milliseconds) -> {
            if (milliseconds > 0) {
                self.receive(Duration.ofMillis(milliseconds));
            }
            return milliseconds;
        });
    }

    /// Each task ends with its element for a reason.
    static TaskStream<Integer, Integer> exiting(List<Integer> source) {
        return TaskStream.over(source, Streams::exit);
    }

    @SuppressWarnings("DoNotCallSuggester") // tasks call it
    static Integer exit(Integer reason) {
        throw new ProcessExit(ExitReason.because(reason));
    }

    static Integer identity(Integer value) {
        return value;
    }

    void trapExits() {
        owner.run(self -> self.trapExit(true));
    }

    /// Does something in the owner, while time passes.
    <T> T does(AsProcess.Work<T> work) {
        CompletableFuture<T> outcome = owner.begin(work);
        skep.clock().advance(Duration.ofSeconds(20));
        return Bee.result(outcome);
    }

    <T> List<Result<T, ExitReason>> collect(Made<T> made) {
        return does(self -> made.by(self).toList());
    }

    <T> List<Result<T, ExitReason>> take(int number, Made<T> made) {
        return does(self -> {
            try (Stream<Result<T, ExitReason>> stream = made.by(self)) {
                return stream.limit(number).toList();
            }
        });
    }

    /// The owner has no link and no message more than before.
    void nothingIsLeft() {
        skep.settle();
        assertThat(linksOfOwner()).isEqualTo(linksBefore);
        assertThat(owner.<Optional<Object>>run(self -> self.receive(Duration.ZERO)))
                .isEmpty();
    }

    private List<Pid> linksOfOwner() {
        return owner.pid().info().orElseThrow().links();
    }
}
