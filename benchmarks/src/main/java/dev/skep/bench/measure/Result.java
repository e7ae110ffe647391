package dev.skep.bench.measure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one system achieved in one workload.
///
/// @param system the system's name
/// @param workload the workload's name
/// @param figures the figures by name, in the order in which they are written
/// @param error why there are none
public record Result(String system, String workload, SequencedMap<String, Double> figures, Optional<String> error) {
    private static final Pattern FIELD = Pattern.compile(
            "\\s*\"(\\w+)\"\\s*:\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9.]+(?:[eE][-+]?[0-9]+)?))\\s*(,?)");

    /// Checks the parts.
    public Result {
        Objects.requireNonNull(system, "system");
        Objects.requireNonNull(workload, "workload");
        figures = new LinkedHashMap<>(figures);
        Objects.requireNonNull(error, "error");
    }

    /// A result with figures.
    public static Result of(String system, String workload, SequencedMap<String, Double> figures) {
        return new Result(system, workload, figures, Optional.empty());
    }

    /// A workload that failed.
    public static Result failed(String system, String workload, String error) {
        return new Result(system, workload, new LinkedHashMap<>(), Optional.of(error));
    }

    /// A figure by name.
    public Optional<Double> figure(String name) {
        return Optional.ofNullable(figures.get(name));
    }

    /// The result as one line of JSON: the names, then the figures with two decimals.
    public String toJson() {
        StringBuilder text = new StringBuilder("{\"system\":")
                .append(quoted(system))
                .append(",\"workload\":")
                .append(quoted(workload));
        for (Map.Entry<String, Double> figure : figures.entrySet()) {
            text.append(',').append(quoted(figure.getKey())).append(':');
            text.append(String.format(Locale.ROOT, "%.2f", figure.getValue()));
        }
        error.ifPresent(why -> text.append(",\"error\":").append(quoted(why)));
        return text.append('}').toString();
    }

    /// Reads what [#toJson()] writes, and what the peers of other languages write: a flat object of texts and numbers.
    ///
    /// @throws IllegalArgumentException if the line is nothing of the kind
    public static Result fromJson(String line) {
        String text = line.strip();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new IllegalArgumentException("no flat JSON object: " + line);
        }
        Map<String, String> texts = new LinkedHashMap<>();
        LinkedHashMap<String, Double> figures = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(text).region(1, text.length() - 1);
        while (field.lookingAt()) {
            String name = field.group(1);
            if (field.group(2) != null) {
                texts.put(name, unescaped(field.group(2)));
            } else {
                figures.put(name, Double.valueOf(field.group(3)));
            }
            field.region(field.end(), text.length() - 1);
        }
        String system = texts.get("system");
        String workload = texts.get("workload");
        if (system == null || workload == null || field.regionStart() != text.length() - 1) {
            throw new IllegalArgumentException("no result in JSON: " + line);
        }
        return new Result(system, workload, figures, Optional.ofNullable(texts.get("error")));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                default -> json.append(c < ' ' ? ' ' : c);
            }
        }
        return json.append('"').toString();
    }

    private static String unescaped(String json) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '\\') {
                i++;
                c = json.charAt(i) == 'n' ? '\n' : json.charAt(i);
            }
            text.append(c);
        }
        return text.toString();
    }
}
