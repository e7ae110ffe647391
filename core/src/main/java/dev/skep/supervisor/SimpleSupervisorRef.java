package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.Started;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A running [SimpleSupervisor]. Every method calls it and waits for as long as it takes; all throw a
/// [dev.skep.CallException] if the supervisor is not there or ends meanwhile.
///
/// @param <A> what a child is started with
/// @param <R> how a child is referred to
/// @param server the supervisor as a server, by pid or by name
public record SimpleSupervisorRef<A, R>(ServerRef<SupervisorRpc> server) {
    /// Checks the reference.
    ///
    /// @param server the supervisor as a server
    public SimpleSupervisorRef {
        Objects.requireNonNull(server, "server");
    }

    /// A simple supervisor by name, which survives its restarts. The caller vouches for its types.
    ///
    /// @param <A> what a child is started with
    /// @param <R> how a child is referred to
    /// @param node where it runs
    /// @param name its name
    /// @return the reference
    public static <A, R> SimpleSupervisorRef<A, R> of(Node node, Name<SupervisorRpc> name) {
        return new SimpleSupervisorRef<>(Objects.requireNonNull(node, "node").ref(name));
    }

    /// The supervisor's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// Starts a child. Erlang: `supervisor:start_child/2`.
    ///
    /// @param argument what it is started with
    /// @return the outcome; [Started#orElseThrow()] gives the reference
    public Started<R> startChild(A argument) {
        Objects.requireNonNull(argument, "argument");
        return server.call(new SupervisorRpc.StartSimple<R>(argument), ServerRef.FOREVER);
    }

    /// Ends a child, and does not restart it. Erlang: `supervisor:terminate_child/2` with a pid.
    ///
    /// @param child its pid
    /// @return false if the process is alive, but no child of this supervisor
    public boolean terminateChild(Pid child) {
        Objects.requireNonNull(child, "child");
        return server.call(new SupervisorRpc.TerminatePid(child), ServerRef.FOREVER);
    }

    /// A child's specification: when it is restarted, how it is ended, what it is. It cannot start anything, since that
    /// is done by the supervisor's template. Erlang: `supervisor:get_childspec/2` with a pid.
    ///
    /// @param child its pid
    /// @return the specification, the same for all children; empty if the process is none of them
    public Optional<ChildSpec> childSpec(Pid child) {
        Objects.requireNonNull(child, "child");
        return server.call(new SupervisorRpc.GetSpecOf(child), ServerRef.FOREVER);
    }

    /// The children, the last started first. Erlang: `supervisor:which_children/1`.
    ///
    /// @return one element for each; they all have the same id
    public List<ChildInfo> whichChildren() {
        return server.call(new SupervisorRpc.WhichChildren(), ServerRef.FOREVER);
    }

    /// How many children there are. Erlang: `supervisor:count_children/1`.
    ///
    /// @return the numbers; there is one specification
    public ChildCount countChildren() {
        return server.call(new SupervisorRpc.CountChildren(), ServerRef.FOREVER);
    }

    /// Stops the supervisor with the reason `normal`, and waits until it has ended, its children before it. A
    /// supervisor above it restarts it if it is permanent. Elixir: `Supervisor.stop/1`.
    public void stop() {
        stop(ExitReason.normal(), ServerRef.FOREVER);
    }

    /// Stops the supervisor, and waits until it has ended, its children before it. They are told to shut down, whatever
    /// the reason. Elixir: `Supervisor.stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void stop(ExitReason reason, Duration timeout) {
        server.stop(reason, timeout);
    }
}
