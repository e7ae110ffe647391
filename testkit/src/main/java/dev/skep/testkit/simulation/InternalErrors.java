package dev.skep.testkit.simulation;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// The log of a simulated node. Reports go to the listener as values, and a thousand crashes are no news here; but
/// an error inside of the runtime, the only thing that it logs with an exception, fails the run.
final class InternalErrors implements System.Logger {
    private final Turns turns;

    InternalErrors(Turns turns) {
        this.turns = turns;
    }

    @Override
    public String getName() {
        return "simulation";
    }

    @Override
    public boolean isLoggable(Level level) {
        return level == Level.ERROR;
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
        if (thrown != null && !turns.isOver()) {
            turns.fail(new AssertionError(message, thrown));
        }
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... parameters) {}

    @Override
    public void log(Level level, java.util.function.Supplier<String> text) {}
}
