package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Await;
import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Pid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AutoShutdownTest {

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private ChildSpec significant(String id) {
        return hive.child(id).restart(Restart.TRANSIENT).significant();
    }

    private SupervisorRef two(AutoShutdown when) {
        return hive.start(Supervisor.oneForOne()
                .autoShutdown(when)
                .child(hive.child("bystander"))
                .child(significant("a"))
                .child(significant("b")));
    }

    private void assertShutsDown(Pid supervisor) {
        assertThat(hive.heardEndOf(supervisor)).isEqualTo(ExitReason.shutdown());
        hive.until(() -> hive.node.processes().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(AutoShutdown.class)
    void theEndOfAnInsignificantChildIsNoReason(AutoShutdown when) {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .autoShutdown(when)
                .child(hive.child("transient").restart(Restart.TRANSIENT))
                .child(hive.child("temporary").restart(Restart.TEMPORARY))
                .child(hive.child("bystander")));
        Hive.end(Hive.pid(sup, "transient"), ExitReason.normal());
        Hive.crash(Hive.pid(sup, "temporary"));
        assertThat(Hive.states(sup)).containsExactly("transient stopped", "bystander running");
    }

    @Test
    void anySignificantChildThatEndsIsEnough() {
        SupervisorRef sup = two(AutoShutdown.ANY_SIGNIFICANT);
        Pid pid = sup.pid().orElseThrow();
        Hive.end(Hive.pid(sup, "a"), ExitReason.normal());
        assertShutsDown(pid);
        assertThat(hive.journal()).containsExactly("+bystander", "+a", "+b", "!a", "-b", "-bystander");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @Test
    void allSignificantChildrenHaveToEnd() {
        SupervisorRef sup = two(AutoShutdown.ALL_SIGNIFICANT);
        Pid pid = sup.pid().orElseThrow();
        Hive.end(Hive.pid(sup, "a"), ExitReason.shutdown());
        assertThat(Hive.states(sup)).containsExactly("bystander running", "a stopped", "b running");
        Hive.end(Hive.pid(sup, "b"), ExitReason.normal());
        assertShutsDown(pid);
    }

    @ParameterizedTest
    @EnumSource(names = {"ANY_SIGNIFICANT", "ALL_SIGNIFICANT"})
    void aTemporaryChildCountsHoweverItEnds(AutoShutdown when) {
        for (ExitReason reason : RestartTest.all()) {
            SupervisorRef sup = hive.start(Supervisor.oneForOne()
                    .autoShutdown(when)
                    .child(hive.child("a").restart(Restart.TEMPORARY).significant()));
            Pid pid = sup.pid().orElseThrow();
            Hive.end(Hive.pid(sup, "a"), reason);
            assertShutsDown(pid);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ANY_SIGNIFICANT", "ALL_SIGNIFICANT"})
    void aChildThatIsRestartedHasNotEnded(AutoShutdown when) {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .autoShutdown(when)
                .intensity(10, Await.LIMIT)
                .child(significant("a")));
        Pid pid = sup.pid().orElseThrow();
        for (ExitReason reason : RestartTest.disorderly()) {
            Hive.end(Hive.pid(sup, "a"), reason);
            assertThat(Hive.states(sup)).containsExactly("a running");
        }
        Hive.end(Hive.pid(sup, "a"), ExitReason.normal());
        assertShutsDown(pid);
    }

    @ParameterizedTest
    @EnumSource(names = {"ANY_SIGNIFICANT", "ALL_SIGNIFICANT"})
    void aChildThatIsTerminatedOnRequestIsNoReason(AutoShutdown when) {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().autoShutdown(when).child(significant("a")));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("a stopped");
        assertThat(sup.restartChild("a").isOk()).isTrue();
        Pid pid = sup.pid().orElseThrow();
        Hive.end(Hive.pid(sup, "a"), ExitReason.normal());
        assertShutsDown(pid);
    }

    @Test
    void aSignificantSiblingThatWasTerminatedDoesNotHoldUpTheShutdown() {
        SupervisorRef sup = two(AutoShutdown.ALL_SIGNIFICANT);
        Pid pid = sup.pid().orElseThrow();
        sup.terminateChild("b");
        Hive.end(Hive.pid(sup, "a"), ExitReason.normal());
        assertShutsDown(pid);
    }

    @Test
    void aSignificantSiblingThatWaitsToBeRestartedHoldsItUp() {
        ManualClock clock = new ManualClock();
        try (Hive slow = new Hive(clock)) {
            SupervisorRef sup = slow.start(Supervisor.oneForOne()
                    .autoShutdown(AutoShutdown.ALL_SIGNIFICANT)
                    .backoff(Backoff.exponential(java.time.Duration.ofSeconds(1), java.time.Duration.ofSeconds(1)))
                    .child(slow.child("a").restart(Restart.TRANSIENT).significant())
                    .child(slow.child("b").restart(Restart.TRANSIENT).significant()));
            Hive.crash(sup, "b");
            Hive.end(Hive.pid(sup, "a"), ExitReason.normal());
            assertThat(Hive.states(sup)).containsExactly("a stopped", "b waiting");
            clock.advance(java.time.Duration.ofSeconds(2));
            assertThat(Hive.states(sup)).containsExactly("a stopped", "b running");
        }
    }

    @Test
    void aSignificantSupervisorPassesItsShutdownOn() {
        Supervisor inner = Supervisor.oneForOne()
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("a"))
                .child(hive.child("x"));
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(hive.child("y"))
                .child(ChildSpec.supervisor("inner", inner)
                        .restart(Restart.TRANSIENT)
                        .significant()));
        Pid pid = sup.pid().orElseThrow();
        Hive.end(Hive.pid(Hive.ref(Hive.pid(sup, "inner")), "a"), ExitReason.normal());
        assertShutsDown(pid);
        assertThat(hive.journal()).containsExactly("+y", "+a", "+x", "!a", "-x", "-y");
    }

    @Test
    void aPermanentSupervisorThatShutsDownByItselfIsRestarted() {
        Supervisor inner = Supervisor.oneForOne()
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("a"));
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(ChildSpec.supervisor("inner", inner)));
        Pid first = Hive.pid(sup, "inner");
        Hive.end(Hive.pid(Hive.ref(first), "a"), ExitReason.normal());
        hive.heardEndOf(first);
        assertThat(Hive.pid(sup, "inner")).isNotEqualTo(first);
        assertThat(hive.supervisorReports()).containsExactly("CHILD_TERMINATED inner shutdown");
    }
}
