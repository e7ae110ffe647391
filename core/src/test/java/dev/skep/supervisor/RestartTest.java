package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each restart type with every kind of exit reason.
class RestartTest {

    private static final List<ExitReason> ORDERLY =
            List.of(ExitReason.normal(), ExitReason.shutdown(), ExitReason.shutdown("enough"));

    private static final List<ExitReason> DISORDERLY = List.of(
            ExitReason.because("crash"),
            ExitReason.crashed(new IllegalStateException("broken")),
            ExitReason.killed(),
            ExitReason.kill(),
            ExitReason.noProcess(),
            ExitReason.noConnection());

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    static List<ExitReason> orderly() {
        return ORDERLY;
    }

    static List<ExitReason> disorderly() {
        return DISORDERLY;
    }

    static List<ExitReason> all() {
        return Stream.concat(ORDERLY.stream(), DISORDERLY.stream()).toList();
    }

    private SupervisorRef endedWith(Restart restart, ExitReason reason) {
        SupervisorRef sup = hive.start(
                Supervisor.oneForOne().child(hive.child("a").restart(restart)).child(hive.child("bystander")));
        Pid first = Hive.pid(sup, "a");
        Hive.end(first, reason);
        Hive.settle(sup);
        assertThat(sup.whichChildren())
                .noneMatch(child -> child.pid().filter(first::equals).isPresent());
        assertThat(Hive.info(sup, "bystander").restarts()).isZero();
        return sup;
    }

    @ParameterizedTest
    @MethodSource("all")
    void aPermanentChildIsAlwaysRestartedAndReported(ExitReason reason) {
        SupervisorRef sup = endedWith(Restart.PERMANENT, reason);
        assertThat(Hive.states(sup)).containsExactly("a running", "bystander running");
        assertThat(Hive.info(sup, "a").restarts()).isEqualTo(1);
        assertThat(hive.supervisorReports()).containsExactly("CHILD_TERMINATED a " + reason);
    }

    @ParameterizedTest
    @MethodSource("orderly")
    void aTransientChildThatEndedInOrderStaysStoppedWithoutAReport(ExitReason reason) {
        SupervisorRef sup = endedWith(Restart.TRANSIENT, reason);
        assertThat(Hive.states(sup)).containsExactly("a stopped", "bystander running");
        assertThat(hive.supervisorReports()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("disorderly")
    void aTransientChildThatFailedIsRestartedAndReported(ExitReason reason) {
        SupervisorRef sup = endedWith(Restart.TRANSIENT, reason);
        assertThat(Hive.states(sup)).containsExactly("a running", "bystander running");
        assertThat(hive.supervisorReports()).containsExactly("CHILD_TERMINATED a " + reason);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aTemporaryChildIsForgottenAndReportedIfItFailed(ExitReason reason) {
        SupervisorRef sup = endedWith(Restart.TEMPORARY, reason);
        assertThat(Hive.states(sup)).containsExactly("bystander running");
        assertThat(sup.childSpec("a")).isEqualTo(dev.skep.Result.err(new ChildError.NotFound("a")));
        List<String> reports = new ArrayList<>();
        if (!reason.isOrderly()) {
            reports.add("CHILD_TERMINATED a " + reason);
        }
        assertThat(hive.supervisorReports()).isEqualTo(reports);
    }

    @Test
    void aRestartedChildIsANewProcessUnderTheSameName() {
        var name = dev.skep.Name.<Hive.Ask>of("worker");
        SupervisorRef sup =
                hive.start(Supervisor.oneForOne().child(ChildSpec.server(name, () -> hive.new Probe("worker"))));
        Pid first = Hive.pid(sup, "worker");
        Hive.crash(sup, "worker");
        assertThat(hive.node.whereis(name))
                .isPresent()
                .get()
                .isNotEqualTo(first)
                .isEqualTo(Hive.pid(sup, "worker"));
        assertThat(hive.node.ref(name).call(new Hive.Ask.Who())).isEqualTo("worker");
    }

    @Test
    void aChildThatAsksToBeIgnoredWhenItIsRestartedStaysStopped() {
        hive.succeed("a");
        hive.ignore("a");
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Hive.crash(sup, "a");
        assertThat(Hive.states(sup)).containsExactly("a stopped");
        assertThat(sup.restartChild("a").isOk()).isTrue();
        assertThat(Hive.states(sup)).containsExactly("a running");
    }

    @Test
    void aChildThatUnlinksItselfIsEndedAllTheSame() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(ChildSpec.process("loner", self -> {
            self.unlink(self.node().process(self.pid().id() - 1).orElseThrow());
            hive.note("unlinked");
            self.receive();
        })));
        hive.awaitNote("unlinked");
        Pid loner = Hive.pid(sup, "loner");
        assertThat(hive.shutDown(sup)).isEqualTo(ExitReason.shutdown());
        assertThat(hive.heardEndOf(loner)).isEqualTo(ExitReason.shutdown());
    }
}
