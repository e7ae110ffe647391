package dev.skep;

import java.time.Duration;
import java.util.Optional;

/// How to start a process of some behaviour: the arguments of OTP's `start_link`, as an immutable value
/// that can start any number of processes. Behaviours extend it; their users get it from a factory such as
/// `GenServer.spec(UserManager::new)`, and hand it to [Node#start(StartSpec)], [Self#startLink(StartSpec)]
/// or a supervisor.
///
/// @param <R> how the started process is referred to, a [ServerRef] for instance
public abstract class StartSpec<R> {
    /// For subclasses.
    protected StartSpec() {}

    /// Makes the code of one process. Runs in the new process, before `init`.
    ///
    /// @param self the new process
    /// @return a fresh behaviour
    /// @throws Exception to make the start fail
    protected abstract Behaviour behaviour(Self<Object> self) throws Exception;

    /// How the started process is referred to.
    ///
    /// @param pid the process
    /// @return the reference
    protected abstract R reference(Pid pid);

    /// The name to register before `init` runs.
    ///
    /// @return the name, if the process is to have one
    public abstract Optional<? extends Name<?>> name();

    /// How long `init` may take, after which the process is killed and the start fails.
    ///
    /// @return the time; for ever by default, as in OTP
    public Duration initTimeout() {
        return ServerRef.FOREVER;
    }

    /// How many messages may wait for the process, and what happens beyond that.
    ///
    /// @return no limit by default, as in OTP
    public Mailbox mailbox() {
        return Mailbox.unbounded();
    }

    /// What is started, for error messages and reports.
    ///
    /// @return the name of a class, mostly
    public abstract String describe();
}
