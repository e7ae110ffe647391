package dev.skep.application;

import dev.skep.Node;
import java.util.Objects;

/// What an application is started with.
///
/// @param node where it runs
/// @param config its settings
/// @param type what becomes of the others when it ends
public record ApplicationStart(Node node, Config config, ApplicationType type) {
    /// Checks the parts.
    ///
    /// @param node where it runs
    /// @param config its settings
    /// @param type what becomes of the others when it ends
    public ApplicationStart {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(type, "type");
    }
}
