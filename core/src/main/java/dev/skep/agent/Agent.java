package dev.skep.agent;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.ServerRef;
import dev.skep.StartSpec;
import dev.skep.server.GenServer;
import dev.skep.server.ServerSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A state in a process of its own, read and changed by functions. Elixir: `Agent`.
///
/// ```java
/// Agent<Map<String, Integer>> stock = node.start(Agent.spec(HashMap::new));
/// stock.cast(map -> { map.merge("honey", 3, Integer::sum); return map; });
/// int honey = stock.get(map -> map.getOrDefault("honey", 0));
/// ```
///
/// The functions run in the agent, one at a time and in the order of arrival, on a virtual thread: they may block, and
/// hold up whoever comes after them. They may change the state in place. What leaves the agent must not be the mutable
/// state itself: copy it in the function. A function that throws crashes the agent, and its caller gets a
/// [dev.skep.CallException.ServerExited]; a state that should survive that belongs somewhere else.
///
/// Use a [GenServer] where the state has a protocol of its own, is told things by others, or must clean up more than
/// an [AutoCloseable] state does by itself.
///
/// Every method may be called from any thread but the agent's own, and throws a [dev.skep.CallException] when there is
/// no answer; where no time limit is given it is five seconds.
///
/// @param <S> the state
/// @param server the agent as a server, by pid or by name
public record Agent<S>(ServerRef<AgentRpc<S>> server) {
    /// Checks the server.
    ///
    /// @param server the agent as a server, by pid or by name
    public Agent {
        Objects.requireNonNull(server, "server");
    }

    /// What a function computes, and the state that it leaves.
    ///
    /// @param <R> what is computed
    /// @param <S> the state
    /// @param result what the caller gets
    /// @param state the new state
    public record Update<R, S>(R result, S state) {
        /// Checks the parts.
        ///
        /// @param result what the caller gets
        /// @param state the new state
        public Update {
            Objects.requireNonNull(result, "result");
            Objects.requireNonNull(state, "state");
        }
    }

    /// How to start an agent without a name. Elixir: `Agent.start_link/1`.
    ///
    /// @param <S> the state
    /// @param initial makes the first state, not null; runs in the agent, and whoever starts it waits
    /// @return a start
    public static <S> StartSpec<Agent<S>> spec(Callable<? extends S> initial) {
        return Agent.<S>server(initial).map(Agent::new);
    }

    /// How to start an agent under a name. Elixir: `Agent.start_link/2`.
    ///
    /// @param <S> the state
    /// @param name the name
    /// @param initial makes the first state, not null; runs in the agent, and whoever starts it waits
    /// @return a start
    public static <S> StartSpec<Agent<S>> spec(Name<AgentRpc<S>> name, Callable<? extends S> initial) {
        return Agent.<S>server(initial).named(name).map(Agent::new);
    }

    /// How to start an agent, with all that can be said of the start of a server; its reference is that of a server,
    /// of which `new Agent<>(server)` makes an agent.
    ///
    /// @param <S> the state
    /// @param initial makes the first state, not null; runs in the agent, and whoever starts it waits
    /// @return a start
    public static <S> ServerSpec<AgentRpc<S>> server(Callable<? extends S> initial) {
        Objects.requireNonNull(initial, "initial");
        return GenServer.spec(() -> new AgentServer<S>(initial));
    }

    /// An agent by name, which survives its restarts.
    ///
    /// @param <S> the state
    /// @param node where it runs
    /// @param name its name
    /// @return the agent
    public static <S> Agent<S> of(Node node, Name<AgentRpc<S>> name) {
        return new Agent<>(Objects.requireNonNull(node, "node").ref(name));
    }

    /// The agent's process, right now.
    ///
    /// @return empty if nobody has the name
    public Optional<Pid> pid() {
        return server.pid();
    }

    /// Computes something from the state. Blocks. Elixir: `Agent.get/2`.
    ///
    /// @param <R> what is computed
    /// @param function runs in the agent; must not return null
    /// @return what it returned
    public <R> R get(Function<? super S, ? extends R> function) {
        return get(function, ServerRef.DEFAULT_TIMEOUT);
    }

    /// Computes something from the state, with a time limit. Blocks. Elixir: `Agent.get/3`.
    ///
    /// @param <R> what is computed
    /// @param function runs in the agent; must not return null
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return what it returned
    public <R> R get(Function<? super S, ? extends R> function, Duration timeout) {
        Objects.requireNonNull(function, "function");
        return server.call(new AgentRpc.Get<S, R>(function), timeout);
    }

    /// Replaces the state, and waits until that is done. Blocks. Elixir: `Agent.update/2`.
    ///
    /// @param function makes the new state of the old one, or changes the old one and returns it
    public void update(UnaryOperator<S> function) {
        update(function, ServerRef.DEFAULT_TIMEOUT);
    }

    /// Replaces the state, and waits until that is done, with a time limit. Blocks. Elixir: `Agent.update/3`.
    ///
    /// @param function makes the new state of the old one, or changes the old one and returns it
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void update(UnaryOperator<S> function, Duration timeout) {
        Objects.requireNonNull(function, "function");
        getAndUpdate(
                state -> new Update<>(
                        Boolean.TRUE,
                        Objects.requireNonNull(
                                function.apply(state),
                                "the function of an update returned null; return the new state")),
                timeout);
    }

    /// Computes something from the state, and replaces the state. Blocks. Elixir: `Agent.get_and_update/2`.
    ///
    /// @param <R> what is computed
    /// @param function runs in the agent
    /// @return the result that it returned
    public <R> R getAndUpdate(Function<? super S, Update<R, S>> function) {
        return getAndUpdate(function, ServerRef.DEFAULT_TIMEOUT);
    }

    /// Computes something from the state, and replaces the state, with a time limit. Blocks.
    /// Elixir: `Agent.get_and_update/3`.
    ///
    /// @param <R> what is computed
    /// @param function runs in the agent
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    /// @return the result that it returned
    public <R> R getAndUpdate(Function<? super S, Update<R, S>> function, Duration timeout) {
        Objects.requireNonNull(function, "function");
        return server.call(new AgentRpc.GetAndUpdate<S, R>(function), timeout);
    }

    /// Replaces the state some time later. Is silent if there is no agent, and does not block, unless the agent was
    /// given a mailbox that makes senders wait. Elixir: `Agent.cast/2`.
    ///
    /// @param function makes the new state of the old one, or changes the old one and returns it
    public void cast(UnaryOperator<S> function) {
        Objects.requireNonNull(function, "function");
        server.cast(new AgentRpc.Change<>(function));
    }

    /// Stops the agent with the reason `normal`, and waits until it has ended. Blocks. Elixir: `Agent.stop/1`.
    public void stop() {
        server.stop(ExitReason.normal(), ServerRef.FOREVER);
    }

    /// Stops the agent, and waits until it has ended. Blocks. Elixir: `Agent.stop/3`.
    ///
    /// @param reason why it is to stop
    /// @param timeout how long to wait; [ServerRef#FOREVER] for no limit
    public void stop(ExitReason reason, Duration timeout) {
        server.stop(reason, timeout);
    }
}
