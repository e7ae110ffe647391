package dev.skep.conformance.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final List<Case> CASES = List.of(
            new Case("source", "suite", "one"),
            new Case("source", "suite", "two"),
            new Case("source", "suite", "three"),
            new Case("source", "suite", "four"),
            new Case("source", "other", "one"));
    private static final String DIFFERENCES = "| what they do | what we do | why |\n";

    @CasesOf("suite")
    @NotApplicable(cases = "three", because = "there is no such thing")
    private static final class Good {
        @Test
        @Covers("one")
        void covers() {}

        @Test
        @Differs(cases = "two", entry = "what they do")
        void differs() {}
    }

    @CasesOf("other")
    @Waits(because = "it is not built")
    private static final class Waiting {}

    @CasesOf("suite")
    @SuppressWarnings("UnusedMethod") // they are read, not run
    @Differs(cases = "four", entry = "what nobody does")
    private static final class Bad {
        @Covers("one")
        void noTest() {}

        @Test
        @Disabled("it does not work")
        @Covers("two")
        void notRun() {}

        @Test
        @Covers("five")
        void coversWhatIsNotThere() {}

        @Test
        @Covers("three")
        void contradicts() {}
    }

    @CasesOf("nowhere")
    private static final class Lost {}

    @Test
    void countsWhatTheTestsSay() {
        Coverage coverage = Coverage.of(CASES, List.of(Good.class, Waiting.class, String.class), DIFFERENCES);

        assertThat(coverage.problems()).isEmpty();
        assertThat(coverage.missing()).containsExactly("suite: four");
        assertThat(coverage.table().stream().map(line -> line.strip().replaceAll("\\s+", " ")))
                .containsExactly(
                        "suite cases covered differs not applicable waits missing",
                        "source suite 4 1 1 1 0 1",
                        "source other 1 0 0 0 1 0",
                        "all 5 1 1 1 1 1");
    }

    @Test
    void doesNotBelieveEverything() {
        Coverage coverage = Coverage.of(CASES, List.of(Good.class, Bad.class, Lost.class), DIFFERENCES);

        String bad = Bad.class.getName();
        assertThat(coverage.problems())
                .containsExactlyInAnyOrder(
                        bad + ": no line of the page of differences has \"what nobody does\"",
                        bad + ".noTest: it is no test, or a disabled one, and covers nothing",
                        bad + ".notRun: it is no test, or a disabled one, and covers nothing",
                        bad + ".coversWhatIsNotThere: suite has no case five",
                        bad
                                + ".contradicts: the case three of suite is covered here, but elsewhere it is not applicable",
                        Lost.class.getName() + ": there is no suite nowhere");
    }

    @Test
    void knowsTheCasesOfAllSources() {
        assertThat(Case.all()).hasSize(615 + 359 + 89).doesNotHaveDuplicates();
    }

    @Test
    void findsNothingWrongWithTheTestsThatThereAre() throws IOException {
        Coverage coverage =
                Coverage.read(Path.of("target", "test-classes"), Path.of("..", "docs", "differences-from-otp.md"));

        assertThat(coverage.problems()).isEmpty();
    }
}
