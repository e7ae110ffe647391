package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.PendingCall;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.SupervisorReport.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailingRestartTest {

    private final ManualClock clock = new ManualClock(); // no restart is ever forgotten
    private final Hive hive = new Hive(clock);

    @AfterEach
    void close() {
        hive.close();
    }

    private SupervisorRef started(Supervisor supervisor) {
        SupervisorRef sup = hive.start(
                supervisor.child(hive.child("a")).child(hive.child("b")).child(hive.child("c")));
        hive.takeJournal();
        return sup;
    }

    @Test
    void aRestartThatFailsIsTriedAgainWithinTheIntensity() {
        SupervisorRef sup = started(Supervisor.oneForOne().intensity(4, Await.LIMIT));
        hive.fail("b", 3);
        Hive.crash(Hive.pid(sup, "b"));
        hive.awaitNote("+b");
        assertThat(hive.journal()).containsExactly("!b", "xb", "xb", "xb", "+b");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
        assertThat(hive.supervisorReports())
                .containsExactly(
                        "CHILD_TERMINATED b crash", "START_ERROR b no b", "START_ERROR b no b", "START_ERROR b no b");
    }

    @Test
    void eachTryCountsForTheIntensity() {
        SupervisorRef sup = started(Supervisor.oneForOne().intensity(3, Await.LIMIT));
        Pid pid = sup.pid().orElseThrow();
        hive.fail("b", 3);
        Hive.crash(Hive.pid(sup, "b"));
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("!b", "xb", "xb", "xb", "-c", "-a");
        assertThat(hive.supervisorReports(Context.SHUTDOWN))
                .containsExactly("SHUTDOWN b reached_max_restart_intensity");
    }

    @Test
    void aSupervisorThatTriesAgainAndAgainStillAnswersAndShutsDown() {
        for (Supervisor strategy : List.of(Supervisor.oneForOne(), Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = started(strategy.intensity(Integer.MAX_VALUE, Await.LIMIT));
            hive.failAlways("b");
            Hive.crash(Hive.pid(sup, "b"));
            hive.awaitNote("xb");
            assertThat(Hive.info(sup, "b").state()).isEqualTo(ChildInfo.State.RESTARTING);
            assertThat(sup.terminateChild("b").isOk()).isTrue();
            assertThat(Hive.info(sup, "b").state()).isEqualTo(ChildInfo.State.STOPPED);
            Hive.crash(Hive.pid(sup, "a"));
            assertThat(hive.shutDown(sup)).isEqualTo(ExitReason.shutdown());
            hive.healAll();
        }
    }

    @Test
    void aSiblingThatCannotStartAgainIsTriedAgainWithThoseAfterItInRestForOne() {
        SupervisorRef sup = started(Supervisor.restForOne().intensity(5, Await.LIMIT));
        hive.fail("b", 2);
        Hive.crash(Hive.pid(sup, "a"));
        hive.awaitNote("+c");
        assertThat(hive.journal()).containsExactly("!a", "-c", "-b", "+a", "xb", "xb", "+b", "+c");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
    }

    @Test
    void aSiblingThatCannotStartAgainIsTriedAgainWithAllInOneForAll() {
        SupervisorRef sup = started(Supervisor.oneForAll().intensity(5, Await.LIMIT));
        hive.fail("b", 2);
        Hive.crash(Hive.pid(sup, "c"));
        hive.awaitNote("+c");
        assertThat(hive.journal())
                .containsExactly("!c", "-b", "-a", "+a", "xb", "-a", "+a", "xb", "-a", "+a", "+b", "+c");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
    }

    @Test
    void aGroupThatCannotStartGivesUpInTheEnd() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = started(strategy.intensity(2, Await.LIMIT));
            Pid pid = sup.pid().orElseThrow();
            hive.fail("b", 2);
            Hive.crash(Hive.pid(sup, "a"));
            assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
            assertThat(hive.takeJournal())
                    .startsWith("!a", "-c", "-b", "+a", "xb")
                    .endsWith("xb", "-a");
        }
    }

    /// Requests that line up while a restart fails, and are handled before it is tried again.
    private final class Restarting {
        final SupervisorRef sup;
        private final CountDownLatch release;

        Restarting(Supervisor supervisor) {
            sup = started(supervisor);
            release = hive.blockAndFail("b");
            Hive.crash(Hive.pid(sup, "b"));
            hive.awaitNote("?b");
        }

        <R> PendingCall<R> ask(dev.skep.Call<SupervisorRpc, R> request) {
            return sup.server().request(request);
        }

        void go() {
            release.countDown();
        }
    }

    private static <R> R answer(PendingCall<R> pending) {
        return pending.get(Await.LIMIT);
    }

    @Test
    void whileARestartIsToBeTriedAgainTheChildIsRestarting() {
        Restarting restarting = new Restarting(Supervisor.oneForOne().intensity(5, Await.LIMIT));
        var which = restarting.ask(new SupervisorRpc.WhichChildren());
        var count = restarting.ask(new SupervisorRpc.CountChildren());
        var start = restarting.ask(new SupervisorRpc.StartChild(hive.child("b")));
        var restart = restarting.ask(new SupervisorRpc.RestartChild("b"));
        var delete = restarting.ask(new SupervisorRpc.DeleteChild("b"));
        var spec = restarting.ask(new SupervisorRpc.GetChildSpec("b"));
        restarting.go();
        assertThat(answer(which).get(1))
                .isEqualTo(new ChildInfo(
                        "b", ChildInfo.State.RESTARTING, Optional.empty(), ChildType.WORKER, 0, Optional.empty()));
        assertThat(answer(count)).isEqualTo(new ChildCount(3, 2, 0, 3));
        assertThat(answer(start)).isEqualTo(Result.err(new ChildError.AlreadyPresent("b")));
        assertThat(answer(restart)).isEqualTo(Result.err(new ChildError.Restarting("b")));
        assertThat(answer(delete)).isEqualTo(Result.err(new ChildError.Restarting("b")));
        assertThat(answer(spec).isOk()).isTrue();
        hive.awaitNote("+b");
        assertThat(Hive.states(restarting.sup)).containsExactly("a running", "b running", "c running");
    }

    @Test
    void aChildThatIsTerminatedWhileItIsRestartingStaysStopped() {
        Restarting restarting = new Restarting(Supervisor.oneForOne().intensity(5, Await.LIMIT));
        var terminate = restarting.ask(new SupervisorRpc.TerminateChild("b"));
        var which = restarting.ask(new SupervisorRpc.WhichChildren());
        restarting.go();
        assertThat(answer(terminate).isOk()).isTrue();
        assertThat(answer(which).get(1).state()).isEqualTo(ChildInfo.State.STOPPED);
        assertThat(Hive.states(restarting.sup)).containsExactly("a running", "b stopped", "c running");
        assertThat(hive.journal()).containsExactly("!b", "?b");
    }

    @Test
    void aSupervisorThatIsToldToShutDownDoesNotTryAgain() {
        Restarting restarting = new Restarting(Supervisor.oneForOne().intensity(1000, Await.LIMIT));
        Pid pid = restarting.sup.pid().orElseThrow();
        pid.exit(ExitReason.shutdown());
        restarting.go();
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.journal()).containsExactly("!b", "?b", "-c", "-a");
    }

    @Test
    void aGroupIsRestartedOnceWhenAnotherChildCrashesBeforeTheNextTry() {
        SupervisorRef sup = started(Supervisor.oneForAll().intensity(5, Await.LIMIT));
        CountDownLatch release = hive.blockAndFail("b");
        Hive.crash(Hive.pid(sup, "c"));
        hive.awaitNote("?b");
        List<Pid> processes = hive.node.processes();
        Pid a = processes.get(processes.size() - 2); // the last one is b, which is starting
        Hive.crash(a);
        release.countDown();
        hive.awaitNote("+c");
        Hive.settle(sup);
        Hive.settle(sup);
        assertThat(hive.journal()).containsExactly("!c", "-b", "-a", "+a", "?b", "!a", "+a", "+b", "+c");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c running");
    }
}
