package dev.skep;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;

/// Texts for reports, bounded in size, whatever the values in them do.
final class Rendering {
    private static final int VALUE_LIMIT = 2_000;
    private static final int TRACE_LIMIT = 12_000;
    private static final int REPORT_LIMIT = 20_000;
    private static final int LIST_LIMIT = 20;

    private Rendering() {}

    static String value(Object value) {
        try {
            String text = value instanceof Reportable reportable ? reportable.toReport() : String.valueOf(value);
            return cut(String.valueOf(text), VALUE_LIMIT);
        } catch (Throwable thrown) { // a report must not fail because of a state that cannot be shown
            return "(" + value.getClass().getName() + " that cannot be shown: "
                    + thrown.getClass().getName() + ")";
        }
    }

    /// The state that a process reports.
    static String stateOf(SystemCallbacks process) {
        Object state;
        try {
            state = process.reportedState();
        } catch (Throwable thrown) { // as above
            return "(a state that cannot be shown: " + thrown.getClass().getName() + ")";
        }
        return value(state);
    }

    static String reason(ExitReason reason) {
        if (reason instanceof ExitReason.Crashed(Throwable cause)) {
            try {
                StringWriter trace = new StringWriter();
                cause.printStackTrace(new PrintWriter(trace));
                return cut(trace.toString().stripTrailing(), TRACE_LIMIT);
            } catch (Throwable thrown) { // as above
                return cause.getClass().getName() + " that cannot be shown: "
                        + thrown.getClass().getName();
            }
        }
        if (reason instanceof ExitReason.Because(Unhealthy unhealthy)) {
            return cut(unhealthy.toString(), TRACE_LIMIT);
        }
        return value(reason);
    }

    static String list(Collection<?> values) {
        StringBuilder text = new StringBuilder();
        values.stream()
                .limit(LIST_LIMIT)
                .forEach(v -> text.append(text.isEmpty() ? "" : ", ").append(v));
        if (values.size() > LIST_LIMIT) {
            text.append(" and ").append(values.size() - LIST_LIMIT).append(" more");
        }
        return text.isEmpty() ? "none" : text.toString();
    }

    static void line(StringBuilder text, String label, String value) {
        text.append(System.lineSeparator())
                .append("    ")
                .append(label)
                .append(": ")
                .append(value);
    }

    static String bounded(CharSequence text) {
        return cut(text.toString(), REPORT_LIMIT);
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit
                ? text
                : text.substring(0, limit) + "... (" + (text.length() - limit) + " more characters)";
    }
}
