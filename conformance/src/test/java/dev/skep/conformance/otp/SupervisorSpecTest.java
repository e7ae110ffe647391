package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.skep.ServerRef;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.AutoShutdown;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildStart;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What OTP finds when a supervisor starts is found here by the call that makes the mistake.
@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorSpecTest {
    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    @Test
    @Covers("sup_start_map_faulty_specs")
    void aChildNeedsAnIdAndAStart() {
        assertThatNullPointerException().isThrownBy(() -> ChildSpec.of(null, crew.server("a")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crew.child(" "))
                .withMessageContaining("a child's id must have a visible character");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of("a", (ChildStart) null))
                .withMessageContaining("start of child a");
        assertThatNullPointerException()
                .isThrownBy(() -> Supervisor.oneForOne().child(null))
                .withMessageContaining("child");
    }

    @Test
    @Covers({"child_specs", "child_specs_map"})
    void badValuesOfASpecificationAreRefused() {
        ChildSpec child = crew.child("a");

        assertThatNullPointerException()
                .isThrownBy(() -> child.restart(null))
                .withMessageContaining("restart of child a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> child.shutdown(Duration.ofMillis(-10)))
                .withMessageContaining("shutdown time of child a must not be negative, but was PT-0.01S");
        assertThatNullPointerException().isThrownBy(() -> child.type(null)).withMessageContaining("type of child a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.oneForOne().child(child).child(child.brutalKill()))
                .withMessageContaining("two children with the id a");
        assertThatNullPointerException()
                .isThrownBy(() -> Supervisor.simpleOneForOne(null))
                .withMessageContaining("template");
    }

    @Test
    @Covers({"child_specs", "child_specs_map"})
    void allCombinationsOfGoodValuesAreTaken() {
        for (Restart restart : Restart.values()) {
            for (ChildType type : ChildType.values()) {
                ChildSpec child = crew.child("a").restart(restart).type(type);
                for (ChildSpec each : new ChildSpec[] {
                    child,
                    child.shutdown(Duration.ZERO),
                    child.shutdown(Duration.ofSeconds(1)),
                    child.shutdown(ServerRef.FOREVER),
                    child.brutalKill()
                }) {
                    assertThatCode(() -> Supervisor.oneForOne().child(each)).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    @Covers("child_specs_map")
    void significantChildrenNeedASupervisorThatHeedsThemAndARestartThatLetsThemEnd() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> crew.child("a").significant())
                .withMessageContaining("cannot be both significant and permanent");
        for (Restart restart : new Restart[] {Restart.TRANSIENT, Restart.TEMPORARY}) {
            ChildSpec significant = crew.child("a").restart(restart).significant();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> significant.restart(Restart.PERMANENT))
                    .withMessageContaining("cannot be both significant and permanent");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Supervisor.oneForOne().child(significant))
                    .withMessageContaining("child a is significant, but its supervisor never shuts down");
            for (AutoShutdown when : new AutoShutdown[] {AutoShutdown.ANY_SIGNIFICANT, AutoShutdown.ALL_SIGNIFICANT}) {
                assertThatCode(() -> Supervisor.oneForOne().autoShutdown(when).child(significant))
                        .doesNotThrowAnyException();
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.simpleOneForOne(crew::server).autoShutdown(AutoShutdown.ANY_SIGNIFICANT))
                .withMessageContaining("significant");
    }

    @Test
    @Covers({"child_specs", "child_specs_map"})
    void aRunningSupervisorRefusesABadSpecificationAndGoesOn() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());

        assertThat(Crew.errorOf(sup.startChild(
                        crew.child("a").restart(Restart.TRANSIENT).significant())))
                .isInstanceOfSatisfying(ChildError.InvalidSpec.class, invalid -> {
                    assertThat(invalid.id()).isEqualTo("a");
                    assertThat(invalid.problem()).contains("significant");
                });
        assertThatNullPointerException().isThrownBy(() -> sup.startChild(null));

        assertThat(sup.whichChildren()).isEmpty();
        assertThat(crew.takeJournal()).isEmpty();
    }

    @Test
    @Covers("sup_flags")
    void badFlagsAreRefused() {
        Supervisor sup = Supervisor.oneForOne();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sup.intensity(-1, Duration.ofSeconds(5)))
                .withMessageContaining("intensity must not be negative, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sup.intensity(2, Duration.ZERO))
                .withMessageContaining("period must be longer than zero, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sup.intensity(2, Duration.ofSeconds(-1)))
                .withMessageContaining("period must be longer than zero, but was PT-1S");
        assertThatNullPointerException()
                .isThrownBy(() -> sup.intensity(2, null))
                .withMessageContaining("period");
        assertThatNullPointerException()
                .isThrownBy(() -> sup.autoShutdown(null))
                .withMessageContaining("auto shutdown");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Supervisor.simpleOneForOne(crew::server).intensity(-1, Duration.ofSeconds(5)))
                .withMessageContaining("intensity must not be negative");
    }
}
