package dev.skep.application;

import dev.skep.ExitReason;

/// Why an application was not started or stopped. Erlang: the `{error, _}` results of `application`.
public sealed interface ApplicationError {
    /// It runs already. Erlang: `{already_started, App}`.
    ///
    /// @param name the application
    record AlreadyStarted(String name) implements ApplicationError {}

    /// Something that it depends on does not run. Erlang: `{not_started, Dep}`.
    ///
    /// @param name the application
    /// @param dependency what it depends on
    record DependencyNotStarted(String name, String dependency) implements ApplicationError {}

    /// It does not run. Erlang: `{not_started, App}`.
    ///
    /// @param name the application
    record NotStarted(String name) implements ApplicationError {}

    /// It could not be started: its settings are wrong, or its top supervisor, a start phase or `start` itself has
    /// failed.
    ///
    /// @param name the application
    /// @param reason why
    record Failed(String name, ExitReason reason) implements ApplicationError {}
}
