package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A running supervisor. Every method calls it and waits for as long as it takes, since starting and ending children
/// takes as long as they need; all throw a [dev.skep.CallException] if the supervisor is not there or ends meanwhile,
/// or if the waiting thread is interrupted. A child must not call its own supervisor from its `init` or `terminate`:
/// both would wait for each other.
///
/// @param server the supervisor as a server, by pid or by name
public record SupervisorRef(ServerRef<SupervisorRpc> server) {
    /// Checks the reference.
    ///
    /// @param server the supervisor as a server
    public SupervisorRef {
        Objects.requireNonNull(server, "server");
    }

    /// A supervisor by name, which survives its restarts.
    ///
    /// @param node where it runs
    /// @param name its name
    /// @return the reference
    public static SupervisorRef of(Node node, Name<SupervisorRpc> name) {
        return new SupervisorRef(Objects.requireNonNull(node, "node").ref(name));
    }

    /// The supervisor's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// Adds a child after the others and starts it. A child that cannot be started is not kept. Erlang:
    /// `supervisor:start_child/2`.
    ///
    /// @param child the child
    /// @return its pid, none if its start was ignored; or why it was not added
    public Result<Optional<Pid>, ChildError> startChild(ChildSpec child) {
        Objects.requireNonNull(child, "child");
        return server.call(new SupervisorRpc.StartChild(child), ServerRef.FOREVER);
    }

    /// Ends a child, and does not restart it; a temporary one is forgotten. Erlang: `supervisor:terminate_child/2`.
    ///
    /// @param id its id
    /// @return its specification; or why it was not ended. A child that does not run is fine. How a temporary child
    ///     was started that was added later is not known any more
    public Result<ChildSpec, ChildError> terminateChild(String id) {
        Objects.requireNonNull(id, "id");
        return server.call(new SupervisorRpc.TerminateChild(id), ServerRef.FOREVER);
    }

    /// Starts a child again that does not run. Erlang: `supervisor:restart_child/2`.
    ///
    /// @param id its id
    /// @return its pid, none if its start was ignored; or why it was not started
    public Result<Optional<Pid>, ChildError> restartChild(String id) {
        Objects.requireNonNull(id, "id");
        return server.call(new SupervisorRpc.RestartChild(id), ServerRef.FOREVER);
    }

    /// Forgets a child that does not run. Erlang: `supervisor:delete_child/2`.
    ///
    /// @param id its id
    /// @return its specification; or why it was not forgotten
    public Result<ChildSpec, ChildError> deleteChild(String id) {
        Objects.requireNonNull(id, "id");
        return server.call(new SupervisorRpc.DeleteChild(id), ServerRef.FOREVER);
    }

    /// A child's specification. Erlang: `supervisor:get_childspec/2`.
    ///
    /// @param id its id
    /// @return the specification; or that there is none
    public Result<ChildSpec, ChildError> childSpec(String id) {
        Objects.requireNonNull(id, "id");
        return server.call(new SupervisorRpc.GetChildSpec(id), ServerRef.FOREVER);
    }

    /// The children, the last started first. Erlang: `supervisor:which_children/1`.
    ///
    /// @return one element for each
    public List<ChildInfo> whichChildren() {
        return server.call(new SupervisorRpc.WhichChildren(), ServerRef.FOREVER);
    }

    /// How many children there are. Erlang: `supervisor:count_children/1`.
    ///
    /// @return the numbers
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
