package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.guide.OtpMap.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds `docs/otp-map.md` to the code, and to the lists of what OTP and Elixir have: no function is left out, none is
/// made up, and every class and method of Skep that the page names exists.
class OtpMapTest {
    private final OtpMap map = OtpMap.parse(page());
    private final PublicTypes skep = PublicTypes.ofTheModule();

    @Test
    void everyFunctionAndEveryCallbackOfTheModulesIsThereAndNoOther() {
        Map<String, NavigableSet<String>> upstream = OtpMap.upstream(lists());

        assertThat(upstream.values().stream().mapToInt(NavigableSet::size).sum())
                .isGreaterThan(600);
        assertThat(map.functions()).isEqualTo(upstream);
    }

    @Test
    void everyRowNamesACounterpartOrSaysWhyThereIsNone() {
        assertThat(map.rows()).allMatch(Row::saysWhatThereIsOrWhyNot, "says what there is or why not");
    }

    @Test
    void everyCounterpartExists() {
        assertThat(map.rows().stream().flatMap(row -> row.counterparts().stream()))
                .allMatch(skep::has, "is a public part of Skep");
    }

    @Test
    void everythingThatIsMentionedExists() {
        assertThat(map.rows().stream().flatMap(row -> row.mentioned().stream()))
                .allMatch(name -> skep.has(name) || PublicTypes.javaHas(name), "is a public part of Skep or of Java");
    }

    // ---- That all this is noticed --------------------------------------------------------------------------------

    private static final String EXAMPLE = """
            ## `gen_server`

            | function | Skep | remark |
            |---|---|---|
            | `call/2,3`, `cast/2` | `ServerRef.call`, `ServerRef.cast` | never `Gone.fishing`, but `Thread.sleep()` |
            | `abcast/2` | not provided | |
            | `reply/2` | something else | |

            | callback | Skep | remark |
            |---|---|---|
            | `init/1` | `GenServer.init` | |

            | Erlang | |
            |---|---|
            | not a table of this kind | |
            """;

    @Test
    void functionsAreReadWithAllTheirArities() {
        assertThat(OtpMap.parse(EXAMPLE).functions())
                .containsOnlyKeys("gen_server", "callbacks of gen_server")
                .containsEntry(
                        "gen_server", new TreeSet<>(List.of("abcast/2", "call/2", "call/3", "cast/2", "reply/2")));
        assertThat(OtpMap.upstream(
                        "# a comment\n\n[gen_server]\ncall/2\ncall/3\n\n[callbacks of gen_server]\ninit/1\n"))
                .containsEntry("gen_server", new TreeSet<>(List.of("call/2", "call/3")))
                .containsEntry("callbacks of gen_server", new TreeSet<>(List.of("init/1")));
    }

    @Test
    void aFunctionInTwoRowsIsNoticed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        OtpMap.parse(EXAMPLE.replace("abcast/2", "call/2")).functions())
                .withMessage("gen_server has two rows for call/2");
    }

    @Test
    void aRowWithoutACounterpartOrAReasonIsNoticed() {
        assertThat(OtpMap.parse(EXAMPLE).rows().stream().map(Row::saysWhatThereIsOrWhyNot))
                .containsExactly(true, false, false, true);
    }

    @Test
    void aReferenceToWhatIsNotThereIsNoticed() {
        Row row = OtpMap.parse(EXAMPLE).rows().getFirst();

        assertThat(row.counterparts()).containsExactly("ServerRef.call", "ServerRef.cast");
        assertThat(row.mentioned()).containsExactly("Gone.fishing");
        assertThat(skep.has("ServerRef.call")).isTrue();
        assertThat(skep.has("ServerRef.FOREVER")).isTrue();
        assertThat(skep.has("CallException.Timeout")).isTrue();
        assertThat(skep.has("CallException.Timeout.ring")).isTrue();
        assertThat(skep.has("Lease.lapsed")).isTrue();
        assertThat(skep.has("ServerRef.shout")).isFalse();
        assertThat(skep.has("ServerRef.target")).isFalse(); // private
        assertThat(skep.has("Gone.fishing")).isFalse();
        assertThat(skep.has("Request")).isFalse(); // not public
        assertThat(PublicTypes.javaHas("Thread.yield")).isTrue();
        assertThat(PublicTypes.javaHas("Thread.yields")).isFalse();
    }

    private static String page() {
        try {
            return Files.readString(Path.of("..", "docs", "otp-map.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lists() {
        try (InputStream lists = OtpMapTest.class.getResourceAsStream("/otp/functions.txt")) {
            return new String(Objects.requireNonNull(lists).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
