package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.SupervisorReport.Context;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShutdownTest {

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef with(ChildSpec... children) {
        return hive.start(Supervisor.oneForOne().children(java.util.List.of(children)));
    }

    @Test
    void aChildHasTheTimeToCleanUp() {
        SupervisorRef sup = with(hive.child("a"));
        Pid a = Hive.pid(sup, "a");
        CountDownLatch release = hive.blockEnd("a");
        Pid pid = sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        hive.awaitNote(".a");
        clock.advance(Duration.ofSeconds(1));
        assertThat(a.isAlive()).isTrue();
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", ".a", "-a");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aChildThatTakesLongerIsKilledAndReported() {
        SupervisorRef sup = with(hive.child("a"), hive.child("b").shutdown(Duration.ofSeconds(2)));
        Pid b = Hive.pid(sup, "b");
        CountDownLatch never = hive.blockEnd("b");
        long before = clock.nanoTime();
        Pid pid = sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        hive.passTimeUntil(clock, () -> hive.hasEnded(b));
        assertThat(clock.nanoTime() - before).isGreaterThanOrEqualTo(2_000_000_000L);
        assertThat(hive.heardEndOf(b)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", "+b", ".b", "-a");
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR b killed");
        never.countDown();
    }

    @Test
    void aWorkerHasFiveSecondsByDefault() {
        SupervisorRef sup = with(hive.child("a"));
        Pid a = Hive.pid(sup, "a");
        CountDownLatch never = hive.blockEnd("a");
        long before = clock.nanoTime();
        sup.pid().orElseThrow().exit(ExitReason.shutdown());
        hive.passTimeUntil(clock, () -> hive.hasEnded(a));
        assertThat(clock.nanoTime() - before).isGreaterThanOrEqualTo(5_000_000_000L);
        never.countDown();
    }

    @Test
    void aShutdownTimeOfZeroKillsWhatDoesNotEndAtOnce() {
        SupervisorRef sup = with(hive.child("a").shutdown(Duration.ZERO));
        Pid a = Hive.pid(sup, "a");
        CountDownLatch never = hive.blockEnd("a");
        assertThat(hive.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        never.countDown();
    }

    @Test
    void infinityWaitsAsLongAsItTakes() {
        SupervisorRef sup = with(hive.child("a").shutdown(ServerRef.FOREVER));
        Pid a = Hive.pid(sup, "a");
        CountDownLatch release = hive.blockEnd("a");
        Pid pid = sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        hive.awaitNote(".a");
        clock.advance(Duration.ofHours(1));
        assertThat(a.isAlive()).isTrue();
        release.countDown();
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void brutalKillLetsNothingBeCleanedUp() {
        SupervisorRef sup = with(hive.child("a").brutalKill(), hive.child("b"));
        Pid a = Hive.pid(sup, "a");
        hive.shutDown(sup);
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        assertThat(hive.journal()).containsExactly("+a", "+b", "-b");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void eachChildIsEndedInItsOwnWay() {
        SupervisorRef sup = with(
                hive.child("a").shutdown(ServerRef.FOREVER),
                hive.child("b").brutalKill(),
                hive.child("c").shutdown(Duration.ofSeconds(1)));
        hive.shutDown(sup);
        assertThat(hive.journal()).containsExactly("+a", "+b", "+c", "-c", "-a");
    }

    @Test
    void aChildThatEndsWithAnotherReasonIsReported() {
        SupervisorRef sup = with(hive.child("a"), hive.child("b"));
        hive.endWith("a", ExitReason.because("could not save"));
        assertThat(hive.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR a could not save");
    }

    @Test
    void anotherOrderlyEndIsReportedOfPermanentChildrenOnly() {
        for (ExitReason reason : java.util.List.of(ExitReason.normal(), ExitReason.shutdown("saved"))) {
            SupervisorRef sup = with(
                    hive.child("permanent"),
                    hive.child("transient").restart(Restart.TRANSIENT),
                    hive.child("temporary").restart(Restart.TEMPORARY));
            hive.endWith("permanent", reason);
            hive.endWith("transient", reason);
            hive.endWith("temporary", reason);
            hive.clearReports();
            hive.shutDown(sup);
            assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR permanent " + reason);
        }
    }

    @Test
    void theEndOfAnyChildInAnotherWayIsReportedWhenItIsTerminatedOrRestartedInAGroup() {
        SupervisorRef sup =
                hive.start(Supervisor.oneForAll().child(hive.child("a")).child(hive.child("b")));
        hive.endWith("b", ExitReason.because("could not save"));
        Hive.crash(sup, "a");
        assertThat(hive.supervisorReports(Context.SHUTDOWN_ERROR)).containsExactly("SHUTDOWN_ERROR b could not save");
        hive.endWith("a", ExitReason.because("could not save"));
        sup.terminateChild("a");
        assertThat(hive.supervisorReports(Context.SHUTDOWN_ERROR))
                .containsExactly("SHUTDOWN_ERROR b could not save", "SHUTDOWN_ERROR a could not save");
    }

    @Test
    void aChildThatHasEndedBeforeItIsToldIsReportedWithItsOwnReason() {
        SupervisorRef sup = with(
                hive.child("crashed"),
                hive.child("done").restart(Restart.TRANSIENT),
                hive.child("failed").restart(Restart.TRANSIENT));
        Pid pid = sup.pid().orElseThrow();
        Pid crashed = Hive.pid(sup, "crashed");
        Pid done = Hive.pid(sup, "done");
        Pid failed = Hive.pid(sup, "failed");
        CountDownLatch release = hive.block("late");
        CompletableFuture<?> adding = CompletableFuture.supplyAsync(() -> sup.startChild(hive.child("late")));
        hive.awaitNote("?late");
        pid.exit(ExitReason.shutdown()); // is handled first
        Hive.crash(crashed);
        Hive.end(done, ExitReason.normal());
        Hive.end(failed, ExitReason.because("failure"));
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        adding.handle((_, _) -> true).join();
        assertThat(hive.supervisorReports())
                .containsExactly("SHUTDOWN_ERROR failed failure", "SHUTDOWN_ERROR crashed crash");
    }

    @Test
    void aKilledSupervisorTakesItsChildrenWithIt() {
        SupervisorRef sup = with(
                hive.child("a"),
                ChildSpec.supervisor("inner", Supervisor.oneForOne().child(hive.child("b"))),
                ChildSpec.loop("loop", () -> {
                    Hive.await(new CountDownLatch(1));
                    return null;
                }));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Hive.pid(sup, "a");
        Pid b = Hive.pid(Hive.ref(Hive.pid(sup, "inner")), "b");
        Pid loop = Hive.pid(sup, "loop");
        pid.exit(ExitReason.kill());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(loop)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(b))
                .isEqualTo(ExitReason.shutdown()); // by its own supervisor, which trapped the exit
        hive.until(() -> hive.node.processes().isEmpty());
    }

    @Test
    void aSupervisorThatIsKilledWhileItWaitsForAChildTakesAllWithIt() {
        SupervisorRef sup = with(hive.child("a"), hive.child("b").shutdown(ServerRef.FOREVER));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Hive.pid(sup, "a");
        Pid b = Hive.pid(sup, "b");
        CountDownLatch never = hive.blockEnd("b");
        pid.exit(ExitReason.shutdown());
        hive.awaitNote(".b");
        pid.exit(ExitReason.kill());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(b)).as("nobody else limits its time").isEqualTo(ExitReason.killed());
        assertThat(hive.supervisorReports()).isEmpty();
        never.countDown();
    }

    @Test
    void anExitSignalOfAStrangerIsNoReasonToEnd() {
        SupervisorRef sup = with(hive.child("a"));
        Pid pid = sup.pid().orElseThrow();
        Pid stranger = hive.node.spawn(_ -> pid.exit(ExitReason.shutdown()));
        assertThat(stranger.join(Await.LIMIT)).isPresent();
        assertThat(Hive.states(sup)).containsExactly("a running");
    }
}
