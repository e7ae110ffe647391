package dev.skep.conformance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.conformance.scenario.ProcessScenario.Act;
import dev.skep.conformance.scenario.ProcessScenario.Flush;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioDataTest {
    @Test
    void aScenarioIsAnErlangTerm() {
        ProcessScenario scenario = new ProcessScenario(
                2,
                List.of(
                        new Act(0, new ProcessScenario.SendName("a", 1)),
                        new Act(1, new ProcessScenario.Exit(new Reason.ShutdownWith(3))),
                        new Act(1, new ProcessScenario.Signal(0, Reason.Plain.NOPROC)),
                        new Act(0, new ProcessScenario.Mailbox(List.of(new ProcessScenario.TakeAny()))),
                        new Flush()));
        assertThat(Terms.text(scenario))
                .isEqualTo("{process_scenario,2,[{act,0,{send_name,a,1}},{act,1,{exit,{shutdown_with,3}}},"
                        + "{act,1,{signal,0,noproc}},{act,0,{mailbox,[{take_any}]}},{flush}]}");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSeedMakesOneScenario(Kind kind) {
        Scenario seven = kind.generate(7L);
        assertThat(kind.generate(7L)).isEqualTo(seven);
        assertThat(kind.generate(8L)).isNotEqualTo(seven);
        assertThat(kind.generate(7L).kind()).isEqualTo(kind);
    }

    @Test
    void aScenarioIsMadeSmallInAllOfItsLists() {
        Act wanted = new Act(1, new ProcessScenario.Mailbox(List.of(new ProcessScenario.Put(5))));
        ProcessScenario big = new ProcessScenario(
                2,
                List.of(
                        new Flush(),
                        new Act(0, new ProcessScenario.Alias(1)),
                        new Act(
                                1,
                                new ProcessScenario.Mailbox(List.of(
                                        new ProcessScenario.Put(4),
                                        new ProcessScenario.Put(5),
                                        new ProcessScenario.TakeAny()))),
                        new Flush()));
        Scenario small = Shrinker.shrink(big, candidates -> {
            for (int i = 0; i < candidates.size(); i++) {
                if (Terms.text(candidates.get(i)).contains("{put,5}")) {
                    return i;
                }
            }
            return -1;
        });
        assertThat(small).isEqualTo(new ProcessScenario(2, List.of(wanted)));
    }
}
