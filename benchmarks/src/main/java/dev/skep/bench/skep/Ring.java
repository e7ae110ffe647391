package dev.skep.bench.skep;

import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;

/// A token goes round a ring of servers: a GenServer is to Skep what a process in a receive loop is to Erlang, the
/// cheapest thing that waits for messages. The ring is built once, outside of the timing, in every system.
final class Ring extends SkepTask {
    private static final int MEMBERS = 1_000;

    sealed interface RelayRpc {}

    record Token(int left, Pid starter) implements RelayRpc, Cast<RelayRpc> {}

    record Relay(ServerRef<RelayRpc> next) implements GenServer<ServerRef<RelayRpc>, RelayRpc> {
        @Override
        public ServerRef<RelayRpc> init(Self<RelayRpc> self) {
            return next;
        }

        @Override
        public Next<ServerRef<RelayRpc>> handle(RelayRpc message, From from, ServerRef<RelayRpc> follower) {
            return switch (message) {
                case Token(int left, Pid starter) -> {
                    if (left == 0) {
                        starter.send("round");
                    } else {
                        follower.cast(new Token(left - 1, starter));
                    }
                    yield Next.noReply();
                }
                case Close(ServerRef<RelayRpc> first) -> Next.noReply().state(first);
            };
        }
    }

    /// Makes the last member the one before the first.
    record Close(ServerRef<RelayRpc> first) implements RelayRpc, Cast<RelayRpc> {}

    private final ServerRef<RelayRpc> first;

    Ring(int operations) {
        super(operations);
        ServerRef<RelayRpc> last = node.start(GenServer.spec(() -> new Relay(node.ref(dev.skep.Name.of("nobody")))));
        ServerRef<RelayRpc> next = last;
        for (int i = 1; i < MEMBERS; i++) {
            ServerRef<RelayRpc> follower = next;
            next = node.start(GenServer.spec(() -> new Relay(follower)));
        }
        last.cast(new Close(next));
        first = next;
    }

    @Override
    public void run() {
        inProcess(self -> {
            first.cast(new Token(operations, self.pid()));
            self.receive();
        });
    }
}
