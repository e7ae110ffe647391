package dev.skep;

import java.util.Objects;
import java.util.Optional;

/// What a process is to go on with: a new implementation, and how the state becomes one of its own.
///
/// @param implementation the new code, of the kind that the process runs: a GenServer for a GenServer, a
///     description for a supervisor; made for this one process
/// @param conversion how the state is converted; if it is not given, the new implementation does that
public record CodeChange(Object implementation, Optional<Conversion> conversion) {
    /// Converts the state of a version to that of another one.
    @FunctionalInterface
    public interface Conversion {
        /// Makes a new state; leaves the old one as it is, since it goes on to be used if the change is rolled
        /// back.
        ///
        /// @param state the old state, as the old implementation exports it
        /// @param version the version of the old implementation, if it has one
        /// @return the new state, not null
        /// @throws Exception if it cannot be converted: nothing is changed
        Object convert(Object state, Optional<String> version) throws Exception;
    }

    /// Checks the parts.
    ///
    /// @param implementation the new code
    /// @param conversion how the state is converted
    public CodeChange {
        Objects.requireNonNull(implementation, "implementation");
        Objects.requireNonNull(conversion, "conversion");
    }

    /// A change to an implementation that takes the state over by itself.
    ///
    /// @param implementation the new code
    /// @return the change
    public static CodeChange to(Object implementation) {
        return new CodeChange(implementation, Optional.empty());
    }

    /// A change with a conversion.
    ///
    /// @param implementation the new code
    /// @param conversion how the state is converted
    /// @return the change
    public static CodeChange to(Object implementation, Conversion conversion) {
        return new CodeChange(implementation, Optional.of(conversion));
    }
}
