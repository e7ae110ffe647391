package dev.skep.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who is measured when, and what counts.
final class RoundsTest {
    private static final double NEAR = 90;
    private static final double FAR = 400;

    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final List<Contender> measured = new ArrayList<>();
    /// What crossing costs in the turns of a system; near after the last of them.
    private final Map<Contender, List<Double>> paces = new EnumMap<>(Contender.class);

    /// Its figure says which of the system's turns it is.
    private List<Result> turn(Contender system, List<Workload> workloads) {
        measured.add(system);
        List<Double> left = paces.getOrDefault(system, List.of());
        double crossing = left.isEmpty() ? NEAR : left.removeFirst();
        return workloads.stream()
                .map(workload -> result(system, workload, Collections.frequency(measured, system), crossing))
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

    private static Optional<Double> first(Comparison comparison, Workload workload) {
        return comparison.of(workload, Contender.SKEP).orElseThrow().figure("min");
    }

    private String progress() {
        return progress.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theSystemsTakeTurnsInEachRound() throws Exception {
        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(9);
        for (int round = 0; round < 9; round += 3) {
            assertThat(measured.subList(round, round + 3))
                    .containsExactlyInAnyOrder(Contender.SKEP, Contender.LIMIT, Contender.ERLANG);
        }
        assertThat(comparison.of(Workload.CALL_1, Contender.SKEP).orElseThrow().figure("nsPerOp"))
                .hasValue(2.0);
        assertThat(progress())
                .startsWith("skep bench: round 1 of 3, part 1 of 1: ")
                .doesNotContain("again");
    }

    @Test
    void whoComesAfterWhomChangesButNotFromRunToRun() throws Exception {
        compare(Mode.FULL, this::turn, Workload.values());
        List<Contender> run = List.copyOf(measured);
        measured.clear();
        compare(Mode.FULL, this::turn, Workload.values());

        assertThat(measured).isEqualTo(run);
        Set<Contender> before = EnumSet.noneOf(Contender.class);
        for (int i = 1; i < run.size(); i++) {
            if (run.get(i) == Contender.SKEP) {
                before.add(run.get(i - 1));
            }
        }
        assertThat(before).contains(Contender.LIMIT, Contender.ERLANG);
    }

    @Test
    void whenThePaceHasChangedTheSystemsTakeTheirTurnsAgainAndOnlyThoseCount() throws Exception {
        paces.put(Contender.LIMIT, new ArrayList<>(List.of(FAR)));

        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(12);
        assertThat(progress())
                .contains("round 1 of 3, part 1 of 1, again, since the machine has changed its pace: limit");
        assertThat(first(comparison, Workload.CALL_1)).hasValue(2.0);
    }

    @Test
    void aPaceThatAllHadIsNoChange() throws Exception {
        paces.put(Contender.SKEP, new ArrayList<>(List.of(FAR)));
        paces.put(Contender.LIMIT, new ArrayList<>(List.of(FAR)));

        compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(9);
    }

    @Test
    void onlyTheWorkloadsThatItHasSpoiltAreMeasuredAgain() throws Exception {
        List<List<Workload>> asked = new ArrayList<>();
        Comparison comparison = compare(
                Mode.FULL,
                (system, workloads) -> {
                    asked.add(workloads);
                    measured.add(system);
                    int turn = Collections.frequency(measured, system);
                    double pace = turn == 1 && system == Contender.LIMIT ? FAR : NEAR;
                    return workloads.stream()
                            .map(one -> result(system, one, turn, one == Workload.CALL_1 ? pace : NEAR))
                            .toList();
                },
                Workload.CAST_1_1,
                Workload.CALL_1);

        assertThat(asked).hasSize(12);
        assertThat(asked.subList(3, 6)).containsOnly(List.of(Workload.CALL_1));
        assertThat(first(comparison, Workload.CAST_1_1)).hasValue(1.0);
        assertThat(first(comparison, Workload.CALL_1)).hasValue(2.0);
    }

    @Test
    void aTurnThatIsNoBetterDoesNotReplaceTheFirst() throws Exception {
        paces.put(Contender.LIMIT, new ArrayList<>(List.of(FAR, FAR)));

        Comparison comparison = compare(Mode.FULL, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(12);
        assertThat(first(comparison, Workload.CALL_1)).hasValue(1.0);
    }

    @Test
    void aMachineThatNeverKeepsItsPaceEndsTheRunNevertheless() throws Exception {
        paces.put(Contender.LIMIT, new ArrayList<>(Collections.nCopies(1_000, FAR)));

        compare(Mode.FULL, this::turn, Workload.values());

        int turns = 0;
        for (int round = 1; round <= Mode.FULL.rounds(); round++) {
            turns += Mode.FULL.parts(round, List.of(Workload.values())).size() + Mode.FULL.repeats();
        }
        assertThat(measured).hasSize(3 * turns);
    }

    @Test
    void aQuickRunRepeatsNothing() throws Exception {
        paces.put(Contender.LIMIT, new ArrayList<>(List.of(FAR)));

        compare(Mode.QUICK, this::turn, Workload.CALL_1);

        assertThat(measured).hasSize(3);
    }
}
