package dev.skep.conformance.soak;

import dev.skep.CallException;
import dev.skep.Cast;
import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Receiver;
import dev.skep.ServerRef;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// A process that does things to others: crashes, kills, stalls, zombies, floods.
final class Chaos {
    private final City city;
    private final Ledger ledger;
    private final BooleanSupplier over;
    private final SplittableRandom random;

    Chaos(long seed, City city, Ledger ledger, BooleanSupplier over) {
        this.city = city;
        this.ledger = ledger;
        this.over = over;
        this.random = new SplittableRandom(seed);
    }

    void run(Receiver<Object> self) {
        while (!over.getAsBoolean()) {
            ledger.faults.increment();
            strike(self.node());
            self.receive(Duration.ofMillis(random.nextInt(5, 30)));
        }
    }

    private void strike(Node node) {
        int district = random.nextInt(city.districts);
        ServerRef<WorkRpc> server = node.ref(City.server(district, random.nextInt(City.SERVERS)));
        switch (random.nextInt(100)) {
            case 0, 1 -> { // a zombie: killed while it heeds no interrupt
                server.send("hello");
                cast(server, new WorkRpc.Stick(Duration.ofMillis(700)));
                server.pid().ifPresent(pid -> node.timers().killAfter(Duration.ofMillis(20), pid));
            }
            case 2 -> kill(node, City.BY_NUMBER); // takes the sessions along
            case 3 -> kill(node, City.TASKS);
            case 4 -> kill(node, City.SESSIONS);
            case 5, 6, 7, 8, 9 -> kill(node, City.events(district));
            case 10, 11, 12, 13, 14 -> kill(node, City.door(district));
            case 15, 16, 17, 18, 19 -> node.send(City.plain(district), ExitReason.because("injected"));
            case 20, 21, 22, 23, 24 -> { // often enough for the district to be given up and started anew
                for (int i = 0; i < 20; i++) {
                    cast(server, new WorkRpc.Crash());
                }
            }
            case 25, 26, 27, 28, 29 -> flood(server);
            case 30, 31, 32, 33, 34, 35, 36, 37, 38, 39 ->
                cast(server, new WorkRpc.Stall(Duration.ofMillis(random.nextInt(10, 400))));
            default -> {
                switch (random.nextInt(3)) {
                    case 0 -> cast(server, new WorkRpc.Crash());
                    case 1 -> server.pid().ifPresent(pid -> pid.exit(ExitReason.kill()));
                    default -> server.pid().ifPresent(pid -> pid.exit(ExitReason.shutdown()));
                }
            }
        }
    }

    private static void kill(Node node, Name<?> name) {
        node.whereis(name).ifPresent(pid -> pid.exit(ExitReason.kill()));
    }

    private static void flood(ServerRef<WorkRpc> server) {
        for (int i = 0; i < 1_000; i++) {
            if (!cast(server, new WorkRpc.Ping())) {
                return;
            }
        }
    }

    private static boolean cast(ServerRef<WorkRpc> server, Cast<WorkRpc> message) {
        try {
            server.cast(message);
            return true;
        } catch (CallException.Overloaded full) {
            return false;
        }
    }
}
