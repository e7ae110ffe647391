package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.CallException;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChildOperationsTest {

    private final Hive hive = new Hive();
    private final SupervisorRef sup =
            hive.start(Supervisor.oneForOne().child(hive.child("a")).child(hive.child("b")));

    @AfterEach
    void close() {
        hive.close();
    }

    @Test
    void startChildAddsAChildAtTheEnd() {
        Result<Optional<Pid>, ChildError> started = sup.startChild(hive.child("c"));
        assertThat(started).isEqualTo(Result.ok(Optional.of(Hive.pid(sup, "c"))));
        assertThat(sup.whichChildren()).extracting(ChildInfo::id).containsExactly("c", "b", "a");
        hive.takeJournal();
        hive.shutDown(sup);
        assertThat(hive.journal()).containsExactly("-c", "-b", "-a");
    }

    @Test
    void aStartedChildIsSupervised() {
        sup.startChild(hive.child("c"));
        Hive.crash(sup, "c");
        assertThat(Hive.info(sup, "c"))
                .isEqualTo(new ChildInfo(
                        "c",
                        ChildInfo.State.RUNNING,
                        Optional.of(Hive.pid(sup, "c")),
                        ChildType.WORKER,
                        1,
                        Optional.empty()));
    }

    @Test
    void stopEndsTheChildrenInReverseOrderAndThenTheSupervisor() {
        Pid pid = sup.pid().orElseThrow();
        hive.takeJournal();
        sup.stop();
        assertThat(hive.journal()).containsExactly("-b", "-a");
        assertThat(pid.isAlive()).isFalse();
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(sup::stop);
    }

    @Test
    void stopGivesTheReasonOfTheSupervisorAndItsChildrenShutDown() {
        Pid pid = sup.pid().orElseThrow();
        hive.takeJournal();
        sup.stop(ExitReason.because("moving"), ServerRef.FOREVER);
        assertThat(hive.journal()).containsExactly("-b", "-a");
        assertThat(hive.heardEndOf(pid)).isEqualTo(ExitReason.because("moving"));
    }

    @Test
    void aSimpleSupervisorStopsWithItsChildren() {
        SimpleSupervisorRef<String, ServerRef<Hive.Ask>> simple =
                hive.node.start(Supervisor.simpleOneForOne(hive::server));
        simple.startChild("x").orElseThrow();
        Pid pid = simple.pid().orElseThrow();
        hive.takeJournal();
        simple.stop();
        assertThat(hive.journal()).containsExactly("-x");
        assertThat(pid.isAlive()).isFalse();
    }

    @Test
    void startChildOfARunningIdSaysWhoRuns() {
        assertThat(sup.startChild(hive.child("a")))
                .isEqualTo(Result.err(new ChildError.AlreadyStarted(Hive.pid(sup, "a"))));
    }

    @Test
    void startChildOfAStoppedIdSaysThatItIsThere() {
        sup.terminateChild("a");
        assertThat(sup.startChild(hive.child("a"))).isEqualTo(Result.err(new ChildError.AlreadyPresent("a")));
    }

    @Test
    void startChildThatFailsAddsNothing() {
        hive.fail("c", ExitReason.because("no luck"));
        assertThat(sup.startChild(hive.child("c")))
                .isEqualTo(Result.err(new ChildError.StartFailed("c", ExitReason.because("no luck"))));
        assertThat(sup.childSpec("c")).isEqualTo(Result.err(new ChildError.NotFound("c")));
        assertThat(sup.startChild(hive.child("c")).isOk()).isTrue();
    }

    @Test
    void startChildThatThrowsAddsNothing() {
        IllegalStateException thrown = new IllegalStateException("broken");
        assertThat(sup.startChild(ChildSpec.of("c", _ -> {
                    throw thrown;
                })))
                .isEqualTo(Result.err(new ChildError.StartFailed("c", ExitReason.crashed(thrown))));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void startChildWhoseNameIsTakenSaysByWhom() {
        Name<Hive.Ask> name = Name.of("taken");
        ServerRef<Hive.Ask> holder = hive.node.start(hive.server("holder").named(name));
        assertThat(sup.startChild(ChildSpec.of("c", hive.server("c").named(name))))
                .isEqualTo(Result.err(new ChildError.AlreadyStarted(holder.pid().orElseThrow())));
        assertThat(sup.countChildren().specs()).isEqualTo(2);
    }

    @Test
    void startChildThatIsIgnoredKeepsTheChild() {
        hive.ignore("c");
        assertThat(sup.startChild(hive.child("c"))).isEqualTo(Result.ok(Optional.empty()));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running", "c stopped");
        assertThat(sup.restartChild("c")).isEqualTo(Result.ok(Optional.of(Hive.pid(sup, "c"))));
    }

    @Test
    void startChildThatIsIgnoredForgetsATemporaryChild() {
        hive.ignore("c");
        assertThat(sup.startChild(hive.child("c").restart(Restart.TEMPORARY))).isEqualTo(Result.ok(Optional.empty()));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void startChildRefusesASignificantChildOfASupervisorThatNeverShutsDown() {
        Result<Optional<Pid>, ChildError> refused =
                sup.startChild(hive.child("c").restart(Restart.TRANSIENT).significant());
        assertThat(refused.isOk()).isFalse();
        assertThat(refused.toString()).contains("InvalidSpec").contains("child c is significant");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void terminateChildEndsItAndKeepsIt() {
        Pid a = Hive.pid(sup, "a");
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(hive.heardEndOf(a)).isEqualTo(ExitReason.shutdown());
        assertThat(Hive.states(sup)).containsExactly("a stopped", "b running");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void terminateChildOfAStoppedChildIsFine() {
        sup.terminateChild("a");
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("a stopped", "b running");
    }

    @Test
    void terminateChildForgetsATemporaryChild() {
        sup.startChild(hive.child("c").restart(Restart.TEMPORARY));
        assertThat(sup.terminateChild("c").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void terminateChildDoesNotTouchTheOthersWhateverTheStrategy() {
        for (Supervisor strategy : java.util.List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef group = hive.start(strategy.child(hive.child("x")).child(hive.child("y")));
            Pid y = Hive.pid(group, "y");
            group.terminateChild("x");
            assertThat(Hive.states(group)).containsExactly("x stopped", "y running");
            assertThat(Hive.pid(group, "y")).isEqualTo(y);
        }
    }

    @Test
    void restartChildStartsAStoppedChildInItsOldPlace() {
        sup.terminateChild("a");
        assertThat(sup.restartChild("a")).isEqualTo(Result.ok(Optional.of(Hive.pid(sup, "a"))));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
        assertThat(Hive.info(sup, "a").restarts()).isZero();
    }

    @Test
    void restartChildOfARunningChildIsRefused() {
        assertThat(sup.restartChild("a")).isEqualTo(Result.err(new ChildError.Running("a")));
    }

    @Test
    void restartChildThatFailsLeavesItStopped() {
        sup.terminateChild("a");
        hive.fail("a", ExitReason.because("no luck"));
        assertThat(sup.restartChild("a"))
                .isEqualTo(Result.err(new ChildError.StartFailed("a", ExitReason.because("no luck"))));
        assertThat(Hive.states(sup)).containsExactly("a stopped", "b running");
    }

    @Test
    void restartChildThatIsIgnoredLeavesItStopped() {
        sup.terminateChild("a");
        hive.ignore("a");
        assertThat(sup.restartChild("a")).isEqualTo(Result.ok(Optional.empty()));
        assertThat(Hive.states(sup)).containsExactly("a stopped", "b running");
    }

    @Test
    void deleteChildForgetsAStoppedChild() {
        sup.terminateChild("a");
        assertThat(sup.deleteChild("a").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("b running");
        assertThat(sup.startChild(hive.child("a")).isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("b running", "a running");
    }

    @Test
    void deleteChildOfARunningChildIsRefused() {
        assertThat(sup.deleteChild("a")).isEqualTo(Result.err(new ChildError.Running("a")));
    }

    @Test
    void anUnknownIdIsNotFound() {
        Result<?, ChildError> notFound = Result.err(new ChildError.NotFound("z"));
        assertThat(sup.terminateChild("z")).isEqualTo(notFound);
        assertThat(sup.restartChild("z")).isEqualTo(notFound);
        assertThat(sup.deleteChild("z")).isEqualTo(notFound);
        assertThat(sup.childSpec("z")).isEqualTo(notFound);
    }

    @Test
    void childSpecGivesTheSpecificationThatWasAdded() {
        ChildSpec spec = hive.child("c").restart(Restart.TRANSIENT);
        sup.startChild(spec);
        assertThat(sup.childSpec("c")).isEqualTo(Result.ok(spec));
        sup.terminateChild("c");
        assertThat(sup.childSpec("c")).isEqualTo(Result.ok(spec));
        assertThat(sup.deleteChild("c")).isEqualTo(Result.ok(spec));
    }

    @Test
    void countChildrenTellsSupervisorsFromWorkersAndTheRunningFromTheStopped() {
        sup.startChild(ChildSpec.supervisor("inner", Supervisor.oneForOne()));
        sup.startChild(ChildSpec.of("pool", Supervisor.simpleOneForOne(hive::server)));
        sup.startChild(ChildSpec.supervisor("stopped", Supervisor.oneForOne()));
        sup.terminateChild("stopped");
        sup.terminateChild("b");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(5, 3, 3, 2));
    }

    @Test
    void whatIsAskedOfTheOtherKindOfSupervisorIsRefused() {
        SimpleSupervisorRef<String, ServerRef<Hive.Ask>> mistaken = new SimpleSupervisorRef<>(sup.server());
        assertThat(mistaken.startChild("c").toString()).contains("is no SimpleSupervisor");
        assertThat(mistaken.terminateChild(Hive.pid(sup, "a"))).isFalse();
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void strayMessagesAreDropped() {
        Pid pid = sup.pid().orElseThrow();
        pid.send("hello");
        ServerRef.<Hive.Ask>of(pid).cast(new Hive.Ask.End(ExitReason.normal()));
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void aSupervisorThatHasEndedFailsTheCall() {
        hive.shutDown(sup);
        assertThatExceptionOfType(CallException.NoProcess.class).isThrownBy(sup::whichChildren);
    }

    @Test
    void aSupervisorIsFoundByItsNameAfterItsRestart() {
        Name<SupervisorRpc> name = Name.of("inner");
        sup.startChild(
                ChildSpec.supervisor("inner", Supervisor.oneForOne().named(name).child(hive.child("x"))));
        SupervisorRef inner = hive.ref(name);
        Pid first = inner.pid().orElseThrow();
        first.exit(ExitReason.kill());
        hive.heardEndOf(first);
        Hive.settle(sup);
        assertThat(inner.pid()).isPresent().get().isNotEqualTo(first);
        assertThat(Hive.states(inner)).containsExactly("x running");
    }
}
