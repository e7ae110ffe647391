package dev.skep.application;

import dev.skep.Pid;
import java.util.Objects;

/// An application that runs. Erlang: an element of `application:which_applications/0`.
///
/// @param name its name
/// @param version its version
/// @param type what becomes of the others when it ends
/// @param top its topmost process, a supervisor mostly
public record ApplicationInfo(String name, String version, ApplicationType type, Pid top) {
    /// Checks the parts.
    ///
    /// @param name its name
    /// @param version its version
    /// @param type what becomes of the others when it ends
    /// @param top its topmost process, a supervisor mostly
    public ApplicationInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(top, "top");
    }
}
