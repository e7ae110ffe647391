package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProgressReport;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a node's listener hears from supervisors.
class ReportsTest {

    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    @Test
    void eachStartAndRestartIsProgress() {
        SupervisorRef sup =
                hive.start(Supervisor.oneForOne().child(hive.child("a")).child(hive.child("b")));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Hive.pid(sup, "a");
        Pid b = Hive.pid(sup, "b");
        assertThat(hive.reports(ProgressReport.class))
                .containsExactly(new ProgressReport(pid, "a", a, false), new ProgressReport(pid, "b", b, false));
        hive.clearReports();
        Hive.crash(sup, "a");
        sup.terminateChild("b");
        sup.restartChild("b");
        assertThat(hive.reports(ProgressReport.class))
                .containsExactly(
                        new ProgressReport(pid, "a", Hive.pid(sup, "a"), true),
                        new ProgressReport(pid, "b", Hive.pid(sup, "b"), false));
    }

    @Test
    void aReportNamesTheSupervisorTheChildAndTheReason() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        Pid pid = sup.pid().orElseThrow();
        Pid a = Hive.pid(sup, "a");
        Hive.crash(sup, "a");
        SupervisorReport report = hive.reports(SupervisorReport.class).getFirst();
        assertThat(report)
                .isEqualTo(new SupervisorReport(
                        pid, Context.CHILD_TERMINATED, "a", Optional.of(a), ExitReason.because("crash")));
        assertThat(report.text())
                .startsWith("supervisor " + pid + ": child terminated")
                .contains("child: a " + a)
                .contains("reason: crash");
    }

    @Test
    void aCrashIsReportedByTheProcessAndThenByItsSupervisorBeforeTheRestart() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(hive.child("a")));
        hive.clearReports();
        Hive.crash(sup, "a");
        assertThat(hive.reports(dev.skep.Report.class))
                .extracting(report -> report.getClass().getSimpleName())
                .containsExactly("CrashReport", "SupervisorReport", "ProgressReport");
    }

    @Test
    void simpleSupervisorsReportTheSame() {
        var sup = hive.node.start(Supervisor.simpleOneForOne(hive::server));
        Pid pid = sup.pid().orElseThrow();
        Pid a = sup.startChild("a").orElseThrow().pid().orElseThrow();
        Hive.crash(a);
        sup.countChildren();
        assertThat(hive.reports(SupervisorReport.class))
                .containsExactly(new SupervisorReport(
                        pid, Context.CHILD_TERMINATED, "child", Optional.of(a), ExitReason.because("crash")));
        assertThat(hive.reports(ProgressReport.class))
                .extracting(ProgressReport::restart)
                .containsExactly(false, true);
    }

    @Test
    void anOrderlyLifeIsNotReported() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne()
                .child(hive.child("a"))
                .child(hive.child("done").restart(Restart.TRANSIENT)));
        Hive.end(Hive.pid(sup, "done"), ExitReason.normal());
        Hive.settle(sup);
        sup.terminateChild("a");
        sup.restartChild("a");
        sup.deleteChild("done");
        hive.shutDown(sup);
        assertThat(hive.supervisorReports()).isEmpty();
        assertThat(hive.crashReports()).isEmpty();
    }
}
