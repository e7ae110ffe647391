package dev.skep.task;

import static dev.skep.task.Meadow.OOPS;
import static dev.skep.task.Meadow.oops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.Await;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TaskEndingTest {
    @AutoClose
    private final Meadow meadow = new Meadow();

    @Test
    void shutdownGivesNothingOfATaskThatShutsDown() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, () -> Meadow.sleep());
            assertThat(task.shutdown()).isEmpty();
            assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
            assertThatIllegalStateException().isThrownBy(task::yield).withMessageContaining("told to end");
        });
    }

    @Test
    void shutdownGivesWhatTheTaskReturnsMeanwhile() {
        meadow.inProcess(self -> {
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                in.trapExit(true);
                begun.countDown();
                return in.receive(Exit.class).reason();
            });
            Await.latch(begun);
            assertThat(task.shutdown()).contains(Result.ok(ExitReason.shutdown()));
            assertThat(task.await()).isEqualTo(ExitReason.shutdown());
        });
    }

    @Test
    void shutdownGivesAnotherReason() {
        meadow.inProcess(self -> {
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                in.trapExit(true);
                begun.countDown();
                in.receive(Exit.class);
                return oops();
            });
            Await.latch(begun);
            assertThat(task.shutdown()).contains(Result.err(OOPS)); // and the owner lives: it is unlinked
        });
    }

    @Test
    void shutdownOfATaskThatHasEndedGivesItsOutcome() {
        Task<Object> failed = Task.asyncNolink(meadow.node, () -> oops());
        meadow.endOf(failed.pid().orElseThrow());
        assertThat(failed.shutdown()).contains(Result.err(OOPS));
        Task<Object> done = Task.asyncNolink(meadow.node, () -> 1);
        meadow.endOf(done.pid().orElseThrow());
        assertThat(done.kill()).contains(Result.ok(1));
    }

    @Test
    void aTaskThatWasShutDownByOthersGivesNothingToShutdownAndAReasonToKill() {
        Task<Object> first = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        first.pid().orElseThrow().exit(ExitReason.shutdown());
        meadow.endOf(first.pid().orElseThrow());
        assertThat(first.shutdown()).isEmpty();
        Task<Object> second = Task.asyncNolink(meadow.node, () -> Meadow.sleep());
        second.pid().orElseThrow().exit(ExitReason.shutdown());
        meadow.endOf(second.pid().orElseThrow());
        assertThat(second.kill()).contains(Result.err(ExitReason.shutdown()));
    }

    @Test
    void killGivesNothingOfATaskThatIsKilled() {
        meadow.inProcess(self -> {
            CountDownLatch begun = new CountDownLatch(1);
            Task<Object> task = Task.async(self, Meadow.<Object>stubborn(begun));
            Await.latch(begun);
            assertThat(task.kill()).isEmpty();
            assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.killed());
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void anInterruptedShutdownKills() {
        CountDownLatch begun = new CountDownLatch(1);
        Task<Object> task = Task.asyncNolink(meadow.node, Meadow.<Object>stubborn(begun));
        Await.latch(begun);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> task.shutdown(ServerRef.FOREVER)).isInstanceOf(TaskException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(meadow.endOf(task.pid().orElseThrow())).isEqualTo(ExitReason.killed());
    }

    @Test
    void anOwnerThatEndsWhileItShutsATaskDownKillsIt() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Pid> task = new CompletableFuture<>();
        Pid owner = meadow.node.spawn((Receiver<Object> self) -> {
            Task<Object> stubborn = Task.async(self, Meadow.<Object>stubborn(begun));
            Await.latch(begun);
            task.complete(stubborn.pid().orElseThrow());
            stubborn.shutdown(ServerRef.FOREVER);
        });
        Await.get(task);
        owner.exit(OOPS);
        assertThat(meadow.endOf(owner)).isEqualTo(OOPS);
        assertThat(meadow.endOf(Await.get(task))).isEqualTo(ExitReason.killed());
    }

    @Test
    void ignoreUnlinksATaskAndLetsItGoOn() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, (Receiver<Object> in) -> {
                in.receive();
                return oops();
            });
            assertThat(task.ignore()).isEmpty();
            assertThatIllegalStateException().isThrownBy(task::ignore).withMessageContaining("it is ignored");
            Pid pid = task.pid().orElseThrow();
            pid.send("go");
            assertThat(meadow.endOf(pid)).isEqualTo(OOPS);
            assertThat(self.receive(Duration.ZERO)).isEmpty();
        });
    }

    @Test
    void ignoreGivesAnOutcomeThatIsThere() {
        meadow.inProcess(self -> {
            Task<Object> task = Task.async(self, () -> 1);
            meadow.endOf(task.pid().orElseThrow());
            assertThat(task.ignore()).contains(Result.ok(1));
            self.trapExit(true);
            Task<Object> failed = Task.async(self, () -> oops());
            meadow.endOf(failed.pid().orElseThrow());
            assertThat(failed.ignore()).contains(Result.err(OOPS));
        });
    }

    @Test
    void aTaskThatIsGivenUpBeforeItBeginsStillRuns() {
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();
            Task<Boolean> task = Task.asyncNolink(meadow.node, () -> ran.complete(true));
            task.ignore();
            assertThat(Await.get(ran)).isTrue();
        }
    }
}
