package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The examples of the chapter on Result.
class ResultGuideTest {
    static Result<Integer, String> parse(String text) {
        return Result.of(() -> Integer.parseInt(text), _ -> "no number: " + text);
    }

    static String describe(Result<Integer, String> result) {
        return switch (result) {
            case Result.Ok(Integer value) -> "got " + value;
            case Result.Err(String error) -> error;
        };
    }

    @Test
    void aResultIsTakenApart() {
        assertThat(describe(parse("42"))).isEqualTo("got 42");
        assertThat(describe(parse("bee"))).isEqualTo("no number: bee");
    }

    @Test
    void resultsAreChained() {
        Result<List<Integer>, String> all = Result.collect(List.of(parse("1"), parse("2")));
        int sum = all.map(
                        numbers -> numbers.stream().mapToInt(Integer::intValue).sum())
                .orElse(0);

        assertThat(sum).isEqualTo(3);
    }
}
