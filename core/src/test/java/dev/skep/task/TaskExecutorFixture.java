package dev.skep.task;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Clock;
import dev.skep.Pid;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AutoClose;

/// A task supervisor, and its executor.
abstract class TaskExecutorFixture {
    /// In real time: so are the limits of an executor.
    @AutoClose
    final Meadow meadow = new Meadow(settings -> settings.clock(Clock.system()).killGrace(Duration.ofMillis(50)));

    final TaskSupervisorRef tasks = meadow.node.start(TaskSupervisor.create());
    final Pid supervisor = tasks.pid().orElseThrow();
    final ExecutorService executor = tasks.executor();

    static Pid me() {
        return Pid.ofCurrentThread().orElseThrow();
    }

    static void awaitTermination(ExecutorService executor) throws InterruptedException {
        assertThat(executor.awaitTermination(120, SECONDS)).isTrue();
    }
}
