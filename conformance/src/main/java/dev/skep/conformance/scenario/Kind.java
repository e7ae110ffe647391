package dev.skep.conformance.scenario;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What scenarios are about.
enum Kind {
    PROCESS {
        @Override
        ProcessScenario generate(Dice dice) {
            return new ProcessGenerator(dice).generate();
        }
    },
    SUPERVISOR {
        @Override
        SupervisorScenario generate(Dice dice) {
            return new SupervisorGenerator(dice).generate();
        }
    },
    SERVER {
        @Override
        ServerScenario generate(Dice dice) {
            return new ServerGenerator(dice).generate();
        }
    },
    STATEM {
        @Override
        StatemScenario generate(Dice dice) {
            return new StatemGenerator(dice).generate();
        }
    };

    /// Makes a random scenario.
    abstract Scenario generate(Dice dice);

    /// The scenario of a seed.
    Scenario generate(long seed) {
        return generate(new Dice(seed));
    }

    /// Its name on the command line.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The module that runs it in Erlang.
    String module() {
        return "skep_" + text();
    }

    static Optional<Kind> of(String text) {
        return Stream.of(values()).filter(kind -> kind.text().equals(text)).findAny();
    }

    static final List<Kind> ALL = List.of(values());
}
