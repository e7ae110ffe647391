package dev.skep.stress;

import java.util.Optional;

/// A way to look for interleavings that break a model's promises.
interface Check {
    /// Tries all scenarios of a model.
    ///
    /// @return what went wrong, and how; empty if nothing was found
    Optional<String> find(Class<?> model);
}
