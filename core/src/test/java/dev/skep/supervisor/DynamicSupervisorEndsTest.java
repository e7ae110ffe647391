package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How the children of a dynamic supervisor are ended, one by one and all together.
class DynamicSupervisorEndsTest extends DynamicSupervisorFixture {
    @Test
    void terminateChildEndsAChildAsItsSpecificationSays() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid a = start(sup, hive.child("a"));
        Pid b = start(sup, hive.child("b").brutalKill());
        Pid c = start(sup, hive.child("c").shutdown(Duration.ofSeconds(2)));
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(sup.terminateChild(b)).isTrue();
        assertThat(hive.heardEndOf(b)).isEqualTo(ExitReason.killed());
        assertThat(hive.journal()).as("a kill cleans nothing up").containsExactly("+a", "+b", "+c", "-a");
        hive.blockEnd("c");
        var late = sup.server().request(new SupervisorRpc.TerminatePid(c));
        hive.awaitNote(".c");
        assertThat(hive.supervisorReports()).isEmpty();
        hive.passTimeUntil(clock, () -> hive.hasEnded(c));
        assertThat(late.get(Await.LIMIT)).isTrue();
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR c killed");
        assertThat(sup.countChildren()).isEqualTo(workers(0, 0));
    }

    @Test
    void terminateChildFindsOnlyChildren() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid a = start(sup, hive.child("a"));
        Pid stranger = hive.node.start(hive.server("stranger")).pid().orElseThrow();
        assertThat(sup.terminateChild(stranger)).isFalse();
        assertThat(stranger.isAlive()).isTrue();
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(sup.terminateChild(a)).as("not any more").isFalse();
    }

    @Test
    void aChildThatTakesItsTimeToEndHoldsUpNobodyElse() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid slow = start(sup, hive.child("slow"));
        CountDownLatch release = hive.blockEnd("slow");
        var first = sup.server().request(new SupervisorRpc.TerminatePid(slow));
        hive.awaitNote(".slow");
        var second = sup.server().request(new SupervisorRpc.TerminatePid(slow));
        start(sup, hive.child("quick"));
        release.countDown();
        assertThat(first.get(Await.LIMIT)).isTrue();
        assertThat(second.get(Await.LIMIT)).isTrue();
        clock.advance(Duration.ofSeconds(10));
        assertThat(sup.countChildren()).isEqualTo(workers(1, 1));
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aChildThatEndsInItsOwnWayWhenToldToIsReported() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid permanent = start(sup, hive.child("p"));
        Pid temporary = start(sup, hive.child("t").restart(Restart.TEMPORARY));
        hive.endWith("p", ExitReason.normal());
        hive.endWith("t", ExitReason.shutdown("oops"));
        assertThat(sup.terminateChild(permanent)).isTrue();
        assertThat(sup.terminateChild(temporary)).isTrue();
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR p normal");
        assertThat(sup.whichChildren()).as("nobody is restarted").isEmpty();
    }

    @Test
    void allAreToldToEndAtOnceAndEachHasItsOwnTime() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid pid = sup.pid().orElseThrow();
        Pid long1 = start(sup, hive.child("long").shutdown(Duration.ofSeconds(8)));
        Pid short1 = start(sup, hive.child("short").shutdown(Duration.ofSeconds(2)));
        Pid forEver = start(sup, hive.child("for ever").shutdown(ServerRef.FOREVER));
        Pid killed = start(sup, hive.child("killed").brutalKill());
        List.of("long", "short").forEach(hive::blockEnd);
        CountDownLatch release = hive.blockEnd("for ever");
        long began = clock.nanoTime();
        pid.exit(ExitReason.shutdown());
        assertThat(hive.heardEndOf(killed)).isEqualTo(ExitReason.killed());
        List.of(".long", ".short", ".for ever").forEach(hive::awaitNote);
        hive.passTimeUntil(clock, () -> hive.hasEnded(short1));
        assertThat(clock.nanoTime() - began).isGreaterThanOrEqualTo(2_000_000_000L);
        assertThat(hive.hasEnded(long1)).isFalse();
        hive.passTimeUntil(clock, () -> hive.hasEnded(long1));
        assertThat(clock.nanoTime() - began).isGreaterThanOrEqualTo(8_000_000_000L);
        clock.advance(Duration.ofHours(1));
        assertThat(forEver.isAlive()).isTrue();
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(forEver)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports())
                .containsExactly("SHUTDOWN_ERROR long killed", "SHUTDOWN_ERROR short killed");
    }

    @Test
    void whoTrapsExitsIsToldToEndOnce() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid pid = sup.pid().orElseThrow();
        AtomicInteger told = new AtomicInteger();
        CountDownLatch trapping = new CountDownLatch(1);
        CountDownLatch heard = new CountDownLatch(1);
        Pid stubborn = start(
                sup,
                ChildSpec.process("stubborn", self -> {
                            self.trapExit(true);
                            trapping.countDown();
                            while (true) {
                                self.receive(Exit.class);
                                told.incrementAndGet();
                                heard.countDown();
                            }
                        })
                        .shutdown(Duration.ofSeconds(8)));
        start(sup, hive.child("first").shutdown(Duration.ofSeconds(2)));
        hive.blockEnd("first");
        Await.latch(trapping);
        pid.exit(ExitReason.shutdown());
        Await.latch(heard);
        hive.passTimeUntil(clock, () -> hive.hasEnded(stubborn));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(told).hasValue(1);
    }

    @Test
    void atTheEndAnOwnReasonIsAnErrorUnlessItIsOrderlyAndTheChildNotPermanent() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        for (String id : List.of("a", "b", "c", "d")) {
            Restart restart = id.equals("a") || id.equals("b") ? Restart.PERMANENT : Restart.TRANSIENT;
            start(sup, hive.child(id).restart(restart));
        }
        hive.endWith("a", ExitReason.normal());
        hive.endWith("c", ExitReason.normal());
        hive.endWith("d", ExitReason.because("broken"));
        assertThat(shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR a normal", "SHUTDOWN_ERROR d broken");
    }

    @Test
    void aChildThatIsBeingEndedWhenTheSupervisorEndsIsWaitedFor() {
        DynamicSupervisorRef<ChildSpec> sup = start();
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, hive.child("a"));
        CountDownLatch release = hive.blockEnd("a");
        var ending = sup.server().request(new SupervisorRpc.TerminatePid(a));
        hive.awaitNote(".a");
        pid.exit(ExitReason.shutdown());
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", ".a", "-a");
        assertThat(ending.await(Await.LIMIT)).isPresent();
    }
}
