package dev.skep.conformance.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.NodeListener;
import dev.skep.Pid;
import dev.skep.ProgressReport;
import dev.skep.Report;
import dev.skep.SupervisorReport;
import dev.skep.SupervisorReport.Context;
import dev.skep.conformance.Crew;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import dev.skep.testkit.SkepExtension;
import dev.skep.testkit.Testkit;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@CasesOf("supervisor_SUITE")
class SupervisorReportTest {
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();

    @RegisterExtension
    final SkepExtension skepExtension =
            new SkepExtension(Testkit.settings().virtualTime().listener(new NodeListener() {
                @Override
                public void reported(Report report) {
                    reports.add(report);
                }
            }));

    private Crew crew;

    @BeforeEach
    void hire(Testkit skep) {
        crew = new Crew(skep);
    }

    @AfterEach
    void dismiss() {
        crew.close();
    }

    private <R extends Report> List<R> reports(Class<R> type) {
        return reports.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    @Covers("format_log_1")
    void reportsSayWhoNoticedWhatOfWhichChildAndWhy() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(crew.child("any")));
        Pid pid = sup.pid().orElseThrow();
        Pid child = Crew.pid(sup, "any");
        crew.endWith("any", ExitReason.because("too bad"));

        assertThat(sup.terminateChild("any").isOk()).isTrue();

        assertThat(reports(ProgressReport.class))
                .singleElement()
                .satisfies(report ->
                        assertThat(report.text()).isEqualTo("supervisor " + pid + " started any as " + child));
        assertThat(reports(SupervisorReport.class)).singleElement().satisfies(report -> {
            assertThat(report.context()).isEqualTo(Context.SHUTDOWN_ERROR);
            assertThat(report.text().lines())
                    .first()
                    .asString()
                    .contains("supervisor", pid.toString(), "shutdown error");
            assertThat(report.text()).contains("any " + child, "too bad");
        });
    }

    @Test
    @Covers("format_log_2")
    void aReportIsBoundedHoweverLongTheReasonIs() {
        SupervisorRef sup = crew.start(Supervisor.oneForOne().child(crew.child("any")));
        List<Integer> endless = Collections.nCopies(1_000_000, 1);
        crew.end(sup, "any", ExitReason.because(endless));

        assertThat(reports(SupervisorReport.class)).singleElement().satisfies(report -> {
            assertThat(report.context()).isEqualTo(Context.CHILD_TERMINATED);
            assertThat(report.reason()).isEqualTo(ExitReason.because(endless));
            assertThat(report.text()).startsWith("supervisor ").contains("any").hasSizeLessThan(100_000);
        });
        assertThat(reports(ProgressReport.class).getLast().text())
                .startsWith("supervisor ")
                .contains(" restarted any");
    }
}
