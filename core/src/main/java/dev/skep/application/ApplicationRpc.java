package dev.skep.application;

import dev.skep.Call;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.Sendable;
import java.util.List;
import java.util.Optional;

/// The protocol of the process that keeps account of a node's applications. Use it through [Applications].
sealed interface ApplicationRpc {
    /// What to start.
    ///
    /// @param application the application
    /// @param start what it is started with
    record Plan(Application application, ApplicationStart start) {}

    /// Starts applications in the given order, and stops those that it has started when one fails.
    ///
    /// @param plans what to start
    /// @param tolerant whether those that run already are left out, rather than errors
    @Sendable // the application belongs to the job from here on
    record Start(List<Plan> plans, boolean tolerant)
            implements ApplicationRpc, Call<ApplicationRpc, Result<List<String>, ApplicationError>> {}

    /// Stops one application.
    ///
    /// @param name the application
    record Stop(String name) implements ApplicationRpc, Call<ApplicationRpc, Result<List<String>, ApplicationError>> {}

    /// Stops all applications, in the reverse order of their start.
    record StopAll() implements ApplicationRpc, Call<ApplicationRpc, Result<List<String>, ApplicationError>> {}

    /// Lists what runs, the one that was started last first.
    record Running() implements ApplicationRpc, Call<ApplicationRpc, List<ApplicationInfo>> {}

    /// Waits until all are stopped.
    record AwaitEnd() implements ApplicationRpc, Call<ApplicationRpc, ExitReason> {}

    /// From a process that starts applications: one runs.
    ///
    /// @param info the application
    /// @param master the process that it belongs to
    /// @param lastWords how to clean up after it, if that process is killed
    record Runs(ApplicationInfo info, Pid master, LastWords lastWords)
            implements ApplicationRpc, Call<ApplicationRpc, Boolean> {}

    /// From a process that stops applications: one is about to be stopped.
    ///
    /// @param name the application
    record Stopping(String name) implements ApplicationRpc, Call<ApplicationRpc, Optional<Pid>> {}

    /// From a process that starts or stops applications: it is done.
    ///
    /// @param outcome the names of the applications, in the order in which that was done
    record Done(Result<List<String>, ApplicationError> outcome) implements ApplicationRpc, Cast<ApplicationRpc> {}

    /// From an application's process: its tree has ended by itself.
    ///
    /// @param master the process
    /// @param reason why
    record Ended(Pid master, ExitReason reason) implements ApplicationRpc, Cast<ApplicationRpc> {}
}
