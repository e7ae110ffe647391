package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How the rounds are brought together.
final class ComparisonTest {
    private final Comparison comparison = new Comparison();

    private void add(String json) {
        comparison.add(Result.fromJson(json));
    }

    @Test
    void theMedianOfTheRoundsIsQuotedWithTheWholeSpread() {
        add("{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":30,\"min\":20,\"max\":31}");
        add("{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":10,\"min\":9,\"max\":90}");
        add("{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":20,\"min\":19,\"max\":21}");

        assertThat(comparison.results())
                .extracting(Result::toJson)
                .containsExactly(
                        "{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":20.00,\"min\":9.00,\"max\":90.00}");
    }

    @Test
    void aFigureWithoutASpreadOfItsOwnHasThatOfTheRounds() {
        add("{\"system\":\"erlang\",\"workload\":\"idle-server\",\"bytes\":100,\"nsPerOp\":5}");
        add("{\"system\":\"erlang\",\"workload\":\"idle-server\",\"bytes\":102,\"nsPerOp\":6}");
        add("{\"system\":\"erlang\",\"workload\":\"idle-server\",\"bytes\":101,\"nsPerOp\":7}");

        assertThat(comparison.results())
                .extracting(Result::toJson)
                .containsExactly("{\"system\":\"erlang\",\"workload\":\"idle-server\",\"bytes\":101.00,"
                        + "\"nsPerOp\":6.00,\"min\":100.00,\"max\":102.00}");
    }

    @Test
    void theRatioSaysHowManyTimesAsMuchASystemNeeds() {
        add("{\"system\":\"skep\",\"workload\":\"restart\",\"p50us\":10,\"p99us\":1}");
        add("{\"system\":\"erlang\",\"workload\":\"restart\",\"p50us\":40,\"p99us\":1}");

        assertThat(comparison.ratio(Workload.RESTART, Contender.ERLANG, Contender.SKEP))
                .hasValue(4.0);
        assertThat(comparison.ratio(Workload.RESTART, Contender.PEKKO, Contender.SKEP))
                .isEmpty();
        assertThat(Table.of(comparison)).contains("erlang", "4.00x");
    }

    @Test
    void aFailureInOneRoundIsAFailure() {
        add("{\"system\":\"skep\",\"workload\":\"call-1\",\"nsPerOp\":30}");
        comparison.add(Result.failed("skep", "call-1", "it said \"no\"\nand ended"));

        List<Result> results = comparison.of(Workload.CALL_1);
        assertThat(results)
                .singleElement()
                .satisfies(result -> assertThat(Result.fromJson(result.toJson()))
                        .isEqualTo(Result.failed("skep", "call-1", "it said \"no\"\nand ended")));
        assertThat(Table.of(comparison)).contains("skep     failed: it said");
    }
}
