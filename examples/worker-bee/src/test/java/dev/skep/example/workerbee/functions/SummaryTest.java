package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.data.Report;
import dev.skep.example.workerbee.data.TreeNode;
import dev.skep.example.workerbee.data.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final Verdict CLEAN = new Verdict(List.of(), List.of());
    private static final OptionalLong ALL_SENT = OptionalLong.of(0);

    private static TreeNode tree(boolean outboxRuns) {
        var outbox = new TreeNode("outbox", outboxRuns ? Optional.of("<hive.3>") : Optional.empty(), 1, List.of());
        return new TreeNode("worker-bee", Optional.of("<hive.2>"), 0, List.of(outbox));
    }

    @Test
    void saysTheFiguresInSentences() {
        Map<String, Long> faults = new TreeMap<>(Map.of("crash", 3L, "kill", 4L, "flood", 0L));
        var report = new Report(
                20.5,
                100,
                90,
                8,
                2,
                50,
                0,
                1,
                faults,
                7,
                new Report.Times(5, 6),
                new Report.Times(7, 8),
                9,
                new Report.Times(10, 11),
                12,
                13,
                14,
                15);

        assertThat(Summary.of(report))
                .containsExactly(
                        "100 calls in 20.5 s, half of them within 7 µs, 99 of 100 within 8 µs;"
                                + " 2 had no answer and were repeated",
                        "faults: crash 3, kill 4; 7 restarts, half of them within 5 µs, 99 of 100 within 6 µs",
                        "9 stalls and 12 zombies recovered from, half of them within 10 ms, 99 of 100 within 11 ms; 13"
                                + " expired requests skipped, 14 calls retried, at most 15 carriers",
                        "50 changes were acknowledged; lost: 0, duplicated: 1");
    }

    @Test
    void findsNothingWrongWhenAllIsWell() {
        assertThat(Summary.whatIsWrong(CLEAN, tree(true), ALL_SENT, 0)).isEmpty();
    }

    @Test
    void namesEverythingThatIsWrongInOneLine() {
        var verdict = new Verdict(List.of("a", "b", "c", "d", "e"), List.of("f"));

        assertThat(Summary.whatIsWrong(verdict, tree(false), OptionalLong.of(7), 2))
                .contains("lost: a, b, c and 2 more; duplicated: f; not running: outbox; not sent: 7 welcome mails;"
                        + " not repaired in time: 2 faults");
    }

    @Test
    void doesNotTakeSilenceForSuccess() {
        assertThat(Summary.whatIsWrong(CLEAN, tree(true), OptionalLong.empty(), 0))
                .contains("the outbox does not answer");
    }
}
