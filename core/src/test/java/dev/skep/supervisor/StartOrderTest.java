package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.Started;
import dev.skep.SupervisorReport.Context;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StartOrderTest {

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private static ExitReason failureOf(Started<?> started) {
        assertThat(started).isInstanceOf(Started.Failed.class);
        return ((Started.Failed<?>) started).reason();
    }

    @Test
    void childrenStartInOrderAndEndInReverse() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c")));
        assertThat(hive.takeJournal()).containsExactly("+a", "+b", "+c");

        Pid pid = sup.pid().orElseThrow();
        assertThat(pid.exitAndJoin(ExitReason.shutdown(), Await.LIMIT)).contains(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("-c", "-b", "-a");
    }

    @Test
    void aChildStartsWhenTheOneBeforeItHasStarted() throws Exception {
        CountDownLatch release = hive.block("a");
        CompletableFuture<SupervisorRef> starting = CompletableFuture.supplyAsync(
                () -> hive.start(Supervisor.oneForOne().child(hive.child("a")).child(hive.child("b"))));
        hive.awaitNote("?a");
        assertThat(hive.journal()).containsExactly("?a");
        release.countDown();
        starting.get();
        assertThat(hive.journal()).containsExactly("?a", "+a", "+b");
    }

    @Test
    void aFailingChildEndsTheOnesBeforeItInReverseAndFailsTheSupervisor() {
        hive.fail("c", ExitReason.because("no luck"));
        Started<SupervisorRef> started = hive.node.tryStart(Supervisor.oneForOne()
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c"))
                .child(hive.child("d")));
        assertThat(failureOf(started))
                .isEqualTo(ExitReason.shutdown(new FailedToStartChild("c", ExitReason.because("no luck"))));
        assertThat(hive.journal()).containsExactly("+a", "+b", "xc", "-b", "-a");
        assertThat(hive.supervisorReports()).containsExactly("START_ERROR c no luck");
        assertThat(hive.node.processes()).isEmpty();
    }

    @Test
    void startThrowsWithTheChildAndItsReason() {
        hive.fail("a", ExitReason.because("no luck"));
        assertThatExceptionOfType(StartException.Failed.class)
                .isThrownBy(() -> hive.start(Supervisor.oneForOne().child(hive.child("a"))))
                .withMessageContaining("Supervisor could not be started")
                .withMessageContaining("id=a")
                .withMessageContaining("no luck");
    }

    @Test
    void whatAStartFunctionThrowsIsTheReason() {
        IllegalStateException thrown = new IllegalStateException("broken");
        Started<SupervisorRef> started =
                hive.node.tryStart(Supervisor.oneForOne().child(hive.child("a")).child(ChildSpec.of("b", _ -> {
                    throw thrown;
                })));
        assertThat(failureOf(started))
                .isEqualTo(ExitReason.shutdown(new FailedToStartChild("b", ExitReason.crashed(thrown))));
        assertThat(hive.journal()).containsExactly("+a", "-a");
    }

    @Test
    @SuppressWarnings("NullAway") // that is what is tested
    void aStartFunctionThatReturnsNullFailsTheStart() {
        Started<SupervisorRef> started =
                hive.node.tryStart(Supervisor.oneForOne().child(ChildSpec.of("a", _ -> null)));
        assertThat(failureOf(started).toString()).contains("id=a").contains("the start function returned null");
    }

    @Test
    void aTakenNameFailsTheStartAndSaysWhoHasIt() {
        Name<Hive.Ask> name = Name.of("taken");
        ServerRef<Hive.Ask> holder = hive.node.start(hive.server("holder").named(name));
        Started<SupervisorRef> started = hive.node.tryStart(
                Supervisor.oneForOne().child(ChildSpec.of("a", hive.server("a").named(name))));
        assertThat(failureOf(started))
                .isEqualTo(ExitReason.shutdown(new FailedToStartChild(
                        "a",
                        ExitReason.because(
                                new ChildError.AlreadyStarted(holder.pid().orElseThrow())))));
    }

    @Test
    void aFailureThreeLevelsDownFailsAllOfThem() {
        hive.fail("leaf", ExitReason.because("no luck"));
        Supervisor low = Supervisor.oneForOne().child(hive.child("b")).child(hive.child("leaf"));
        Supervisor middle = Supervisor.oneForOne().child(hive.child("a")).child(ChildSpec.supervisor("low", low));
        Started<SupervisorRef> started =
                hive.node.tryStart(Supervisor.oneForOne().child(ChildSpec.supervisor("middle", middle)));
        assertThat(failureOf(started))
                .isEqualTo(ExitReason.shutdown(new FailedToStartChild(
                        "middle",
                        ExitReason.shutdown(new FailedToStartChild(
                                "low",
                                ExitReason.shutdown(new FailedToStartChild("leaf", ExitReason.because("no luck"))))))));
        assertThat(hive.journal()).containsExactly("+a", "+b", "xleaf", "-b", "-a");
        assertThat(hive.node.processes()).isEmpty();
    }

    @Test
    void anIgnoredChildIsKeptAndTheOthersStart() {
        hive.ignore("b");
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(hive.child("a"))
                .child(hive.child("b"))
                .child(hive.child("c")));
        assertThat(Hive.states(sup)).containsExactly("a running", "b stopped", "c running");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(3, 2, 0, 3));
        assertThat(sup.restartChild("b").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void anIgnoredTemporaryChildIsForgotten() {
        hive.ignore("b");
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(hive.child("a"))
                .child(hive.child("b").restart(Restart.TEMPORARY))
                .child(hive.child("c")));
        assertThat(Hive.states(sup)).containsExactly("a running", "c running");
    }

    @Test
    void aSupervisorWithoutChildrenRuns() {
        SupervisorRef sup = hive.start(Supervisor.restForOne());
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(0, 0, 0, 0));
    }

    @Test
    void theSameDescriptionStartsAnyNumberOfSupervisors() {
        Supervisor description = Supervisor.oneForOne().child(hive.child("a"));
        SupervisorRef one = hive.start(description);
        SupervisorRef two = hive.start(description);
        assertThat(Hive.pid(one, "a")).isNotEqualTo(Hive.pid(two, "a"));
    }

    @Test
    void itsNameIsRegisteredBeforeItsChildrenStart() {
        Name<SupervisorRpc> name = Name.of("sup");
        CompletableFuture<Boolean> registered = new CompletableFuture<>();
        SupervisorRef sup = hive.start(Supervisor.oneForOne().named(name).child(ChildSpec.of("a", supervisor -> {
            registered.complete(supervisor
                    .node()
                    .whereis(name)
                    .filter(supervisor.pid()::equals)
                    .isPresent());
            return supervisor.startLink(hive.server("a"));
        })));
        assertThat(registered).isCompletedWithValue(true);
        assertThat(hive.ref(name).pid()).isEqualTo(sup.pid());
        assertThat(hive.node.tryStart(Supervisor.oneForOne().named(name)))
                .isEqualTo(new Started.AlreadyStarted<>(sup.pid().orElseThrow()));
    }

    @Test
    void aChildWhoseInitTakesTooLongFailsTheStart() {
        ManualClock clock = new ManualClock();
        try (Hive slow = new Hive(clock)) {
            CountDownLatch never = slow.block("a");
            CompletableFuture<Started<SupervisorRef>> starting =
                    CompletableFuture.supplyAsync(() -> slow.node.tryStart(Supervisor.oneForOne()
                            .child(ChildSpec.of("a", slow.server("a").initTimeout(Duration.ofSeconds(3))))));
            slow.awaitNote("?a");
            while (!starting.isDone()) {
                clock.advance(Duration.ofSeconds(1));
                Thread.onSpinWait();
            }
            assertThat(failureOf(starting.join()).toString()).contains("init took longer than PT3S");
            never.countDown();
        }
    }

    @Test
    void aSupervisorIsToldToShutDownWhileAChildsInitBlocks() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Pid pid = sup.pid().orElseThrow();
        CountDownLatch release = hive.block("b");
        CompletableFuture<?> adding = CompletableFuture.supplyAsync(() -> sup.startChild(hive.child("b")));
        hive.awaitNote("?b");
        pid.exit(ExitReason.shutdown());
        assertThat(pid.isAlive()).isTrue();
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        adding.handle((_, _) -> true).join();
        assertThat(hive.journal()).containsExactly("+a", "?b", "+b", "-b", "-a");
    }

    @Test
    void aSupervisorThatIsKilledWhileAChildsInitBlocksReportsNothingAndLeavesNothing() throws Exception {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Hive.pid(sup, "a");
        CountDownLatch never = hive.block("b");
        CompletableFuture<?> adding = CompletableFuture.supplyAsync(() -> sup.startChild(hive.child("b")));
        hive.awaitNote("?b");
        pid.exit(ExitReason.kill());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.killed());
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        adding.handle((_, _) -> true).join();
        hive.until(() -> hive.node.processes().isEmpty());
        assertThat(hive.supervisorReports(Context.values())).isEmpty();
        never.countDown();
    }

    @Test
    void aSupervisorThatIsKilledInItsOwnInitReportsNothing() {
        CountDownLatch never = hive.block("b");
        CompletableFuture<Pid> self = new CompletableFuture<>();
        CompletableFuture<Started<SupervisorRef>> starting =
                CompletableFuture.supplyAsync(() -> hive.node.tryStart(Supervisor.oneForOne()
                        .child(ChildSpec.of("a", supervisor -> {
                            self.complete(supervisor.pid());
                            return supervisor.startLink(hive.server("a"));
                        }))
                        .child(hive.child("b"))));
        hive.awaitNote("?b");
        self.join().exit(ExitReason.kill());
        assertThat(failureOf(starting.join())).isEqualTo(ExitReason.killed());
        hive.until(() -> hive.node.processes().isEmpty());
        assertThat(hive.supervisorReports()).isEmpty();
        assertThat(hive.journal()).as("the link ends a, which cleans up").containsExactly("+a", "?b", "!a");
        never.countDown();
    }

    @Test
    void whatANodeStartedLastIsEndedFirst() {
        Node node = hive.node;
        node.start(Supervisor.oneForOne().child(hive.child("a")).child(hive.child("b")));
        node.start(GenServer.spec(() -> hive.new Probe("loner")));
        node.start(Supervisor.oneForOne()
                .child(hive.child("c"))
                .child(ChildSpec.supervisor("inner", Supervisor.oneForOne().child(hive.child("d")))));
        hive.takeJournal();
        node.close();
        assertThat(hive.journal()).containsExactly("-d", "-c", "-loner", "-b", "-a");
    }
}
