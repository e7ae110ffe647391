package dev.skep.testkit.simulation;

import dev.skep.Call;
import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.Self;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A supervised system under attack: counters that write every accepted request to a store before they answer,
/// clients that repeat what was not answered, and faults. The invariant: the store has never less than what was
/// acknowledged, and each request at most once.
final class Counters {
    sealed interface Rpc {
        record Add(int request) implements Rpc, Call<Rpc, Integer> {}

        record Nudge() implements Rpc, Cast<Rpc> {}
    }

    static final int SERVERS = 3;
    static final int CLIENTS = 4;
    static final int REQUESTS = 5;

    /// What survives crashes: a database, to the servers.
    final Map<Integer, Integer> store = new HashMap<>();
    final AtomicInteger acknowledged = new AtomicInteger();
    final AtomicInteger finished = new AtomicInteger();
    private Node node;

    static Name<Rpc> name(int number) {
        return Name.of("counter " + number);
    }

    private final class Counter implements GenServer<AtomicInteger, Rpc> {
        private final int number;

        Counter(int number) {
            this.number = number;
        }

        @Override
        public AtomicInteger init(Self<Rpc> self) {
            return new AtomicInteger();
        }

        @Override
        public Next<AtomicInteger> handle(Rpc message, From from, AtomicInteger state) {
            return switch (message) {
                case Rpc.Add add -> {
                    store.merge(add.request(), 1, (old, _) -> old); // once, however often it is asked
                    if (number + 1 < SERVERS) {
                        node.ref(name(number + 1)).cast(new Rpc.Nudge());
                    }
                    yield add.reply(state.incrementAndGet());
                }
                case Rpc.Nudge _ -> Next.noReply();
            };
        }
    }

    void run(Simulation sim) {
        node = sim.node();
        Supervisor supervisor = Supervisor.oneForAll().intensity(1000, Duration.ofSeconds(1));
        for (int i = 0; i < SERVERS; i++) {
            int number = i;
            supervisor = supervisor.child(ChildSpec.server(name(i), () -> new Counter(number)));
        }
        node.start(supervisor);
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            node.spawn((Receiver<Object> self) -> {
                for (int r = 0; r < REQUESTS; r++) {
                    repeat(number * REQUESTS + r, sim);
                }
                finished.incrementAndGet();
            });
        }
        sim.invariant("what is acknowledged is stored", () -> {
            if (store.size() < acknowledged.get()) {
                throw new AssertionError(store.size() + " stored, " + acknowledged + " acknowledged");
            }
        });
        sim.killRandomly(3, name(0), name(1), name(2));
        sim.crashRandomly(3, name(0), name(1), name(2));
        sim.delayRandomly(10, Duration.ofMillis(50));
        sim.await(() -> finished.get() == CLIENTS);
    }

    private void repeat(int request, Simulation sim) throws InterruptedException {
        while (true) {
            try {
                node.ref(name(request % SERVERS)).call(new Rpc.Add(request), Duration.ofMillis(100));
                acknowledged.incrementAndGet();
                return;
            } catch (CallException notAnswered) {
                sim.sleep(Duration.ofMillis(10));
            }
        }
    }
}
