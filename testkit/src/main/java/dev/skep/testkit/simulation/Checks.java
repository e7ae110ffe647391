package dev.skep.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/// What has to hold after every step. Touched only by whoever has the turn.
final class Checks {
    private record Check(String what, Runnable check) {}

    private final List<Check> checks = new ArrayList<>();

    void add(String what, Runnable check) {
        checks.add(new Check(what, check));
    }

    /// @throws AssertionError if one does not hold
    void run() {
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            try {
                check.check.run();
            } catch (Throwable broken) {
                throw new AssertionError("\"" + check.what + "\" does not hold: " + broken.getMessage(), broken);
            }
        }
    }
}
