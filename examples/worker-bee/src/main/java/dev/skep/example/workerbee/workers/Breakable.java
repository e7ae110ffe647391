package dev.skep.example.workerbee.workers;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Result;
import dev.skep.Self;
import dev.skep.example.workerbee.data.Fault;
import dev.skep.server.GenServer;
import java.util.function.Supplier;

/// A server that breaks when it is sent a [Fault], and is the server it wraps in all other respects. With it the
/// chaos reaches inside servers that know nothing of chaos.
///
/// @param <S> the server's state
/// @param <P> the server's protocol
public final class Breakable<S, P> implements GenServer<S, P> {
    private final GenServer<S, P> server;

    private Breakable(GenServer<S, P> server) {
        this.server = server;
    }

    /// Makes servers breakable.
    ///
    /// @param <P> their protocol
    /// @param factory makes the servers
    /// @return makes the same servers, each of them breakable
    public static <P> Supplier<GenServer<?, P>> of(Supplier<? extends GenServer<?, P>> factory) {
        return () -> wrap(factory.get());
    }

    private static <S, P> GenServer<S, P> wrap(GenServer<S, P> server) {
        return new Breakable<>(server);
    }

    @Override
    public Next<S> info(Object message, S state) throws Exception {
        if (message instanceof Fault fault) {
            Breakage.of(fault, state);
            return Next.noReply();
        }
        return server.info(message, state);
    }

    // ---- The server that it wraps --------------------------------------------------------------------------------

    @Override
    public S init(Self<P> self) throws Exception {
        return server.init(self);
    }

    @Override
    public Next<S> afterInit(S state) throws Exception {
        return server.afterInit(state);
    }

    @Override
    public Next<S> handle(P message, From from, S state) throws Exception {
        return server.handle(message, from, state);
    }

    @Override
    public Next<S> handleContinue(Object argument, S state) throws Exception {
        return server.handleContinue(argument, state);
    }

    @Override
    public void terminate(ExitReason reason, S state) throws Exception {
        server.terminate(reason, state);
    }

    @Override
    public Object reportedState(S state) {
        return server.reportedState(state);
    }

    @Override
    public Result<?, String> health(S state) throws Exception {
        return server.health(state);
    }
}
