package dev.skep.stress;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/// Failures as text.
final class Failures {
    private Failures() {}

    static String text(@Nullable Throwable failure) {
        if (failure == null) {
            return "an unknown failure";
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
