package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Result;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Connects something that is not made of processes to a supervision tree: an HTTP server, a connection pool, a
/// message broker's client. It is started in its order, stopped in the reverse order, and restarted when it fails.
/// Erlang: `supervisor_bridge`.
///
/// ```java
/// final class HttpBridge implements SupervisorBridge<HttpServer> {
///     @Override public HttpServer start() throws IOException {
///         return HttpServer.listenOn(8080);
///     }
///
///     @Override public Optional<CompletionStage<?>> ended(HttpServer http) {
///         return Optional.of(http.closed()); // so that it is restarted when it fails by itself
///     }
///
///     @Override public void stop(ExitReason reason, HttpServer http) {
///         http.stopGracefully();
///     }
/// }
///
/// ChildSpec.of("http", SupervisorBridge.spec(HttpBridge::new))
/// ```
///
/// What is only opened and closed needs no class: `SupervisorBridge.opening(() -> new Pool(settings))`.
///
/// All methods run in the bridge's process, one at a time, on a virtual thread: they may block, and are interrupted
/// when the process is told to end meanwhile. The subsystem is found by its class through
/// [dev.skep.Pid#shared(Class)] of the bridge's pid while it runs.
///
/// @param <S> the subsystem, or a handle of it
public interface SupervisorBridge<S> {
    /// Starts the subsystem. Whoever starts the bridge waits for it. Erlang: `init/1`.
    ///
    /// @return the subsystem, not null
    /// @throws Exception to fail the start; [dev.skep.StartException.Ignore] to be started as nothing,
    ///     [dev.skep.ProcessExit] for a reason of its own
    S start() throws Exception;

    /// Tells when the subsystem has ended by itself. The bridge ends then: `normal` if the stage completes with a
    /// value, crashed with the exception if with one, and with the reason of a [dev.skep.ProcessExit]. Called once,
    /// after [#start()].
    ///
    /// @param subsystem the subsystem
    /// @return a stage that may complete on any thread; empty by default, for a subsystem that does not tell
    default Optional<CompletionStage<?>> ended(S subsystem) {
        return Optional.empty();
    }

    /// Says whether the subsystem is well, if the child's [dev.skep.HealthCheck] asks for it with
    /// [dev.skep.HealthCheck#callback()].
    ///
    /// @param subsystem the subsystem
    /// @return `Ok` of anything, by default; or `Err` with what is wrong
    /// @throws Exception if it is not well either: the exception is what is wrong
    default Result<?, String> health(S subsystem) throws Exception {
        return Result.ok(true);
    }

    /// Stops the subsystem, or cleans up after it if it has ended by itself. Runs once if [#start()] has returned,
    /// unless the bridge is killed; the child's shutdown time is its deadline. By default it closes a subsystem
    /// that is [AutoCloseable]. Erlang: `terminate/2`.
    ///
    /// @param reason why the bridge ends
    /// @param subsystem the subsystem
    /// @throws Exception to end with that reason instead
    default void stop(ExitReason reason, S subsystem) throws Exception {
        if (subsystem instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /// How to start a bridge, under a supervisor mostly: `ChildSpec.of("http", SupervisorBridge.spec(...))`.
    ///
    /// @param factory makes a bridge for each start; runs in the new process
    /// @return a start without a name
    static BridgeSpec spec(Supplier<? extends SupervisorBridge<?>> factory) {
        return new BridgeSpec(factory);
    }

    /// How to start a bridge to something that is opened, and closed at the end, and does not tell when it fails.
    ///
    /// @param open opens it; runs in the new process at each start
    /// @return a start without a name
    static BridgeSpec opening(Callable<? extends AutoCloseable> open) {
        return new BridgeSpec(open);
    }
}
