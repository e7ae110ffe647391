package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.Started;
import dev.skep.SupervisorReport.Context;
import dev.skep.sys.Sys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimpleSupervisorTest {

    private final ManualClock clock = new ManualClock();
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SimpleSupervisor<String, ServerRef<Hive.Ask>> simple() {
        return Supervisor.simpleOneForOne(hive::server);
    }

    private static Pid start(SimpleSupervisorRef<String, ServerRef<Hive.Ask>> sup, String id) {
        return sup.startChild(id).orElseThrow().pid().orElseThrow();
    }

    private static List<ChildInfo.State> states(SimpleSupervisorRef<?, ?> sup) {
        return sup.whichChildren().stream().map(ChildInfo::state).toList();
    }

    private static List<Pid> pids(SimpleSupervisorRef<?, ?> sup) {
        return sup.whichChildren().stream()
                .flatMap(child -> child.pid().stream())
                .toList();
    }

    private static void crash(SimpleSupervisorRef<?, ?> sup, Pid child) {
        Hive.crash(child);
        sup.countChildren();
    }

    private ExitReason shutDown(SimpleSupervisorRef<?, ?> sup) {
        Pid pid = sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        return hive.heardEndOf(pid);
    }

    @Test
    void startsWithoutChildren() {
        var sup = hive.node.start(simple());
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 0));
        assertThat(shutDown(sup)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void aChildIsStartedWithItsArgumentAndReferredToAsTheTemplateSays() {
        var sup = hive.node.start(simple());
        ServerRef<Hive.Ask> ada = sup.startChild("ada").orElseThrow();
        ServerRef<Hive.Ask> bob = sup.startChild("bob").orElseThrow();
        assertThat(ada.call(new Hive.Ask.Who())).isEqualTo("ada");
        assertThat(bob.call(new Hive.Ask.Who())).isEqualTo("bob");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 2, 0, 2));
        assertThat(pids(sup)).containsExactly(bob.pid().orElseThrow(), ada.pid().orElseThrow());
    }

    @Test
    void aStartThatFailsOrIsIgnoredLeavesNoChild() {
        var sup = hive.node.start(simple());
        hive.fail("a", ExitReason.because("no luck"));
        hive.ignore("b");
        assertThat(sup.startChild("a"))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.because("no luck")));
        assertThat(sup.startChild("b")).isEqualTo(new Started.Ignored<>());
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 0, 0, 0));
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aTakenNameIsAnOutcome() {
        Name<Hive.Ask> name = Name.of("only");
        var sup = hive.node.start(
                Supervisor.simpleOneForOne((String id) -> hive.server(id).named(name)));
        ServerRef<Hive.Ask> first = sup.startChild("a").orElseThrow();
        assertThat(sup.startChild("b"))
                .isEqualTo(new Started.AlreadyStarted<>(first.pid().orElseThrow()));
        assertThat(sup.countChildren().active()).isEqualTo(1);
    }

    @Test
    void whatTheTemplateThrowsIsTheReason() {
        IllegalStateException thrown = new IllegalStateException("broken");
        var sup = hive.node.start(Supervisor.<String, ServerRef<Hive.Ask>>simpleOneForOne(_ -> {
            throw thrown;
        }));
        assertThat(sup.startChild("a"))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(thrown)));
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void aChildIsRestartedAloneWithItsArgument() {
        var sup = hive.node.start(simple());
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        hive.takeJournal();
        crash(sup, a);
        assertThat(hive.journal()).containsExactly("!a", "+a");
        assertThat(pids(sup)).hasSize(2).contains(b).doesNotContain(a);
        assertThat(sup.whichChildren().getFirst().restarts()).isEqualTo(1);
        assertThat(hive.supervisorReports()).containsExactly("CHILD_TERMINATED child crash");
    }

    @ParameterizedTest
    @EnumSource(Restart.class)
    void childrenAreRestartedAsTheirTypeSays(Restart restart) {
        var sup = hive.node.start(simple().restart(restart).intensity(100, Await.LIMIT));
        for (ExitReason reason : RestartTest.all()) {
            hive.clearReports();
            Pid child = start(sup, "a");
            Hive.end(child, reason);
            int expected = switch (restart) {
                case PERMANENT -> 1;
                case TRANSIENT -> reason.isOrderly() ? 0 : 1;
                case TEMPORARY -> 0;
            };
            assertThat(sup.countChildren()).as("%s", reason).isEqualTo(new ChildCount(1, expected, 0, expected));
            assertThat(hive.supervisorReports()).hasSize(restart == Restart.PERMANENT || !reason.isOrderly() ? 1 : 0);
            pids(sup).forEach(pid -> assertThat(sup.terminateChild(pid)).isTrue());
        }
    }

    @Test
    void tooManyRestartsEndTheSupervisorAndAllChildren() {
        var sup = hive.node.start(simple().intensity(1, Duration.ofSeconds(5)));
        Pid pid = sup.pid().orElseThrow();
        start(sup, "a");
        Pid b = start(sup, "b");
        Pid c = start(sup, "c");
        crash(sup, b);
        Hive.crash(c);
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal())
                .startsWith("+a", "+b", "+c", "!b", "+b", "!c")
                .contains("-a", "-b")
                .hasSize(8);
        assertThat(hive.supervisorReports(Context.SHUTDOWN))
                .containsExactly("SHUTDOWN child reached_max_restart_intensity");
        assertThat(hive.node.processes()).isEmpty();
    }

    @Test
    void aRestartThatFailsIsTriedAgainWithinTheIntensity() {
        var sup = hive.node.start(simple().intensity(3, Await.LIMIT));
        Pid a = start(sup, "a");
        hive.takeJournal();
        hive.fail("a", 2);
        Hive.crash(a);
        hive.awaitNote("+a");
        assertThat(hive.journal()).containsExactly("!a", "xa", "xa", "+a");
        assertThat(hive.supervisorReports())
                .containsExactly("CHILD_TERMINATED child crash", "START_ERROR child no a", "START_ERROR child no a");
        assertThat(states(sup)).containsExactly(ChildInfo.State.RUNNING);
    }

    @Test
    void eachTryCountsForTheIntensity() {
        var sup = hive.node.start(simple().intensity(2, Await.LIMIT));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, "a");
        hive.fail("a", 2);
        Hive.crash(a);
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", "!a", "xa", "xa");
    }

    @Test
    void whileARestartIsToBeTriedAgainTheChildIsRestartingAndCanBeTerminatedByItsLastPid() {
        var sup = hive.node.start(simple().intensity(10, Await.LIMIT));
        Pid a = start(sup, "a");
        CountDownLatch release = hive.blockAndFail("a");
        Hive.crash(a);
        hive.awaitNote("?a");
        var which = sup.server().request(new SupervisorRpc.WhichChildren());
        var count = sup.server().request(new SupervisorRpc.CountChildren());
        var terminate = sup.server().request(new SupervisorRpc.TerminatePid(a));
        release.countDown();
        assertThat(which.get(Await.LIMIT))
                .containsExactly(new ChildInfo(
                        "child", ChildInfo.State.RESTARTING, Optional.empty(), ChildType.WORKER, 0, Optional.empty()));
        assertThat(count.get(Await.LIMIT)).isEqualTo(new ChildCount(1, 0, 0, 1));
        assertThat(terminate.get(Await.LIMIT)).isTrue();
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(hive.journal()).containsExactly("+a", "!a", "?a");
    }

    @Test
    void aRestartThatIsIgnoredForgetsTheChild() {
        var sup = hive.node.start(simple());
        Pid a = start(sup, "a");
        hive.ignore("a");
        crash(sup, a);
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void terminateChildEndsAChildAndForgetsIt() {
        var sup = hive.node.start(simple());
        Pid a = start(sup, "a");
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.terminateChild(a)).as("it has ended").isTrue();
    }

    @Test
    void terminateChildRefusesALivingStranger() {
        var sup = hive.node.start(simple());
        Pid stranger = hive.node.start(hive.server("stranger")).pid().orElseThrow();
        assertThat(sup.terminateChild(stranger)).isFalse();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void allChildrenAreToldToEndAtOnce() {
        var sup = hive.node.start(simple());
        Pid pid = sup.pid().orElseThrow();
        List<CountDownLatch> releases = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            start(sup, id);
            releases.add(hive.blockEnd(id));
        }
        pid.exit(ExitReason.shutdown());
        hive.awaitNote(".a");
        hive.awaitNote(".b");
        hive.awaitNote(".c");
        releases.forEach(CountDownLatch::countDown);
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).contains("-a", "-b", "-c");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void childrenThatTakeTooLongAreKilledTogetherAndReported() {
        var sup = hive.node.start(simple().shutdown(Duration.ofSeconds(2)));
        Pid pid = sup.pid().orElseThrow();
        List<Pid> slow = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            slow.add(start(sup, id));
            hive.blockEnd(id);
        }
        Pid quick = start(sup, "c");
        long before = clock.nanoTime();
        pid.exit(ExitReason.shutdown());
        hive.passTimeUntil(clock, () -> hive.hasEnded(pid));
        assertThat(clock.nanoTime() - before).isGreaterThanOrEqualTo(2_000_000_000L);
        assertThat(slow).allSatisfy(child -> assertThat(hive.heardEndOf(child)).isEqualTo(ExitReason.killed()));
        assertThat(hive.heardEndOf(quick)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports())
                .containsExactly("SHUTDOWN_ERROR child killed", "SHUTDOWN_ERROR child killed");
    }

    @Test
    void brutallyKilledChildrenCleanNothingUp() {
        var sup = hive.node.start(simple().brutalKill());
        Pid a = start(sup, "a");
        shutDown(sup);
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.killed());
        assertThat(hive.journal()).containsExactly("+a");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void aChildThatHasEndedBeforeItIsToldIsReportedWithItsOwnReason() {
        var sup = hive.node.start(simple().restart(Restart.TRANSIENT));
        Pid pid = sup.pid().orElseThrow();
        Pid crashed = start(sup, "crashed");
        Pid done = start(sup, "done");
        Sys.of(sup.server()).suspend(); // so that it does not hear of the ends
        Hive.crash(crashed);
        Hive.end(done, ExitReason.normal());
        pid.exit(ExitReason.shutdown());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.supervisorReports()).containsExactly("SHUTDOWN_ERROR child crash");
    }

    @Test
    void aChildWhoseInitTakesItsTimeHoldsUpOnlyWhoWaitsForIt() {
        var sup = hive.node.start(simple());
        CountDownLatch release = hive.block("slow");
        var slow = sup.server().request(new SupervisorRpc.StartSimple<ServerRef<Hive.Ask>>("slow"));
        hive.awaitNote("?slow");
        Pid quick = start(sup, "quick");
        assertThat(states(sup)).containsExactly(ChildInfo.State.STARTING, ChildInfo.State.RUNNING);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 2));
        release.countDown();
        assertThat(slow.get(Await.LIMIT)).isInstanceOf(Started.Running.class);
        assertThat(pids(sup))
                .as("it is a child since it runs")
                .hasSize(2)
                .last()
                .isEqualTo(quick);
    }

    @Test
    void aChildThatTakesItsTimeToEndHoldsUpOnlyWhoWaitsForIt() {
        var sup = hive.node.start(simple());
        Pid slow = start(sup, "slow");
        CountDownLatch release = hive.blockEnd("slow");
        var first = sup.server().request(new SupervisorRpc.TerminatePid(slow));
        var second = sup.server().request(new SupervisorRpc.TerminatePid(slow));
        hive.awaitNote(".slow");
        start(sup, "quick");
        release.countDown();
        assertThat(first.get(Await.LIMIT)).isTrue();
        assertThat(second.get(Await.LIMIT)).isTrue();
        assertThat(hive.supervisorReports()).isEmpty();
        assertThat(hive.journal()).containsExactly("+slow", ".slow", "+quick", "-slow");
    }

    @Test
    void aChildThatIsEndedOnRequestIsNotTheLastThatEndsByItself() {
        var sup = hive.node.start(simple().restart(Restart.TEMPORARY).autoShutdown(AutoShutdown.ALL_SIGNIFICANT));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        CountDownLatch release = hive.blockEnd("a");
        var terminating = sup.server().request(new SupervisorRpc.TerminatePid(a));
        hive.awaitNote(".a");
        Hive.end(b, ExitReason.normal()); // nobody else is left that could end by itself
        release.countDown();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(terminating.await(Await.LIMIT)).isPresent();
    }

    @Test
    void autoShutdownAfterAnyChild() {
        var sup = hive.node.start(simple().restart(Restart.TEMPORARY).autoShutdown(AutoShutdown.ANY_SIGNIFICANT));
        Pid pid = sup.pid().orElseThrow();
        start(sup, "a");
        Hive.crash(start(sup, "b"));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("+a", "+b", "!b", "-a");
    }

    @Test
    void autoShutdownAfterTheLastChild() {
        var sup = hive.node.start(simple().restart(Restart.TRANSIENT).autoShutdown(AutoShutdown.ALL_SIGNIFICANT));
        Pid pid = sup.pid().orElseThrow();
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        Hive.end(a, ExitReason.normal());
        assertThat(pids(sup)).containsExactly(b);
        crash(sup, b);
        Hive.end(pids(sup).getFirst(), ExitReason.shutdown());
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void autoShutdownIsNotForPermanentChildren() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simple().autoShutdown(AutoShutdown.ANY_SIGNIFICANT))
                .withMessageContaining("permanent");
    }

    @Test
    void aChildWaitsForItsBackoffAndTheOthersRunOn() {
        var sup = hive.node.start(simple().intensity(10, Await.LIMIT)
                .backoff(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 2, 0, Duration.ofSeconds(60))));
        Pid a = start(sup, "a");
        Pid b = start(sup, "b");
        hive.takeJournal();
        crash(sup, a);
        assertThat(states(sup)).containsExactly(ChildInfo.State.WAITING, ChildInfo.State.RUNNING);
        clock.advance(Duration.ofMillis(999));
        assertThat(pids(sup)).containsExactly(b);
        clock.advance(Duration.ofMillis(3));
        hive.awaitNote("+a");
        crash(sup, pids(sup).getFirst());
        clock.advance(Duration.ofMillis(1999));
        assertThat(pids(sup)).containsExactly(b);
        clock.advance(Duration.ofMillis(3));
        assertThat(pids(sup)).hasSize(2).contains(b);
        assertThat(hive.journal()).containsExactly("!a", "+a", "!a", "+a");
    }

    @Test
    void aWaitingChildIsTerminatedByItsLastPid() {
        var sup = hive.node.start(simple().backoff(Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(1))));
        Pid a = start(sup, "a");
        crash(sup, a);
        assertThat(sup.terminateChild(a)).isTrue();
        assertThat(sup.whichChildren()).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    void supervisorsAreChildrenToo() {
        var sup = hive.node.start(
                Supervisor.simpleOneForOne((String id) -> Supervisor.oneForOne().child(hive.child(id)))
                        .type(ChildType.SUPERVISOR));
        SupervisorRef inner = sup.startChild("x").orElseThrow();
        assertThat(Hive.states(inner)).containsExactly("x running");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 1, 0));
        shutDown(sup);
        assertThat(hive.journal()).containsExactly("+x", "-x");
    }

    @Test
    void whatIsAskedOfTheOtherKindOfSupervisorIsRefused() {
        SupervisorRef mistaken = new SupervisorRef(hive.node.start(simple()).server());
        Result<?, ChildError> refused = Result.err(new ChildError.SimpleOneForOne("a"));
        assertThat(mistaken.startChild(hive.child("a"))).isEqualTo(refused);
        assertThat(mistaken.terminateChild("a")).isEqualTo(refused);
        assertThat(mistaken.restartChild("a")).isEqualTo(refused);
        assertThat(mistaken.deleteChild("a")).isEqualTo(refused);
        assertThat(mistaken.childSpec("a")).as("as in OTP").isEqualTo(Result.err(new ChildError.NotFound("a")));
    }

    @Test
    void aSimpleSupervisorIsFoundByItsNameAndAChildOfOthers() {
        Name<SupervisorRpc> name = Name.of("pool");
        hive.start(Supervisor.oneForOne().child(ChildSpec.of("pool", simple().named(name))));
        SimpleSupervisorRef<String, ServerRef<Hive.Ask>> pool = SimpleSupervisorRef.of(hive.node, name);
        assertThat(pool.startChild("a").orElseThrow().call(new Hive.Ask.Who())).isEqualTo("a");
    }
}
