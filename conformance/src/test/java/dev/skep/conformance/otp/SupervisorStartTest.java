package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import dev.skep.StartException;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.application.Application;
import dev.skep.application.ApplicationError;
import dev.skep.application.ApplicationStart;
import dev.skep.application.ApplicationType;
import dev.skep.application.Applications;
import dev.skep.conformance.Crew;
import dev.skep.conformance.Crew.WorkerRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildType;
import dev.skep.supervisor.FailedToStartChild;
import dev.skep.supervisor.Restart;
import dev.skep.supervisor.Shutdown;
import dev.skep.supervisor.SimpleSupervisor;
import dev.skep.supervisor.SimpleSupervisorRef;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("supervisor_SUITE")
class SupervisorStartTest {
    private static final ExitReason REASON = ExitReason.because("reason");

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private SimpleSupervisor<String, ServerRef<WorkerRpc>> simple() {
        return Supervisor.simpleOneForOne(crew::server);
    }

    // ---- The supervisor ------------------------------------------------------------------------------------------

    @Test
    @Covers("sup_start_normal")
    void startsAndShutsDown() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().intensity(2, Duration.ofHours(1)));

        assertThat(sup.whichChildren()).isEmpty();
        assertThat(crew.shutDown(sup)).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("sup_start_ignore_init")
    void isIgnoredWhenItsDescriptionSaysSo() {
        Crew.Refusal<SupervisorRef> refusal = crew.refusalOf(Supervisor.atStart(() -> {
            throw new StartException.Ignore();
        }));

        assertThat(refusal.outcome()).isEqualTo(new Started.Ignored<>());
        assertThat(refusal.signal()).isEqualTo(ExitReason.normal());
    }

    @Test
    @Covers("sup_start_error_return")
    void failsWhenItsDescriptionIsNone(Testkit skep) {
        skep.expectCrash(NullPointerException.class);

        Crew.Refusal<SupervisorRef> refusal = crew.refusalOf(Supervisor.atStart(() -> null));

        assertThat(refusal.outcome()).isInstanceOfSatisfying(Started.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(refusal.signal());
            assertThat(failed.reason().toString()).contains("returned null");
        });
    }

    @Test
    @Covers("sup_start_fail")
    void failsWhenItsDescriptionFails(Testkit skep) {
        skep.expectCrash(IllegalStateException.class);
        IllegalStateException problem = new IllegalStateException("no configuration");

        Crew.Refusal<SupervisorRef> refusal = crew.refusalOf(Supervisor.atStart(() -> {
            throw problem;
        }));

        assertThat(refusal.signal()).isEqualTo(ExitReason.crashed(problem));
        assertThat(refusal.outcome())
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(refusal.signal()));
    }

    // ---- Children that are ignored -------------------------------------------------------------------------------

    @Test
    @Covers("sup_start_ignore_child")
    void keepsAPermanentChildThatIsIgnored() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());
        crew.ignoreNext("a");

        assertThat(sup.startChild(crew.child("a"))).isEqualTo(Result.ok(Optional.empty()));
        assertThat(sup.startChild(crew.child("b")).isOk()).isTrue();

        assertThat(Crew.states(sup)).containsExactly("a stopped", "b running");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(2, 1, 0, 2));
    }

    @Test
    @Covers({"sup_start_ignore_temporary_child", "sup_start_ignore_temporary_child_start_child"})
    void forgetsATemporaryChildThatIsIgnored() {
        crew.ignoreNext("a");
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(crew.child("a").restart(Restart.TEMPORARY))
                .child(crew.child("b").restart(Restart.TEMPORARY)));

        assertThat(Crew.states(sup)).containsExactly("b running");
        assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 1));

        crew.ignoreNext("c");
        assertThat(sup.startChild(crew.child("c").restart(Restart.TEMPORARY))).isEqualTo(Result.ok(Optional.empty()));
        assertThat(Crew.states(sup)).containsExactly("b running");
    }

    @Test
    @Covers({
        "sup_start_ignore_temporary_child_start_child_simple",
        "sup_start_ignore_permanent_child_start_child_simple"
    })
    void aSimpleSupervisorForgetsAChildThatIsIgnored() {
        for (Restart restart : new Restart[] {Restart.TEMPORARY, Restart.PERMANENT}) {
            SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(simple().restart(restart));
            crew.ignoreNext("a");

            assertThat(sup.startChild("a")).isEqualTo(new Started.Ignored<>());
            Pid b = sup.startChild("b").orElseThrow().pid().orElseThrow();

            assertThat(sup.whichChildren())
                    .singleElement()
                    .satisfies(child -> assertThat(child.pid()).contains(b));
            assertThat(sup.countChildren()).isEqualTo(new ChildCount(1, 1, 0, 1));
            assertThat(crew.shutDown(sup.pid().orElseThrow())).isEqualTo(ExitReason.shutdown());
        }
    }

    // ---- Children that fail --------------------------------------------------------------------------------------

    @Test
    @Covers("sup_start_child_returns_error")
    void aChildThatFailsToStartIsNotKept() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne());

        assertThat(sup.startChild(ChildSpec.of("a", _ -> new Started.Failed<>("a", REASON))))
                .isEqualTo(Result.err(new ChildError.StartFailed("a", REASON)));
        assertThat(Crew.errorOf(sup.startChild(ChildSpec.of("b", _ -> null))))
                .isInstanceOfSatisfying(
                        ChildError.StartFailed.class,
                        failed -> assertThat(failed.reason().toString()).contains("returned null"));

        assertThat(sup.whichChildren()).isEmpty();
    }

    @Test
    @Covers("sup_start_restart_child_returns_error")
    void aChildThatFailsToStartAgainIsKept() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(crew.child("a")));
        assertThat(sup.terminateChild("a").isOk()).isTrue();
        crew.failNext("a", REASON);

        assertThat(sup.restartChild("a")).isEqualTo(Result.err(new ChildError.StartFailed("a", REASON)));

        assertThat(Crew.states(sup)).containsExactly("a stopped");
    }

    @Test
    @Covers("sup_start_child_returns_error_simple")
    void aSimpleSupervisorTellsWhyAChildFailsToStart() {
        IllegalArgumentException problem = new IllegalArgumentException("no such thing");
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(Supervisor.simpleOneForOne((String id) -> {
            if (id.equals("b")) {
                throw problem;
            }
            return crew.server(id);
        }));
        crew.failNext("a", REASON);

        assertThat(sup.startChild("a"))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(REASON));
        assertThat(sup.startChild("b"))
                .isInstanceOfSatisfying(
                        Started.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ExitReason.crashed(problem)));

        assertThat(sup.whichChildren()).isEmpty();
    }

    /// An application whose only server cannot start.
    private static final class Faulty implements Application {
        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public StartSpec<?> start(ApplicationStart start) {
            return Supervisor.oneForOne().child(ChildSpec.server("server", () -> {
                throw new NoClassDefFoundError("an/undefined/Class");
            }));
        }
    }

    @Test
    @Covers("faulty_application_shutdown")
    void anApplicationWhoseChildFailsToStartHandsOnItsReason(Testkit skep) {
        skep.expectCrash(NoClassDefFoundError.class);
        Applications applications = Applications.of(skep.node());

        Result<List<String>, ApplicationError> started = applications.start(new Faulty(), ApplicationType.TEMPORARY);

        assertThat(started)
                .isInstanceOfSatisfying(
                        Result.Err.class,
                        err -> assertThat(err.error()).isInstanceOfSatisfying(ApplicationError.Failed.class, failed -> {
                            assertThat(failed.name()).isEqualTo("faulty");
                            assertThat(failed.reason())
                                    .isInstanceOfSatisfying(
                                            ExitReason.Shutdown.class,
                                            shutdown -> assertThat(shutdown.detail())
                                                    .containsInstanceOf(FailedToStartChild.class));
                            assertThat(failed.reason().toString()).contains("server", "an/undefined/Class");
                        }));
        assertThat(applications.running()).isEmpty();
        skep.node().stop(Duration.ofSeconds(10));
    }

    // ---- Specifications ------------------------------------------------------------------------------------------

    @Test
    @Covers("sup_start_map")
    void specificationsHaveDefaults() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne()
                .child(crew.child("worker"))
                .child(crew.child("killed").brutalKill())
                .child(ChildSpec.supervisor("supervisor", Supervisor.oneForOne())));

        assertThat(sup.childSpec("worker").orElseThrow(AssertionError::new)).satisfies(spec -> {
            assertThat(spec.id()).isEqualTo("worker");
            assertThat(spec.restart()).isEqualTo(Restart.PERMANENT);
            assertThat(spec.shutdown()).isEqualTo(new Shutdown.Within(Duration.ofSeconds(5)));
            assertThat(spec.type()).isEqualTo(ChildType.WORKER);
            assertThat(spec.isSignificant()).isFalse();
        });
        assertThat(sup.childSpec("killed").orElseThrow(AssertionError::new).shutdown())
                .isEqualTo(new Shutdown.BrutalKill());
        assertThat(sup.childSpec("supervisor").orElseThrow(AssertionError::new)).satisfies(spec -> {
            assertThat(spec.shutdown()).isEqualTo(Shutdown.INFINITY);
            assertThat(spec.type()).isEqualTo(ChildType.SUPERVISOR);
        });
        assertThat(sup.childSpec("stranger")).isEqualTo(Result.err(new ChildError.NotFound("stranger")));
    }

    @Test
    @Covers("sup_start_map_simple")
    void aSimpleSupervisorTellsTheSpecificationOfEachChild(Testkit skep) {
        SimpleSupervisorRef<String, ServerRef<WorkerRpc>> sup = crew.start(simple().restart(Restart.TEMPORARY));

        for (String id : new String[] {"a", "b", "c"}) {
            Pid child = sup.startChild(id).orElseThrow().pid().orElseThrow();
            assertThat(sup.childSpec(child)).hasValueSatisfying(spec -> {
                assertThat(spec.restart()).isEqualTo(Restart.TEMPORARY);
                assertThat(spec.shutdown()).isEqualTo(new Shutdown.Within(Duration.ofSeconds(5)));
                assertThat(spec.type()).isEqualTo(ChildType.WORKER);
                assertThat(spec.isSignificant()).isFalse();
            });
        }
        assertThat(sup.childSpec(skep.probe().pid())).isEmpty();
    }
}
