package dev.skep.application;

import dev.skep.ExitReason;
import java.util.Objects;

/// Why an application was not started or stopped. Erlang: the `{error, _}` results of `application`.
public sealed interface ApplicationError {
    /// It runs already. Erlang: `{already_started, App}`.
    ///
    /// @param name the application
    record AlreadyStarted(String name) implements ApplicationError {
        /// Checks the name.
        ///
        /// @param name the application
        public AlreadyStarted {
            Objects.requireNonNull(name, "name");
        }
    }

    /// Something that it depends on does not run. Erlang: `{not_started, Dep}`.
    ///
    /// @param name the application
    /// @param dependency what it depends on
    record DependencyNotStarted(String name, String dependency) implements ApplicationError {
        /// Checks the parts.
        ///
        /// @param name the application
        /// @param dependency what it depends on
        public DependencyNotStarted {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(dependency, "dependency");
        }
    }

    /// It does not run. Erlang: `{not_started, App}`.
    ///
    /// @param name the application
    record NotStarted(String name) implements ApplicationError {
        /// Checks the name.
        ///
        /// @param name the application
        public NotStarted {
            Objects.requireNonNull(name, "name");
        }
    }

    /// It could not be started: its settings are wrong, or its top supervisor, a start phase or `start` itself has
    /// failed.
    ///
    /// @param name the application
    /// @param reason why
    record Failed(String name, ExitReason reason) implements ApplicationError {
        /// Checks the parts.
        ///
        /// @param name the application
        /// @param reason why
        public Failed {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
