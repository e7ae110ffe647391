package dev.skep.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Receiver;
import dev.skep.Result;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;

/// A node for streams of tasks, which leave nothing of theirs behind.
abstract class TaskStreamFixture {
    @AutoClose
    final Meadow meadow = new Meadow();

    static List<Result<Integer, ExitReason>> oks(Integer... values) {
        return Stream.of(values).map(Result::<Integer, ExitReason>ok).toList();
    }

    /// Nothing of a stream is left: no task, no guard, no link and no message of its owner.
    void assertNothingIsLeft(Receiver<Object> self) {
        Await.until(() -> meadow.node.processes().equals(List.of(self.pid())));
        // Who has ended is out of the table before its links hear of it.
        Await.until(() -> self.pid().info().orElseThrow().links().isEmpty());
        assertThat(self.receive(Duration.ZERO)).isEmpty();
    }
}
