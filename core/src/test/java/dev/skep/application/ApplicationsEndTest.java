package dev.skep.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ApplicationReport;
import dev.skep.ApplicationReport.Context;
import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.Result;
import dev.skep.StartSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How applications are stopped, and how they end by themselves.
@Timeout(600)
class ApplicationsEndTest extends ApplicationsFixture {
    // ---- Stopping ------------------------------------------------------------------------------------------------

    @Test
    void stoppingPreparesEndsTheTreeAndCleansUp() {
        Noting a = new Noting("a");
        a.onPrepare = () -> assertThat(workers.peek().isAlive()).isTrue();
        a.onStop = () -> assertThat(workers.peek().isAlive()).isFalse();
        applications.start(a, ApplicationType.PERMANENT);
        awaitWorker();

        assertThat(applications.stop("a")).isEqualTo(Result.ok(List.of("a")));

        assertThat(journal).containsExactly("a starts", "a prepares", "a stops");
        assertThat(running()).isEmpty();
        assertThat(reports).extracting(ApplicationReport::context).containsExactly(Context.STARTED, Context.STOPPED);
        assertThat(applications.stop("a")).isEqualTo(Result.err(new ApplicationError.NotStarted("a")));
        assertThat(applications.start(a, ApplicationType.PERMANENT).isOk()).isTrue();
    }

    private void awaitWorker() {
        Await.until(() -> !workers.isEmpty());
    }

    @Test
    void aCallbackThatThrowsWhileStoppingIsReportedAndTheRestGoesOn() {
        Noting a = new Noting("a");
        a.onPrepare = fail("unprepared");
        a.onStop = fail("unclean");
        applications.start(a, ApplicationType.TEMPORARY);

        assertThat(applications.stop("a").isOk()).isTrue();

        assertThat(reports.stream().filter(r -> r.context() == Context.CLEANUP_FAILED))
                .hasSize(2)
                .allMatch(ApplicationReport::isError);
        assertThat(running()).isEmpty();
    }

    @Test
    void stopAllStopsInReverseOrder() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.ensureAllStarted(b, ApplicationType.PERMANENT);
        journal.clear();

        assertThat(applications.stopAll(Await.LIMIT)).isTrue();

        assertThat(journal).containsExactly("b prepares", "b stops", "a prepares", "a stops");
        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
    }

    @Test
    void stopAllSaysWhenItTakesTooLong() {
        CountDownLatch release = new CountDownLatch(1);
        Noting a = new Noting("a");
        a.onPrepare = release::await;
        applications.start(a, ApplicationType.TEMPORARY);

        assertThat(clock.whilePassing(() -> applications.stopAll(Duration.ofMillis(1))))
                .isFalse();
        assertThat(running()).as("it answers meanwhile").containsExactly("a");
        release.countDown();
        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
    }

    @Test
    void stopAllStopsThemThoughItDoesNotWait() {
        Noting a = new Noting("a");
        applications.start(a, ApplicationType.TEMPORARY);

        applications.stopAll(Duration.ZERO);

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.normal());
        assertThat(running()).isEmpty();
    }

    @Test
    void closingTheNodeStopsThemInReverseOrder() {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.ensureAllStarted(b, ApplicationType.PERMANENT);
        journal.clear();

        node.close();

        assertThat(journal).containsExactly("b prepares", "b stops", "a prepares", "a stops");
        assertThat(reports).extracting(ApplicationReport::context).doesNotContain(Context.ENDED);
    }

    // ---- Ends ----------------------------------------------------------------------------------------------------

    private ExitReason endOf(ApplicationType type, ExitReason reason) {
        Noting a = new Noting("a");
        Noting b = new Noting("b", a);
        applications.start(a, ApplicationType.TEMPORARY);
        applications.start(b, type);
        journal.clear();
        Pid top = applications.find("b").orElseThrow().top();
        if (reason instanceof ExitReason.Killed) {
            top.exit(ExitReason.kill());
        } else {
            Await.until(() -> workers.size() == 2);
            workers.forEach(worker -> {
                if (worker.info().orElseThrow().ancestors().contains(top)) {
                    worker.send(reason);
                }
            });
        }
        return top.join(Await.LIMIT).orElseThrow();
    }

    @Test
    void aPermanentApplicationTakesTheOthersWithIt() throws Exception {
        CompletableFuture<ExitReason> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> end.complete(applications.awaitEnd()));

        endOf(ApplicationType.PERMANENT, ExitReason.because("broken"));

        assertThat(end.get(2, TimeUnit.MINUTES)).isEqualTo(ExitReason.shutdown());
        assertThat(journal).containsExactly("b stops", "a prepares", "a stops");
        assertThat(running()).isEmpty();
        assertThat(reports).extracting(ApplicationReport::context).contains(Context.ENDED);
    }

    @Test
    void aTransientApplicationThatFailsDoesSoToo() {
        endOf(ApplicationType.TRANSIENT, ExitReason.killed());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(running()).isEmpty();
    }

    /// An application that ends by itself at once, for a reason.
    private record Task(ExitReason reason) implements Application {
        @Override
        public String name() {
            return "task";
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) {
            return ProcessSpec.of((_, ack) -> {
                ack.ack();
                throw new ProcessExit(reason);
            });
        }
    }

    @Test
    void aTransientApplicationWhoseWorkIsDoneLeavesTheOthersAlone() {
        applications.start(new Noting("a"), ApplicationType.TEMPORARY);
        applications.start(new Task(ExitReason.normal()), ApplicationType.TRANSIENT);

        Await.until(() -> running().equals(List.of("a")));
        assertThat(reports).extracting(ApplicationReport::context).contains(Context.ENDED);
        assertThat(reports).as("work that is done is no error").noneMatch(ApplicationReport::isError);

        applications.start(new Task(ExitReason.because("broken")), ApplicationType.TRANSIENT);

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.because("broken"));
        assertThat(reports).anyMatch(ApplicationReport::isError);
        assertThat(running()).isEmpty();
    }

    @Test
    void aTemporaryApplicationGoesAlone() {
        endOf(ApplicationType.TEMPORARY, ExitReason.killed());

        Await.until(() -> running().equals(List.of("a")));
        assertThat(journal).containsExactly("b stops");
    }

    @Test
    void anApplicationWhoseProcessIsKilledHasEnded() {
        applications.start(new Noting("a"), ApplicationType.PERMANENT);
        Pid master = applications
                .find("a")
                .orElseThrow()
                .top()
                .info()
                .orElseThrow()
                .ancestors()
                .getFirst();

        master.exit(ExitReason.kill());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(journal).containsExactly("a starts", "a stops");
    }

    @Test
    void whatThrowsAfterAnApplicationWhoseProcessIsKilledIsReported() {
        Noting a = new Noting("a");
        a.onStop = fail("nothing to stop");
        applications.start(a, ApplicationType.PERMANENT);
        Pid top = applications.find("a").orElseThrow().top();

        top.info().orElseThrow().ancestors().getFirst().exit(ExitReason.kill());

        assertThat(applications.awaitEnd()).isEqualTo(ExitReason.killed());
        assertThat(journal).containsExactly("a starts", "a stops");
        assertThat(reports)
                .extracting(ApplicationReport::context)
                .containsExactly(Context.STARTED, Context.ENDED, Context.CLEANUP_FAILED);
    }
}
