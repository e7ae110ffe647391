package dev.skep.example.workerbee.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Figures;
import dev.skep.example.workerbee.data.Progress;
import dev.skep.example.workerbee.data.TreeNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PictureTest {

    private static final TreeNode TREE = new TreeNode(
            "worker-bee",
            Optional.of("<hive.2>"),
            0,
            List.of(
                    new TreeNode(
                            "database",
                            Optional.of("<hive.3>"),
                            0,
                            List.of(
                                    new TreeNode("database-1", Optional.of("<hive.12>"), 3, List.of()),
                                    new TreeNode("database-2", Optional.empty(), 1, List.of()))),
                    new TreeNode("http", Optional.of("<hive.8>"), 0, List.of())));

    private static final Progress PROGRESS = new Progress(
            Duration.ofMillis(12_345),
            Duration.ofSeconds(20),
            new Figures(12_345, 12_000, 300, 45, 3_000, Map.of(Fault.CRASH, 2L, Fault.KILL, 3L), 5),
            TREE,
            List.of("kill database-1: back after 412 µs"));

    @Test
    void showsFiguresTreeAndNews() {
        assertThat(Picture.draw(PROGRESS, 80, 24, false))
                .containsExactly(
                        "12 s of 20 s",
                        "calls 12,345   ok 12,000   business errors 300",
                        "no answer 45   acknowledged changes 3,000",
                        "faults 5   restarts 5   crash 2   kill 3",
                        "",
                        "worker-bee              <hive.2>",
                        "├─ database             <hive.3>",
                        "│  ├─ database-1        <hive.12>   3 restarts",
                        "│  └─ database-2        restarting   1 restart",
                        "└─ http                 <hive.8>",
                        "",
                        "kill database-1: back after 412 µs");
    }

    @Test
    void fitsIntoASmallTerminal() {
        List<String> picture = Picture.draw(PROGRESS, 20, 7, false);

        assertThat(picture).hasSize(7).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(20));
    }

    @Test
    void survivesATerminalWithoutRoom() {
        assertThat(Picture.draw(PROGRESS, 0, 0, true)).isEmpty();
        assertThat(Picture.draw(PROGRESS, 0, 3, true)).containsExactly("", "", "");
    }

    @Test
    void endsEveryColourItBegins() {
        assertThat(Picture.draw(PROGRESS, 30, 24, true))
                .filteredOn(line -> line.contains("\u001b["))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).endsWith("\u001b[0m"));
    }

    @Test
    void hasNoColourUnlessWanted() {
        assertThat(Picture.draw(PROGRESS, 80, 24, false)).noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void saysInALineWhoIsMissing() {
        assertThat(Picture.line(PROGRESS))
                .isEqualTo("12 s: 12,345 calls, 300 business errors, 45 without an answer;"
                        + " 5 faults, 5 restarts; restarting database-2");
    }

    @Test
    void saysInALineThatNobodyIsMissing() {
        var complete = new Progress(
                PROGRESS.elapsed(),
                PROGRESS.total(),
                PROGRESS.figures(),
                TREE.children().getLast(),
                List.of());

        assertThat(Picture.line(complete)).endsWith("; all running");
    }
}
