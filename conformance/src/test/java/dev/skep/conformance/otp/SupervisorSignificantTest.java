package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.AutoShutdown;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.sys.Upgrade;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorSignificantTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private static Supervisor shuttingDown(AutoShutdown when) {
        return Supervisor.oneForOne().intensity(5, Duration.ofHours(1)).autoShutdown(when);
    }

    private ChildSpec significant(String id, Restart restart) {
        return crew.child(id).restart(restart).significant();
    }

    private static void assertEndsByItself(Testkit skep, Pid supervisor, Pid... children) {
        assertThat(skep.awaitEnd(supervisor)).isEqualTo(ExitReason.shutdown());
        for (Pid child : children) {
            assertThat(skep.awaitEnd(child)).isEqualTo(ExitReason.shutdown());
        }
    }

    // ---- Children without significance ---------------------------------------------------------------------------

    @Test
    @Covers("nonsignificant_temporary")
    void theEndOfATemporaryChildWithoutSignificanceEndsNoSupervisor() {
        for (AutoShutdown when : AutoShutdown.values()) {
            SupervisorRef sup = crew.start(shuttingDown(when));
            ChildSpec child = crew.child("a").restart(Restart.TEMPORARY);

            assertThat(sup.startChild(child).isOk()).isTrue();
            assertThat(sup.terminateChild("a").isOk()).isTrue();
            for (ExitReason reason : List.of(ExitReason.kill(), Crew.ABNORMAL, ExitReason.normal())) {
                assertThat(sup.startChild(child).isOk()).isTrue();
                crew.end(sup, "a", reason);
                assertThat(sup.whichChildren()).isEmpty();
            }

            assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        }
    }

    @Test
    @Covers("nonsignificant_transient")
    void theEndOfATransientChildWithoutSignificanceEndsNoSupervisor() {
        for (AutoShutdown when : AutoShutdown.values()) {
            SupervisorRef sup =
                    crew.start(shuttingDown(when).child(crew.child("a").restart(Restart.TRANSIENT)));

            assertThat(sup.terminateChild("a").isOk()).isTrue();
            assertThat(sup.restartChild("a").isOk()).isTrue();
            crew.end(sup, "a", ExitReason.kill());
            assertThat(Crew.states(sup)).containsExactly("a running");
            crew.end(sup, "a", Crew.ABNORMAL);
            assertThat(Crew.states(sup)).containsExactly("a running");
            crew.end(sup, "a", ExitReason.normal());
            assertThat(Crew.states(sup)).containsExactly("a stopped");

            assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        }
    }

    // ---- Significant children ------------------------------------------------------------------------------------

    private SupervisorRef withTwoSignificant(AutoShutdown when, Restart restart) {
        return crew.start(shuttingDown(when)
                .child(significant("a", restart))
                .child(significant("b", restart))
                .child(crew.child("c").restart(restart)));
    }

    @Test
    @Covers("significant_temporary")
    void anyEndOfASignificantTemporaryChildEndsTheSupervisor(Testkit skep) {
        for (ExitReason reason : List.of(ExitReason.kill(), Crew.ABNORMAL, ExitReason.normal())) {
            SupervisorRef sup = withTwoSignificant(AutoShutdown.ANY_SIGNIFICANT, Restart.TEMPORARY);
            Pid pid = sup.pid().orElseThrow();
            Pid b = Crew.pid(sup, "b");
            Pid c = Crew.pid(sup, "c");

            assertThat(sup.terminateChild("a").isOk()).isTrue();
            assertThat(Crew.states(sup)).as("it was asked to end it").containsExactly("b running", "c running");
            assertThat(sup.startChild(significant("a", Restart.TEMPORARY)).isOk())
                    .isTrue();

            crew.end(Crew.pid(sup, "a"), reason);
            assertEndsByItself(skep, pid, b, c);
        }
    }

    @Test
    @Covers("significant_transient")
    void onlyAnOrderlyEndOfASignificantTransientChildEndsTheSupervisor(Testkit skep) {
        SupervisorRef sup = withTwoSignificant(AutoShutdown.ANY_SIGNIFICANT, Restart.TRANSIENT);
        Pid pid = sup.pid().orElseThrow();
        Pid b = Crew.pid(sup, "b");
        Pid c = Crew.pid(sup, "c");

        assertThat(sup.terminateChild("a").isOk()).isTrue();
        assertThat(sup.restartChild("a").isOk()).isTrue();
        crew.end(sup, "a", ExitReason.kill());
        crew.end(sup, "a", Crew.ABNORMAL);
        assertThat(Crew.states(sup)).containsExactly("a running", "b running", "c running");
        assertThat(Crew.pid(sup, "b")).isEqualTo(b);

        crew.end(Crew.pid(sup, "a"), ExitReason.normal());
        assertEndsByItself(skep, pid, b, c);
    }

    @Test
    @Covers({"significant_temporary", "significant_transient"})
    void theLastSignificantChildEndsASupervisorThatWaitsForAllOfThem(Testkit skep) {
        for (Restart restart : List.of(Restart.TEMPORARY, Restart.TRANSIENT)) {
            SupervisorRef sup = withTwoSignificant(AutoShutdown.ALL_SIGNIFICANT, restart);
            Pid pid = sup.pid().orElseThrow();
            Pid c = Crew.pid(sup, "c");

            crew.end(sup, "a", ExitReason.normal());
            assertThat(Crew.states(sup)).contains("b running", "c running");

            crew.end(Crew.pid(sup, "b"), ExitReason.normal());
            assertEndsByItself(skep, pid, c);
        }
    }

    private SimpleSupervisorRef<String, ServerRef<WorkerRpc>> simple(AutoShutdown when) {
        return crew.start(Supervisor.simpleOneForOne(crew::server)
                .restart(Restart.TEMPORARY)
                .autoShutdown(when));
    }

    private static Pid start(SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup, String id) {
        return sup.startChild(id).orElseThrow().pid().orElseThrow();
    }

    @Test
    @Covers("significant_simple")
    void allChildrenOfASimpleSupervisorAreSignificant(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> any = simple(AutoShutdown.ANY_SIGNIFICANT);
        Pid anyPid = any.pid().orElseThrow();
        Pid a = start(any, "a");
        Pid b = start(any, "b");
        crew.end(a, ExitReason.normal());
        assertEndsByItself(skep, anyPid, b);

        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> all = simple(AutoShutdown.ALL_SIGNIFICANT);
        Pid allPid = all.pid().orElseThrow();
        Pid c = start(all, "c");
        Pid d = start(all, "d");
        crew.end(c, ExitReason.normal());
        assertThat(all.countChildren().active()).isEqualTo(1);
        assertThat(d.isAlive()).isTrue();
        crew.end(d, ExitReason.normal());
        assertEndsByItself(skep, allPid);
    }

    @Test
    @Covers("significant_bystander")
    void aSignificantChildThatEndsWithItsSiblingDoesNotEndTheSupervisor() {
        for (AutoShutdown when : List.of(AutoShutdown.ANY_SIGNIFICANT, AutoShutdown.ALL_SIGNIFICANT)) {
            for (Supervisor strategy : List.of(Supervisor.oneForAll(), Supervisor.restForOne())) {
                SupervisorRef sup = crew.start(strategy.intensity(5, Duration.ofHours(1))
                        .autoShutdown(when)
                        .child(significant("a", Restart.TRANSIENT))
                        .child(crew.child("b").restart(Restart.TRANSIENT))
                        .child(significant("c", Restart.TRANSIENT)));
                crew.takeJournal();

                crew.end(sup, "b", Crew.ABNORMAL);

                assertThat(crew.takeJournal()).contains("-c", "+c");
                assertThat(Crew.states(sup)).containsExactly("a running", "b running", "c running");
            }
        }
    }

    @Test
    @Covers("significant_escalation")
    void theAutomaticShutdownOfASignificantSupervisorEndsTheOneAboveIt(Testkit skep) {
        Supervisor lower = Supervisor.oneForOne()
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("worker", Restart.TRANSIENT));
        ChildSpec child = ChildSpec.supervisor("lower", lower).restart(Restart.TRANSIENT);

        SupervisorRef heeding =
                crew.start(shuttingDown(AutoShutdown.ANY_SIGNIFICANT).child(child.significant()));
        Pid upperPid = heeding.pid().orElseThrow();
        Pid lowerPid = Crew.pid(heeding, "lower");
        crew.end(Crew.pid(Crew.ref(lowerPid), "worker"), ExitReason.normal());
        assertEndsByItself(skep, upperPid, lowerPid);

        SupervisorRef other =
                crew.start(shuttingDown(AutoShutdown.ANY_SIGNIFICANT).child(child));
        Pid otherLower = Crew.pid(other, "lower");
        crew.end(Crew.pid(Crew.ref(otherLower), "worker"), ExitReason.normal());
        assertThat(skep.awaitEnd(otherLower)).isEqualTo(ExitReason.shutdown());
        assertThat(Crew.states(other)).containsExactly("lower stopped");
    }

    // ---- Significance that changes -------------------------------------------------------------------------------

    private static void upgrade(SupervisorRef sup, Supervisor description) {
        Upgrade.plan().supervisor(sup, description).run();
    }

    private void assertRefusesSignificantChildren(SupervisorRef sup) {
        assertThat(Crew.errorOf(sup.startChild(significant("refused", Restart.TRANSIENT))))
                .isInstanceOf(ChildError.InvalidSpec.class);
    }

    private void startTwoSignificant(SupervisorRef sup) {
        assertThat(sup.startChild(significant("a", Restart.TRANSIENT)).isOk()).isTrue();
        assertThat(sup.startChild(significant("b", Restart.TRANSIENT)).isOk()).isTrue();
    }

    @Test
    @Covers("significant_upgrade_never_any")
    void aSupervisorBeginsToHeedAnySignificantChild(Testkit skep) {
        SupervisorRef sup = crew.start(shuttingDown(AutoShutdown.NEVER));
        Pid pid = sup.pid().orElseThrow();
        assertRefusesSignificantChildren(sup);

        upgrade(sup, shuttingDown(AutoShutdown.ANY_SIGNIFICANT));
        startTwoSignificant(sup);
        Pid b = Crew.pid(sup, "b");
        crew.end(Crew.pid(sup, "a"), ExitReason.normal());

        assertEndsByItself(skep, pid, b);
    }

    @Test
    @Covers("significant_upgrade_never_all")
    void aSupervisorBeginsToHeedAllSignificantChildren(Testkit skep) {
        SupervisorRef sup = crew.start(shuttingDown(AutoShutdown.NEVER));
        Pid pid = sup.pid().orElseThrow();
        assertRefusesSignificantChildren(sup);

        upgrade(sup, shuttingDown(AutoShutdown.ALL_SIGNIFICANT));
        startTwoSignificant(sup);
        crew.end(sup, "a", ExitReason.normal());
        assertThat(Crew.states(sup)).containsExactly("a stopped", "b running");
        crew.end(Crew.pid(sup, "b"), ExitReason.normal());

        assertEndsByItself(skep, pid);
    }

    @Test
    @Covers({"significant_upgrade_any_never", "significant_upgrade_all_never"})
    void aSupervisorHeedsSignificantChildrenNoMore() {
        for (AutoShutdown when : List.of(AutoShutdown.ANY_SIGNIFICANT, AutoShutdown.ALL_SIGNIFICANT)) {
            SupervisorRef sup = crew.start(shuttingDown(when));
            assertThat(sup.startChild(significant("a", Restart.TRANSIENT)).isOk())
                    .isTrue();

            upgrade(sup, shuttingDown(AutoShutdown.NEVER));
            assertThat(Crew.states(sup)).containsExactly("a running");
            assertRefusesSignificantChildren(sup);
            crew.end(sup, "a", ExitReason.normal());

            assertThat(Crew.states(sup)).containsExactly("a stopped");
            assertThat(sup.restartChild("a").isOk()).isTrue();
            assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        }
    }

    @Test
    @Covers("significant_upgrade_any_all")
    void aSupervisorWaitsForAllInsteadOfAny(Testkit skep) {
        SupervisorRef sup = crew.start(shuttingDown(AutoShutdown.ANY_SIGNIFICANT));
        Pid pid = sup.pid().orElseThrow();
        startTwoSignificant(sup);

        upgrade(sup, shuttingDown(AutoShutdown.ALL_SIGNIFICANT));
        crew.end(sup, "a", ExitReason.normal());
        assertThat(Crew.states(sup)).containsExactly("a stopped", "b running");
        crew.end(Crew.pid(sup, "b"), ExitReason.normal());

        assertEndsByItself(skep, pid);
    }

    @Test
    @Covers("significant_upgrade_all_any")
    void aSupervisorWaitsForAnyInsteadOfAll(Testkit skep) {
        SupervisorRef sup = crew.start(shuttingDown(AutoShutdown.ALL_SIGNIFICANT));
        Pid pid = sup.pid().orElseThrow();
        startTwoSignificant(sup);
        Pid b = Crew.pid(sup, "b");

        upgrade(sup, shuttingDown(AutoShutdown.ANY_SIGNIFICANT));
        assertThat(Crew.states(sup)).containsExactly("a running", "b running");
        crew.end(Crew.pid(sup, "a"), ExitReason.normal());

        assertEndsByItself(skep, pid, b);
    }

    @Test
    @Covers("significant_upgrade_child")
    void aChildBecomesSignificantAndLosesItsSignificance(Testkit skep) {
        ChildSpec plain = crew.child("a").restart(Restart.TRANSIENT);
        Supervisor never = shuttingDown(AutoShutdown.NEVER);
        Supervisor any = shuttingDown(AutoShutdown.ANY_SIGNIFICANT);

        assertThatIllegalArgumentException()
                .as("a supervisor that never shuts down")
                .isThrownBy(() -> never.child(plain.significant()));

        SupervisorRef gains = crew.start(any.child(plain));
        Pid gainsPid = gains.pid().orElseThrow();
        upgrade(gains, any.child(plain.significant()));
        assertThat(Crew.states(gains)).containsExactly("a running");
        crew.end(Crew.pid(gains, "a"), ExitReason.normal());
        assertEndsByItself(skep, gainsPid);

        SupervisorRef loses = crew.start(any.child(plain.significant()));
        upgrade(loses, any.child(plain));
        crew.end(loses, "a", ExitReason.normal());
        assertThat(Crew.states(loses)).containsExactly("a stopped");
    }
}
