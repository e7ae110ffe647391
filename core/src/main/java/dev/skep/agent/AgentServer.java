package dev.skep.agent;

import dev.skep.From;
import dev.skep.Next;
import dev.skep.Self;
import dev.skep.server.GenServer;
import java.util.Objects;
import java.util.concurrent.Callable;

/// Runs the functions that an [Agent] is given.
final class AgentServer<S> implements GenServer<S, AgentRpc<S>> {
    private final Callable<? extends S> initial;

    AgentServer(Callable<? extends S> initial) {
        this.initial = initial;
    }

    @Override
    public S init(Self<AgentRpc<S>> self) throws Exception {
        return Objects.requireNonNull(initial.call(), "the function that makes the agent's first state returned null");
    }

    @Override
    public Next<S> handle(AgentRpc<S> message, From from, S state) {
        return switch (message) {
            case AgentRpc.Get<S, ?> get -> get(get, state);
            case AgentRpc.GetAndUpdate<S, ?> both -> getAndUpdate(both, state);
            case AgentRpc.Change<S>(var function) ->
                Next.noReply()
                        .state(Objects.requireNonNull(
                                function.apply(state), "the function of a cast returned null; return the new state"));
        };
    }

    private static <S, R> Next<S> get(AgentRpc.Get<S, R> message, S state) {
        return message.reply(Objects.requireNonNull(
                message.function().apply(state),
                "the function of a get returned null; return an Optional where there may be nothing"));
    }

    private static <S, R> Next<S> getAndUpdate(AgentRpc.GetAndUpdate<S, R> message, S state) {
        Agent.Update<R, S> update = Objects.requireNonNull(
                message.function().apply(state), "the function of a getAndUpdate returned null; return an Update");
        return message.reply(update.result()).state(update.state());
    }
}
