package dev.skep.conformance.scenario;

import java.util.List;

/// Runs scenarios on Skep. Tests of this check put in one that does something wrong.
interface Player {
    /// Runs a scenario.
    ///
    /// @param scenario the scenario
    /// @param seed decides in which order things happen that may happen in any
    /// @return what was observed
    List<String> play(Scenario scenario, long seed);

    /// The true one.
    static List<String> onSkep(Scenario scenario, long seed) {
        return Stage.run(
                seed,
                stage -> switch (scenario) {
                    case ProcessScenario process -> new ProcessPlayer(stage, process).play();
                    case SupervisorScenario supervisor -> new SupervisorPlayer(stage, supervisor).play();
                    case ServerScenario server -> new ServerPlayer(stage, server).play();
                    case StatemScenario machine -> new StatemPlayer(stage, machine).play();
                });
    }
}
