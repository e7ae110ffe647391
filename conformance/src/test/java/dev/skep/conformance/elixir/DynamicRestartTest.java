package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Body;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.Result;
import dev.skep.Started;
import dev.skep.agent.Agent;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.Backoff;
import dev.skep.supervisor.ChildCount;
import dev.skep.supervisor.ChildError;
import dev.skep.supervisor.ChildInfo;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.ChildStart;
import dev.skep.supervisor.DynamicSupervisor;
import dev.skep.supervisor.DynamicSupervisorRef;
import dev.skep.supervisor.Restart;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of the children of a dynamic supervisor that end by themselves.
@SkepTest(virtualTime = true)
@CasesOf("dynamic_supervisor")
class DynamicRestartTest {
    private static final ExitReason WHATEVER = ExitReason.because("whatever");
    private static final ChildStart OK = self -> self.startLink(Agent.spec(() -> 0));
    private static final ChildStart ERROR = _ -> new Started.Failed<>("it", ExitReason.because("found"));

    private Testkit skep;

    @BeforeEach
    void allow(Testkit testkit) {
        skep = testkit;
        testkit.allowCrashes();
    }

    private DynamicSupervisorRef<ChildSpec> patient() {
        return skep.start(DynamicSupervisor.create().intensity(100, Duration.ofHours(1)));
    }

    private static ChildSpec child(Restart restart) {
        return ChildSpec.process("child", (Body<Object>) Receiver::receive).restart(restart);
    }

    /// Starts in these ways, one after the other; in the last one again and again.
    private static ChildSpec starting(ChildStart... ways) {
        Iterator<ChildStart> next = List.of(ways).iterator();
        ChildStart last = ways[ways.length - 1];
        return ChildSpec.of("child", self -> (next.hasNext() ? next.next() : last).start(self));
    }

    private static Pid run(DynamicSupervisorRef<ChildSpec> supervisor, ChildSpec child) {
        return supervisor.startChild(child).orElseThrow().orElseThrow();
    }

    /// Returns when the child and what the supervisor does about that are over.
    private void end(Pid child, ExitReason reason) {
        child.exit(reason);
        assertThat(skep.awaitEnd(child)).isEqualTo(reason);
        skep.settle();
    }

    private static ChildCount count(int children, int active) {
        return new ChildCount(children, active, 0, children);
    }

    @Test
    @Covers("start_child/2: temporary child is not restarted regardless of reason")
    void aTemporaryChildIsNeverRestarted() {
        DynamicSupervisorRef<ChildSpec> supervisor = patient();
        for (ExitReason reason : List.of(ExitReason.shutdown(), WHATEVER)) {
            end(run(supervisor, child(Restart.TEMPORARY)), reason);
            assertThat(supervisor.countChildren()).isEqualTo(count(0, 0));
        }
    }

