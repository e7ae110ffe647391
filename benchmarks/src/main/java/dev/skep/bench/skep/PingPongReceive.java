package dev.skep.bench.skep;

import dev.skep.Pid;

/// Two plain processes send and receive in turn.
final class PingPongReceive extends SkepTask {
    private record Ping(Pid from) {}

    private enum Signal {
        PONG,
        STOP
    }

    PingPongReceive(int operations) {
        super(operations);
    }

    @Override
    public void run() {
        inProcess(self -> {
            Pid partner = self.spawnLink(other -> {
                while (other.receive() instanceof Ping(Pid from)) {
                    from.send(Signal.PONG);
                }
            });
            for (int i = 0; i < operations; i++) {
                partner.send(new Ping(self.pid()));
                self.receive();
            }
            partner.send(Signal.STOP);
        });
    }
}
