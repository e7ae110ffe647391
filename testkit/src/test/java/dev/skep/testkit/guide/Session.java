package dev.skep.testkit.guide;

import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.server.GenServer;
import dev.skep.server.IdleTimeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A session that ends when nobody has used it for half an hour.
final class Session implements GenServer<Session.State, SessionRpc> {
    static final Duration LIFE = Duration.ofMinutes(30);

    static final class State {
        final List<Pid> watchers = new ArrayList<>();
        final List<String> entries = new ArrayList<>();
    }

    @Override
    public State init(Self<SessionRpc> self) {
        return new State();
    }

    @Override
    public Next<State> handle(SessionRpc message, From from, State state) {
        return switch (message) {
            case SessionRpc.Watch(Pid watcher) -> {
                state.watchers.add(watcher);
                yield Next.noReply().timeout(LIFE);
            }
            case SessionRpc.Touch _ -> Next.noReply().timeout(LIFE);
            case SessionRpc.Log log -> {
                if (log.entry().isBlank()) {
                    throw new IllegalArgumentException("nothing to log");
                }
                state.entries.add(log.entry());
                yield log.reply(state.entries.size()).timeout(LIFE);
            }
        };
    }

    @Override
    public Next<State> info(Object message, State state) {
        if (message instanceof IdleTimeout) {
            state.watchers.forEach(watcher -> watcher.send(new SessionRpc.Expired(state.entries.size())));
            return Next.stop(ExitReason.normal());
        }
        return Next.unhandled();
    }
}