    @Test
    @Covers("start_child/2: transient child is restarted unless normal/shutdown/{shutdown, _}")
    void aTransientChildIsRestartedAfterADisorderlyEnd() {
        DynamicSupervisorRef<ChildSpec> supervisor = patient();
        for (ExitReason reason : List.of(ExitReason.shutdown(), ExitReason.shutdown("signal"))) {
            end(run(supervisor, child(Restart.TRANSIENT)), reason);
            assertThat(supervisor.countChildren()).isEqualTo(count(0, 0));
        }
        end(run(supervisor, child(Restart.TRANSIENT)), WHATEVER);
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 1));
    }

    @Test
    @Covers("start_child/2: permanent child is restarted regardless of reason")
    void aPermanentChildIsAlwaysRestarted() {
        DynamicSupervisorRef<ChildSpec> supervisor = patient();
        int children = 0;
        for (ExitReason reason : List.of(ExitReason.shutdown(), ExitReason.shutdown("signal"), WHATEVER)) {
            end(run(supervisor, child(Restart.PERMANENT)), reason);
            children++;
            assertThat(supervisor.countChildren()).isEqualTo(count(children, children));
        }
    }

    @Test
    @Covers("start_child/2: restarting a child with extra_arguments successfully restarts child")
    void aRestartAsksForTheSpecificationAgain(Probe probe) {
        DynamicSupervisorRef<String> supervisor =
                skep.start(DynamicSupervisor.of((String name) -> ChildSpec.process("child", (Receiver<Object> self) -> {
                            probe.pid().send("from " + name);
                            self.receive();
                        })
                        .restart(Restart.TRANSIENT)));
        Pid child = supervisor.startChild("child").orElseThrow().orElseThrow();
        probe.expectNext("from child");

        end(child, WHATEVER);

        probe.expectNext("from child");
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 1));
    }

    // ---- Restarts that fail --------------------------------------------------------------------------------------

    @Test
    @SkepTest(virtualTime = true)
    @Covers("start_child/2: child is restarted with different values")
    void aRestartMaySucceedBeIgnoredOrFail() {
        DynamicSupervisorRef<ChildSpec> supervisor = withBackoff(100);
        end(run(supervisor, starting(OK, OK)), ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 1));

        end(run(supervisor, starting(OK, _ -> new Started.Ignored<>())), ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));
        assertThat(supervisor.countChildren())
                .as("an ignored child is forgotten")
                .isEqualTo(count(1, 1));

        end(run(supervisor, starting(OK, ERROR)), ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));
        assertThat(supervisor.countChildren()).as("a failed one is tried again").isEqualTo(count(2, 1));

        end(run(supervisor, starting(OK, _ -> null)), ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));
        assertThat(supervisor.countChildren()).isEqualTo(count(3, 1));
        assertThat(supervisor.whichChildren())
                .extracting(ChildInfo::state)
                .containsExactlyInAnyOrder(ChildInfo.State.RUNNING, ChildInfo.State.WAITING, ChildInfo.State.WAITING);
    }

    /// Between two attempts an hour passes, about.
    private DynamicSupervisorRef<ChildSpec> withBackoff(int maxChildren) {
        Duration hour = Duration.ofHours(1);
        return skep.start(DynamicSupervisor.create()
                .backoff(Backoff.exponential(hour, hour))
                .intensity(100, hour)
                .maxChildren(maxChildren));
    }

    @Test
    @SkepTest(virtualTime = true)
    @Covers("start_child/2: restarting on init children counted in max_children")
    void aChildThatIsBeingRestartedCounts() {
        DynamicSupervisorRef<ChildSpec> supervisor = withBackoff(1);
        end(run(supervisor, starting(OK, ERROR)), ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 0));

        assertThat(supervisor.startChild(starting(OK))).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
    }

    @Test
    @Covers("start_child/2: restarting on exit children counted in max_children")
    void aChildThatWasRestartedCounts() {
        DynamicSupervisorRef<ChildSpec> supervisor =
                skep.start(DynamicSupervisor.create().maxChildren(1).intensity(100, Duration.ofHours(1)));
        end(run(supervisor, starting(OK)), ExitReason.shutdown());
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 1));

        assertThat(supervisor.startChild(starting(OK))).isEqualTo(Result.err(new ChildError.MaxChildren(1)));
    }

    @Test
    @Covers("start_child/2: child is restarted when trying again")
    void aRestartThatFailsIsTriedAgain(Probe probe) {
        DynamicSupervisorRef<ChildSpec> supervisor =
                skep.start(DynamicSupervisor.create().intensity(2, Duration.ofHours(1)));
        ChildStart failing = self -> {
            probe.pid().send("fails");
            return ERROR.start(self);
        };
        ChildStart again = self -> {
            probe.pid().send("succeeds");
            return OK.start(self);
        };

        end(run(supervisor, starting(OK, failing, again)), ExitReason.shutdown());

        probe.expectNext("fails");
        probe.expectNext("succeeds");
        assertThat(supervisor.countChildren()).isEqualTo(count(1, 1));
    }

    @Test
    @Covers({
        "start_child/2: child triggers maximum restarts",
        "start_child/2: child triggers maximum intensity when trying again"
    })
    void aRestartThatFailsForEverEndsTheSupervisor(Probe probe) {
        for (int restarts : new int[] {1, 10}) {
            DynamicSupervisorRef<ChildSpec> supervisor =
                    skep.start(DynamicSupervisor.create().intensity(restarts, Duration.ofHours(1)));
            Pid pid = supervisor.pid().orElseThrow();
            probe.link(pid);

            run(supervisor, starting(OK, ERROR)).exit(ExitReason.shutdown());

            assertThat(probe.awaitExit(pid)).isEqualTo(ExitReason.shutdown());
        }
    }

    @Test
    @SkepTest(virtualTime = true)
    @Covers("terminate_child/2: terminates restarting child")
    void aChildThatIsBeingRestartedIsTerminatedByItsLastPid() {
        DynamicSupervisorRef<ChildSpec> supervisor = withBackoff(100);
        Pid child = run(supervisor, starting(OK, ERROR));
        end(child, ExitReason.shutdown());
        skep.clock().advance(Duration.ofHours(1));

        assertThat(supervisor.terminateChild(child)).isTrue();

        assertThat(supervisor.terminateChild(child)).isFalse();
        assertThat(supervisor.countChildren()).isEqualTo(count(0, 0));
    }
}
