package dev.skep.bench.skep;

import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;

/// Two servers cast a ball to each other.
final class PingPong extends SkepTask {
    sealed interface PlayerRpc {}

    /// Comes back to the sender until `left` is zero; then the referee is told.
    record Ball(int left, ServerRef<PlayerRpc> sender, Pid referee) implements PlayerRpc, Cast<PlayerRpc> {}

    static final class Player implements GenServer<ServerRef<PlayerRpc>, PlayerRpc> {
        /// Its state is its own address.
        @Override
        public ServerRef<PlayerRpc> init(Self<PlayerRpc> self) {
            return self.ref();
        }

        @Override
        public Next<ServerRef<PlayerRpc>> handle(PlayerRpc message, From from, ServerRef<PlayerRpc> own) {
            return switch (message) {
                case Ball(int left, ServerRef<PlayerRpc> sender, Pid referee) -> {
                    if (left == 0) {
                        referee.send("over");
                    } else {
                        sender.cast(new Ball(left - 1, own, referee));
                    }
                    yield Next.noReply();
                }
            };
        }
    }

    private final ServerRef<PlayerRpc> one = node.start(GenServer.spec(Player::new));
    private final ServerRef<PlayerRpc> other = node.start(GenServer.spec(Player::new));

    PingPong(int operations) {
        super(operations);
    }

    @Override
    public void run() {
        inProcess(self -> {
            one.cast(new Ball(2 * operations, other, self.pid()));
            self.receive();
        });
    }
}
