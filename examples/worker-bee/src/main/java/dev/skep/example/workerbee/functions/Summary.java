package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Report;
import dev.skep.example.workerbee.data.TreeNode;
import dev.skep.example.workerbee.data.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// Says in words how a demo has ended.
public final class Summary {
    private static final int SHOWN_CASES = 3;

    private Summary() {}

    /// The figures, as sentences.
    ///
    /// @param report the figures
    /// @return one sentence a line
    public static List<String> of(Report report) {
        return List.of(
                report.calls() + " calls in " + report.seconds() + " s, " + times(report.callMicros()) + "; "
                        + report.failedCalls() + " had no answer and were repeated",
                "faults: " + faults(report.faults()) + "; " + report.restarts() + " restarts, "
                        + times(report.restartMicros()),
                report.stallsRecovered() + " stalls and " + report.zombies() + " zombies recovered from, half of them"
                        + " within " + report.recoveryMillis().p50() + " ms, 99 of 100 within "
                        + report.recoveryMillis().p99() + " ms; " + report.expiredSkipped()
                        + " expired requests skipped, " + report.retriedCalls() + " calls retried, at most "
                        + report.parallelismPeak() + " carriers",
                report.acknowledged() + " changes were acknowledged; lost: " + report.lost() + ", duplicated: "
                        + report.duplicated());
    }

    private static String faults(Map<String, Long> faults) {
        String some = faults.entrySet().stream()
                .filter(fault -> fault.getValue() > 0)
                .map(fault -> fault.getKey() + " " + fault.getValue())
                .collect(Collectors.joining(", "));
        return some.isEmpty() ? "none" : some;
    }

    private static String times(Report.Times times) {
        return "half of them within " + times.p50() + " µs, 99 of 100 within " + times.p99() + " µs";
    }

    /// What keeps the demo from being a success.
    ///
    /// @param verdict what is lost or duplicated
    /// @param tree the tree after the chaos, and some time to recover
    /// @param unsentMails how many mails have not been sent by then; empty if the outbox does not answer
    /// @param unrepairedFaults after how many faults nobody has restarted the server in time
    /// @return all of it in one line, empty if there is nothing
    public static Optional<String> whatIsWrong(
            Verdict verdict, TreeNode tree, OptionalLong unsentMails, long unrepairedFaults) {
        List<String> wrong = new ArrayList<>();
        cases("lost", verdict.lost()).ifPresent(wrong::add);
        cases("duplicated", verdict.duplicated()).ifPresent(wrong::add);
        cases("not running", tree.missing()).ifPresent(wrong::add);
        if (unsentMails.isEmpty()) {
            wrong.add("the outbox does not answer");
        } else if (unsentMails.getAsLong() > 0) {
            wrong.add("not sent: " + unsentMails.getAsLong() + " welcome mails");
        }
        if (unrepairedFaults > 0) {
            wrong.add("not repaired in time: " + unrepairedFaults + " faults");
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
    }

    private static Optional<String> cases(String what, List<String> cases) {
        if (cases.isEmpty()) {
            return Optional.empty();
        }
        String shown = cases.stream().limit(SHOWN_CASES).collect(Collectors.joining(", "));
        int more = cases.size() - SHOWN_CASES;
        return Optional.of(what + ": " + shown + (more > 0 ? " and " + more + " more" : ""));
    }
}
