package dev.skep.example.workerbee;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the guide's tour of the example to the example.
class TourTest {

    private static final Path TOUR = Path.of("..", "..", "docs", "guide", "worker-bee.md");
    private static final Path SOURCES = Path.of("src");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\((\\.\\./[^)]*)\\)");

    @Test
    void showsCodeThatIsThere() throws IOException {
        String code = bare(allSources());

        assertThat(JAVA.matcher(Files.readString(TOUR)).results().map(block -> block.group(1)))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(code).contains(bare(block)));
    }

    @Test
    void leadsToFoldersThatAreThere() throws IOException {
        List<String> links = LINK.matcher(Files.readString(TOUR))
                .results()
                .map(MatchResult::group)
                .map(link -> link.substring(2, link.length() - 1))
                .toList();

        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(TOUR.resolveSibling(link)).exists());
    }

    private static String allSources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            var all = new StringBuilder();
            for (Path source : sources) {
                all.append(Files.readString(source));
            }
            return all.toString();
        }
    }

    private static String bare(String code) {
        return code.lines().map(line -> line.replaceAll("\\s", "")).collect(Collectors.joining());
    }
}
