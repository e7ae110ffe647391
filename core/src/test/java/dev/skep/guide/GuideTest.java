package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the guide to code that runs: every Java block of `docs/guide` and of the README is found in the sources of
/// this
/// package, or of the testkit's package for the guide, word for word, whitespace aside. What is not to be compiled has
/// another language, or none, after its fence. The tour of the example shows the example's own code, and is held to it
/// there.
class GuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide");
    private static final Path README = Path.of("..", "README.md");
    private static final String TOUR_OF_THE_EXAMPLE = "worker-bee.md";
    private static final List<Path> SOURCES = List.of(
            Path.of("src", "test", "java", "dev", "skep", "guide"),
            Path.of("..", "testkit", "src", "test", "java", "dev", "skep", "testkit", "guide"));
    private static final Pattern BLOCK = Pattern.compile("```java[^\n]*\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyJavaBlockIsCodeThatRuns() {
        List<String> sources = SOURCES.stream()
                .flatMap(folder -> contents(folder, ".java").stream())
                .toList();
        List<String> chapters = new ArrayList<>(contents(GUIDE, ".md"));
        chapters.add(read(README));

        assertThat(chapters.stream().flatMap(chapter -> blocks(chapter).stream()))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(isIn(sources, block))
                        .as("found in a source:%n%s", block)
                        .isTrue());
    }

    @Test
    void aBlockThatDriftsIsNoticed() {
        List<String> sources = List.of("class A { void run() {\n    go(1,\n        2); } }");

        assertThat(blocks("text\n```java\ngo(1, 2);\n```\n```sh\nls\n```\n")).containsExactly("go(1, 2);\n");
        assertThat(isIn(sources, "go(1, 2);\n")).isTrue();
        assertThat(isIn(sources, "go(1, 3);\n")).isFalse();
    }

    private static List<String> blocks(String chapter) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(chapter);
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private static boolean isIn(List<String> sources, String block) {
        return sources.stream().anyMatch(source -> bare(source).contains(bare(block)));
    }

    private static String bare(String code) {
        return code.replaceAll("\\s", "");
    }

    private static List<String> contents(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending) && !file.endsWith(TOUR_OF_THE_EXAMPLE))
                    .sorted()
                    .map(GuideTest::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
