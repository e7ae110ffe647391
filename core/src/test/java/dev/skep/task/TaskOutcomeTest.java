package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Receiver;
import dev.skep.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskOutcomeTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    @Test
    void aFutureHasTheValueForAnybody() throws Exception {
        CompletableFuture<Integer> future =
                meadow.in(self -> Task.asyncNolink(meadow.node, () -> 1).toFuture());
        assertThat(future.thenApply(value -> value + 1))
                .succeedsWithin(Await.LIMIT)
                .isEqualTo(2);
    }

    @Test
    void aFutureFailsWithTheTask() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> oops());
        assertThatThrownBy(() -> Await.get(task.toFuture()))
                .isInstanceOfSatisfying(
                        TaskException.Exited.class,
                        thrown -> assertThat(thrown.reason()).isEqualTo(OOPS));
    }

    @Test
    void cancellingAFutureEndsATaskThatIsNotLinked() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        assertThat(task.toFuture().cancel(true)).isTrue();
        assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void cancellingAFutureLeavesALinkedTaskAlone() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> in.receive());
            CompletableFuture<Object> future = task.toFuture();
            future.cancel(true);
            task.pid().orElseThrow().send("go");
            assertThat(task.await()).isEqualTo("go");
        });
    }

    @Test
    void anOutcomeIsHeardOfInOneWay() {
        Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        CompletableFuture<Object> future = task.toFuture();
        assertThatIllegalStateException().isThrownBy(task::toFuture);
        assertThatIllegalStateException().isThrownBy(() -> Task.awaitMany(List.of(task)));
        assertThat(task.yield(Duration.ZERO)).isEmpty();
        assertThat(task.kill()).isEmpty();
        assertThatThrownBy(() -> Await.get(future)).isInstanceOf(TaskException.Exited.class);
    }

    @Test
    void theOutcomeIsAMessageIfTheOwnerLikes() {
        meadow.inProcess(self -> {
            Task<Integer> good = Task.asyncNolink(meadow.node, () -> 1);
            Task<Integer> bad = Task.asyncNolink(meadow.node, () -> oops());
            Task<Integer> known = Task.completed(2);
            good.sendOutcome();
            bad.sendOutcome();
            known.sendOutcome();
            assertThat(self.select(good::outcomeIn)).isEqualTo(Result.ok(1));
            assertThat(self.select(bad::outcomeIn)).isEqualTo(Result.err(OOPS));
            assertThat(self.select(known::outcomeIn)).isEqualTo(Result.ok(2));
            assertThat(self.receive(Duration.ZERO)).isEmpty();
            assertThat(good.outcomeIn("another message")).isEmpty();
        });
    }

    @Test
    void theMessageOfATaskThatWasShutDownIsNotItsOutcome() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
            task.sendOutcome();
            task.shutdown();
            assertThat(task.outcomeIn(self.receive())).isEmpty();
        });
    }

    @Test
    void aThreadReceivesNoMessages() {
        Task<Integer> task = Task.asyncNolink(meadow.node, () -> 1);
        assertThatIllegalStateException().isThrownBy(task::sendOutcome).withMessageContaining("use toFuture()");
    }
}
