package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Who is measured when, and what counts.
final class RoundsTest {
    private static final double NEAR = 90;
    private static final double FAR = 400;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final List<String> measured = new ArrayList<>();

    /// What crossing costs in each turn; near after the last of them.
    private final List<Double> paces = new ArrayList<>();

    /// Its figure is the number of its turn.
    private List<Result> turn(Contender system, List<Workload> workloads) {
        measured.add(system.label());
        double crossing = paces.isEmpty() ? NEAR : paces.removeFirst();
        return workloads.stream()
                .map(workload -> result(system, workload, measured.size(), crossing))
                .toList();
    }

    private static Result result(Contender system, Workload workload, double nanos, double crossing) {
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("nsPerOp", nanos);
        if (system != Contender.ERLANG) {
            figures.put("crossingNs", crossing);
        }
        return Result.of(system.label(), workload.label(), figures);
    }

    private Comparison compare(Mode mode, Rounds.Measurer measurer, Workload... workloads) throws BenchException {
        List<Contender> systems = List.of(Contender.SKEP, Contender.LIMIT, Contender.ERLANG);
        return new Rounds(mode, systems, measurer, new PrintStream(progress, true, StandardCharsets.UTF_8))
                .measure(List.of(workloads));
    }

    private static double skep(Comparison comparison, Workload workload) {
        return comparison
                .of(workload, Contender.SKEP)
                .flatMap(result -> result.figure("nsPerOp"))
                .orElseThrow();
    }

    private String progress() {
        return progress.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theSystemsTakeTurnsInEachRound() throws Exception {
        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured)
                .containsExactly("skep", "limit", "erlang", "skep", "limit", "erlang", "skep", "limit", "erlang");
        assertThat(skep(comparison, Workload.CALL_1)).isEqualTo(4);
        assertThat(progress())
                .startsWith("skep bench: round 1 of 3, part 1 of 1: skep" + System.lineSeparator())
                .doesNotContain("again");
    }

    @Test
    void whenThePaceHasChangedTheSystemsTakeTheirTurnsAgainAndOnlyThoseCount() throws Exception {
        paces.addAll(List.of(NEAR, FAR));

        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(12);
        assertThat(progress())
                .contains("round 1 of 3, part 1 of 1, again, since the machine has changed its pace: limit");
        assertThat(comparison.of(Workload.CALL_1, Contender.LIMIT).orElseThrow().figure("min"))
                .as("the first turn with the changed pace does not count")
                .hasValue(5.0);
    }

    @Test
    void aPaceThatAllHadIsNoChange() throws Exception {
        paces.addAll(List.of(FAR, FAR, FAR));

        compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(9);
    }

    @Test
    void aWorkloadThatAllHaveMeasuredAtOnePaceIsNotTouched() throws Exception {
        Comparison comparison = compare(
                Mode.FULL,
                (system, _) -> {
                    measured.add(system.label());
                    double pace = measured.size() == 2 ? FAR : NEAR;
                    return List.of(
                            result(system, Workload.CAST_1_1, measured.size(), NEAR),
                            result(system, Workload.CALL_1, measured.size(), pace));
                },
                Workload.CAST_1_1,
                Workload.CALL_1);

        assertThat(measured).hasSize(12);
        assertThat(comparison
                        .of(Workload.CAST_1_1, Contender.SKEP)
                        .orElseThrow()
                        .figure("min"))
                .hasValue(1.0);
        assertThat(comparison.of(Workload.CALL_1, Contender.SKEP).orElseThrow().figure("min"))
                .hasValue(4.0);
    }

    @Test
    void aTurnThatIsNoBetterDoesNotReplaceTheFirst() throws Exception {
        paces.addAll(List.of(NEAR, FAR, NEAR, NEAR, FAR, NEAR));

        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(12);
        assertThat(comparison.of(Workload.CALL_1, Contender.SKEP).orElseThrow().figure("min"))
                .hasValue(1.0);
    }

    @Test
    void aMachineThatNeverKeepsItsPaceEndsTheRunNevertheless() throws Exception {
        for (int i = 0; i < 100; i++) {
            paces.addAll(List.of(NEAR, FAR, NEAR));
        }

        compare(Mode.FULL, this::turn, Workload.values());

        int parts = 0;
        for (int round = 1; round <= Mode.FULL.rounds(); round++) {
            parts += Mode.FULL.parts(round, List.of(Workload.values())).size();
        }
        assertThat(measured).hasSize(3 * (parts + Mode.FULL.repeats()));
    }

    @Test
    void aQuickRunRepeatsNothing() throws Exception {
        paces.addAll(List.of(NEAR, FAR));

        compare(Mode.QUICK, this::turn, Workload.CALL_1);

        assertThat(measured).containsExactly("skep", "limit", "erlang");
    }
}
