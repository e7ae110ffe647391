package dev.skep.supervisor;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A running [DynamicSupervisor]. Every method calls it and waits for as long as it takes; all throw a
/// [dev.skep.CallException] if the supervisor is not there or ends meanwhile, or if the waiting thread is interrupted:
/// what it was asked for may be done all the same. A child must not call its own supervisor from its `init` or
/// `terminate`: at a restart, and at the end of the supervisor, both would wait for each other.
///
/// @param <A> what a child is started with
/// @param server the supervisor as a server, by pid or by name; or a partition, by
///     [Partitions#route(Object)]
public record DynamicSupervisorRef<A>(ServerRef<SupervisorRpc> server) {
    /// Checks the reference.
    ///
    /// @param server the supervisor as a server
    public DynamicSupervisorRef {
        Objects.requireNonNull(server, "server");
    }

    /// A dynamic supervisor by name, which survives its restarts. The caller vouches for its type.
    ///
    /// @param <A> what a child is started with
    /// @param node where it runs
    /// @param name its name
    /// @return the reference
    public static <A> DynamicSupervisorRef<A> of(Node node, Name<SupervisorRpc> name) {
        return new DynamicSupervisorRef<>(Objects.requireNonNull(node, "node").ref(name));
    }

    /// The supervisor's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// Starts a child. One that cannot be started is not kept. Elixir: `DynamicSupervisor.start_child/2`.
    ///
    /// @param child its specification, or what the supervisor makes that from
    /// @return its pid, none if its start was ignored; or why it was not started, a [ChildError.MaxChildren] for
    ///     instance
    public Result<Optional<Pid>, ChildError> startChild(A child) {
        Objects.requireNonNull(child, "child");
        return startChildren(List.of(child)).getFirst();
    }

    /// Starts several children at once: their inits run at the same time. Each succeeds or fails by itself. Waits for
    /// the slowest of them.
    ///
    /// @param children their specifications, or what the supervisor makes them from; none is null
    /// @return the results, in the same order, as of [#startChild(Object)]
    public List<Result<Optional<Pid>, ChildError>> startChildren(Collection<? extends A> children) {
        return server.call(
                new SupervisorRpc.StartDynamic(List.copyOf(Objects.requireNonNull(children, "children"))),
                ServerRef.FOREVER);
    }

    /// Ends a child as its specification says, and does not restart it. Waits for its end. Elixir:
    /// `DynamicSupervisor.terminate_child/2`.
    ///
    /// @param child its pid; for one that is being restarted, the pid that it had last
    /// @return false if it is no child of this supervisor, or has ended before (Elixir: `not_found`)
    public boolean terminateChild(Pid child) {
        Objects.requireNonNull(child, "child");
        return server.call(new SupervisorRpc.TerminatePid(child), ServerRef.FOREVER);
    }

    /// The children, the last started first. Elixir: `DynamicSupervisor.which_children/1`.
    ///
    /// @return one element for each
    public List<ChildInfo> whichChildren() {
        return server.call(new SupervisorRpc.WhichChildren(), ServerRef.FOREVER);
    }

    /// How many children there are. Elixir: `DynamicSupervisor.count_children/1`.
    ///
    /// @return the numbers; there are as many specifications as children
    public ChildCount countChildren() {
        return server.call(new SupervisorRpc.CountChildren(), ServerRef.FOREVER);
    }

    /// Stops the supervisor with the reason `normal`, and waits until it has ended, its children before it. A
    /// supervisor above it restarts it if it is permanent. Elixir: `DynamicSupervisor.stop/1`.
    public void stop() {
        stop(ExitReason.normal(), ServerRef.FOREVER);
    }

    /// Stops the supervisor, and waits until it has ended, its children before it. They are told to shut down, whatever
    /// the reason. Elixir: `DynamicSupervisor.stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void stop(ExitReason reason, Duration timeout) {
        server.stop(reason, timeout);
    }
}
