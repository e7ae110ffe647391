package dev.skep;

import java.util.Optional;

/// A process that is driven by its messages, and holds no thread while it has none. This is what
/// GenServer, Supervisor and the other behaviours are made of, and what a behaviour of your own
/// implements.
///
/// Every method runs in the process, one at a time, on a virtual thread; it may block. What it
/// throws ends the process: a [ProcessExit] with its reason, anything else as `crashed`. To end after a
/// callback returns, call [Self#stop(ExitReason)].
///
/// System requests ([SystemRequest]: suspend, resume, status, traces, and so on) are handled by the runtime, for
/// every behaviour, and need nothing from it. What a behaviour adds are the [SystemCallbacks], all of which have
/// defaults:
///
/// | method | what a behaviour returns or does | without it |
/// |---|---|---|
/// | [#state()] | the user's state, not the behaviour's own bookkeeping | the behaviour itself is shown |
/// | [#replaceState(Object)] | checks the new state and takes it, or throws and keeps the old one | it is refused |
/// | [#reportedState()] | the state without secrets, as the user wants it shown | the state |
/// | [#version()] | the version that the user's implementation gives itself | none |
/// | [#changeCode(CodeChange)] | checks, converts the state, returns what puts it in force | it is refused |
///
/// While the process is suspended, no other method is called but [#terminate(ExitReason)]. Timers go on: their
/// messages wait like all others. Events of the behaviour's own go to [Self#debug(java.util.function.Supplier)].
///
/// Erlang: a special process (`proc_lib`, `sys`).
public interface Behaviour extends SystemCallbacks {
    /// Runs first. Whoever starts the process waits until it returns. If it throws, the start fails with that
    /// reason; [StartException.Ignore] makes it `ignore`. The name is registered already.
    ///
    /// @throws Exception when the process cannot start
    void init() throws Exception;

    /// Runs right after `init`, as its second half: whoever starts the process still waits, and what it throws
    /// fails the start in the same way. But `init` has returned, so `terminate` runs then.
    ///
    /// @throws Exception when the process cannot start
    default void initialised() throws Exception {}

    /// Runs right after whoever started the process has been told that it runs, before any message is handled.
    ///
    /// @throws Exception to crash
    default void started() throws Exception {}

    /// Handles a call. Answer with [From#reply(Object)], now or later.
    ///
    /// @param message the request
    /// @param from the caller
    /// @throws Exception to crash
    void call(Object message, From from) throws Exception;

    /// Handles a cast.
    ///
    /// @param message the message
    /// @throws Exception to crash
    void cast(Object message) throws Exception;

    /// Handles any other message: one sent to the pid, [Down], [Exit], [Timeout], [Response].
    ///
    /// @param message the message
    /// @throws Exception to crash
    void info(Object message) throws Exception;

    /// Says whether the process is well, if its [HealthCheck] asks for it. Runs between two messages, before
    /// those that wait. If it throws, the check has failed but the process goes on; a [ProcessExit] ends it,
    /// though.
    ///
    /// @return `Ok` of anything, by default; or `Err` with what is wrong
    /// @throws Exception if it is not well either: the exception is what is wrong
    default Result<?, String> health() throws Exception {
        return Result.ok(true);
    }

    /// Cleans up. Runs once if `init` returned, however the process ends, unless it is killed; what it
    /// throws replaces the exit reason.
    ///
    /// @param reason why the process ends
    /// @throws Exception to end with that reason instead
    void terminate(ExitReason reason) throws Exception;

    /// What other threads may read without asking the process, such as a concurrent map: found by
    /// [Pid#shared(Class)] from the moment that the behaviour has been made until the process has ended. Called
    /// from any thread; return a final field of this object. Erlang: a protected ETS table.
    ///
    /// @return an object that any number of threads may use; nothing, by default
    default Optional<Object> shared() {
        return Optional.empty();
    }

    /// What the process runs, as reports and [ProcessInfo] name it.
    ///
    /// @return the name of a class, mostly
    default String initialCall() {
        return getClass().getName();
    }
}
