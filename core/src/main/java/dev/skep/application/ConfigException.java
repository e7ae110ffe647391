package dev.skep.application;

import java.util.List;

/// Settings are missing, or are not what they should be. The message names each key, where its value comes from, and
/// what is expected.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    ConfigException(String application, List<String> problems) {
        super("settings of " + application + ": " + String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /// What is wrong, a text for each setting.
    ///
    /// @return at least one
    public List<String> problems() {
        return problems;
    }
}
