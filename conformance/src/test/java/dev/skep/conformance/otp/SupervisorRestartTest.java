package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import dev.skep.testkit.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorRestartTest {
    private static final ChildCount ONE_RUNS = new ChildCount(1, 1, 0, 1);
    private static final ChildCount ONE_STOPPED = new ChildCount(1, 0, 0, 1);
    private static final ChildCount NONE = new ChildCount(0, 0, 0, 0);

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private SupervisorRef with(Restart restart) {
        return crew.start(Supervisor.oneForOne()
                .intensity(2, Duration.ofHours(1))
                .child(crew.child("a").restart(restart)));
    }

    private void assertRestarted(SupervisorRef sup, ExitReason reason) {
        Pid before = Crew.pid(sup, "a");

        crew.end(sup, "a", reason);

        assertThat(Crew.pid(sup, "a")).isNotEqualTo(before);
        assertThat(sup.countChildren()).isEqualTo(ONE_RUNS);
    }

    private void assertStopped(SupervisorRef sup, ExitReason reason) {
        crew.end(sup, "a", reason);

        assertThat(Crew.states(sup)).containsExactly("a stopped");
        assertThat(sup.countChildren()).isEqualTo(ONE_STOPPED);
    }

    private void assertForgotten(SupervisorRef sup, ExitReason reason) {
        crew.end(sup, "a", reason);

        assertThat(sup.whichChildren()).isEmpty();
        assertThat(sup.countChildren()).isEqualTo(NONE);
    }

    // ---- Which ends lead to a restart ----------------------------------------------------------------------------

    @Test
    @Covers("permanent_normal")
    void aPermanentChildIsRestartedAfterANormalEnd() {
        assertRestarted(with(Restart.PERMANENT), ExitReason.normal());
    }

    @Test
    @Covers("permanent_shutdown")
    void aPermanentChildIsRestartedAfterAShutdown() {
        SupervisorRef sup = with(Restart.PERMANENT);

        assertRestarted(sup, ExitReason.shutdown());
        assertRestarted(sup, ExitReason.shutdown("some info"));
    }

    @Test
    @Covers("permanent_abnormal")
    void aPermanentChildIsRestartedAfterAnAbnormalEnd() {
        assertRestarted(with(Restart.PERMANENT), Crew.ABNORMAL);
    }

    @Test
    @Covers("transient_normal")
    void aTransientChildIsNotRestartedAfterANormalEnd() {
        assertStopped(with(Restart.TRANSIENT), ExitReason.normal());
    }

    @Test
    @Covers("transient_shutdown")
    void aTransientChildIsNotRestartedAfterAShutdown() {
        SupervisorRef sup = with(Restart.TRANSIENT);

        assertStopped(sup, ExitReason.shutdown());
        assertThat(sup.restartChild("a").isOk()).isTrue();
        assertStopped(sup, ExitReason.shutdown("some info"));
    }

    @Test
    @Covers("transient_abnormal")
    void aTransientChildIsRestartedAfterAnAbnormalEnd() {
        assertRestarted(with(Restart.TRANSIENT), Crew.ABNORMAL);
    }

    @Test
    @Covers("temporary_normal")
    void aTemporaryChildIsForgottenAfterANormalEnd() {
        assertForgotten(with(Restart.TEMPORARY), ExitReason.normal());
    }

    @Test
    @Covers("temporary_shutdown")
    void aTemporaryChildIsForgottenAfterAShutdown() {
        SupervisorRef sup = with(Restart.TEMPORARY);

        assertForgotten(sup, ExitReason.shutdown());
        assertThat(sup.startChild(crew.child("a").restart(Restart.TEMPORARY)).isOk())
                .isTrue();
        assertForgotten(sup, ExitReason.shutdown("some info"));
    }

    @Test
    @Covers("temporary_abnormal")
    void aTemporaryChildIsForgottenAfterAnAbnormalEnd() {
        assertForgotten(with(Restart.TEMPORARY), Crew.ABNORMAL);
    }

    @Test
    @Covers("temporary_bystander")
    void aTemporaryChildThatEndsWithItsSiblingIsNotRestarted() {
        for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
            SupervisorRef sup = crew.start(strategy.intensity(2, Duration.ofMinutes(5))
                    .children(crew.children("permanent"))
                    .child(crew.child("temporary").restart(Restart.TEMPORARY)));
            crew.takeJournal();

            crew.end(sup, "permanent", ExitReason.normal());

            assertThat(crew.takeJournal()).containsExactly("!permanent", "-temporary", "+permanent");
            assertThat(Crew.states(sup)).containsExactly("permanent running");
        }
    }

    @Test
    @Covers("multiple_restarts")
    void anyNumberOfRestartsIsFineIfTheyAreRareEnough(VirtualClock clock) {
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .intensity(1, Duration.ofSeconds(1))
                .child(crew.child("a").brutalKill()));

        for (int i = 0; i < 4; i++) {
            assertRestarted(sup, Crew.ABNORMAL);
            clock.advance(Duration.ofMillis(1001));
        }

        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(sup.deleteChild("a").isOk()).isTrue();
    }

    // ---- One for one ---------------------------------------------------------------------------------------------

    @Test
    @Covers("one_for_one")
    void oneForOneRestartsTheChildAloneUntilThereAreTooMany(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(2, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid pid = sup.pid().orElseThrow();
        Pid b = Crew.pid(sup, "b");

        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(Crew.pid(sup, "b")).isEqualTo(b);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(2, 2, 0, 2));

        crew.end(sup, "b", Crew.ABNORMAL);
        crew.end(Crew.pid(sup, "b"), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("one_for_one_escalation")
    void oneForOneGivesUpWhenAChildCannotBeRestarted(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForOne().intensity(4, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid pid = sup.pid().orElseThrow();
        Pid b = Crew.pid(sup, "b");
        crew.breakDown("a");
        crew.takeJournal();

        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(b)).isEqualTo(ExitReason.shutdown());
        assertThat(crew.takeJournal()).containsExactly("!a", "xa", "xa", "xa", "xa", "-b");
    }

    // ---- One for all ---------------------------------------------------------------------------------------------

    @Test
    @Covers("one_for_all")
    void oneForAllRestartsAllUntilThereAreTooMany(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForAll().intensity(2, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid pid = sup.pid().orElseThrow();
        List<Pid> before = List.of(Crew.pid(sup, "a"), Crew.pid(sup, "b"));

        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(skep.awaitEnd(before.get(1))).isEqualTo(ExitReason.shutdown());
        assertThat(List.of(Crew.pid(sup, "a"), Crew.pid(sup, "b"))).doesNotContainAnyElementsOf(before);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(2, 2, 0, 2));

        crew.end(sup, "b", Crew.ABNORMAL);
        crew.end(Crew.pid(sup, "b"), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("one_for_all_escalation")
    void oneForAllGivesUpWhenASiblingCannotBeRestarted(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForAll().intensity(4, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid pid = sup.pid().orElseThrow();
        Pid b = Crew.pid(sup, "b");
        crew.breakDown("b");

        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(b)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("one_for_all_other_child_fails_restart")
    void oneForAllEndsARestartedChildWhenItsSiblingFailsAndStartsBothAgain(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.oneForAll().intensity(3, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid a = Crew.pid(sup, "a");
        crew.failNext("b", ExitReason.normal());
        crew.takeJournal();

        crew.end(a, Crew.ABNORMAL);
        crew.awaitNote("+b");

        assertThat(crew.takeJournal()).containsExactly("!a", "-b", "+a", "xb", "-a", "+a", "+b");
        assertThat(Crew.states(sup)).containsExactly("a running", "b running");
    }

    // ---- Rest for one --------------------------------------------------------------------------------------------

    @Test
    @Covers("rest_for_one")
    void restForOneRestartsTheChildAndThoseAfterItUntilThereAreTooMany(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.restForOne().intensity(2, Duration.ofHours(1)).children(crew.children("a", "b", "c")));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Crew.pid(sup, "a");
        Pid b = Crew.pid(sup, "b");
        Pid c = Crew.pid(sup, "c");

        crew.end(sup, "b", Crew.ABNORMAL);
        assertThat(skep.awaitEnd(c)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.pid(sup, "a")).isEqualTo(a);
        assertThat(List.of(Crew.pid(sup, "b"), Crew.pid(sup, "c"))).doesNotContain(b, c);
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(3, 3, 0, 3));

        crew.end(sup, "c", Crew.ABNORMAL);
        crew.end(Crew.pid(sup, "b"), Crew.ABNORMAL);
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(a)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("rest_for_one_escalation")
    void restForOneGivesUpWhenAChildAfterItCannotBeRestarted(Testkit skep) {
        SupervisorRef sup = crew.start(
                Supervisor.restForOne().intensity(4, Duration.ofHours(1)).children(crew.children("a", "b")));
        Pid pid = sup.pid().orElseThrow();
        Pid b = Crew.pid(sup, "b");
        crew.breakDown("b");

        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);

        assertThat(skep.awaitEnd(b)).isEqualTo(ExitReason.shutdown());
        assertThat(skep.awaitEnd(pid)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("rest_for_one_other_child_fails_restart")
    void restForOneStartsOnlyTheChildThatFailedAgain() {
        SupervisorRef sup = crew.start(
                Supervisor.restForOne().intensity(3, Duration.ofHours(1)).children(crew.children("a", "b")));
        crew.failNext("b", ExitReason.normal());
        crew.takeJournal();

        crew.end(Crew.pid(sup, "a"), Crew.ABNORMAL);
        crew.awaitNote("+b");

        assertThat(crew.takeJournal()).containsExactly("!a", "-b", "+a", "xb", "+b");
        assertThat(Crew.states(sup)).containsExactly("a running", "b running");
    }

    // ---- Trees ---------------------------------------------------------------------------------------------------

    @Test
    @Covers("tree")
    void aTreeIsRestartedFromTheTopWithoutWhatWasAddedLater(Testkit skep) {
        Supervisor quiet = Supervisor.oneForOne().intensity(4, Duration.ofHours(1));
        SupervisorRef top = crew.start(Supervisor.oneForAll()
                .intensity(4, Duration.ofHours(1))
                .child(ChildSpec.supervisor("sup1", quiet.children(crew.children("child1", "child2"))))
                .child(ChildSpec.supervisor("sup2", quiet))
                .child(ChildSpec.supervisor("sup3", quiet).restart(Restart.TRANSIENT)));
        assertThat(top.terminateChild("sup3").isOk()).isTrue();
        assertThat(top.countChildren()).isEqualTo(new ChildCount(3, 2, 3, 0));
        SupervisorRef sup1 = Crew.ref(Crew.pid(top, "sup1"));
        SupervisorRef sup2 = Crew.ref(Crew.pid(top, "sup2"));
        Pid sup2Before = Crew.pid(top, "sup2");
        Pid child1 = Crew.pid(sup1, "child1");
        assertThat(sup1.countChildren()).isEqualTo(new ChildCount(2, 2, 0, 2));
        assertThat(sup2.startChild(crew.child("child3")).isOk()).isTrue();
        assertThat(sup2.startChild(crew.child("child4")).isOk()).isTrue();
        Pid child3 = Crew.pid(sup2, "child3");

        crew.end(sup2, "child4", Crew.ABNORMAL);
        assertThat(Crew.pid(sup1, "child1")).as("only the one that ended").isEqualTo(child1);
        assertThat(Crew.pid(sup2, "child3")).isEqualTo(child3);
        assertThat(sup2.countChildren()).isEqualTo(new ChildCount(2, 2, 0, 2));

        crew.breakDown("child3");
        crew.end(child3, Crew.ABNORMAL);
        skep.awaitEnd(sup2Before);
        skep.settle();

        assertThat(Crew.states(top)).containsExactly("sup1 running", "sup2 running", "sup3 running");
        assertThat(top.countChildren()).isEqualTo(new ChildCount(3, 3, 3, 0));
        assertThat(skep.awaitEnd(child1)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.states(Crew.ref(Crew.pid(top, "sup1")))).containsExactly("child1 running", "child2 running");
        assertThat(Crew.ref(Crew.pid(top, "sup2")).whichChildren()).isEmpty();
        assertThat(Crew.ref(Crew.pid(top, "sup3")).whichChildren()).isEmpty();
    }
}
