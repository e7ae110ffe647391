package dev.skep.supervisor;

import dev.skep.Call;
import dev.skep.From;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Self;
import dev.skep.ServerRef;
import dev.skep.server.GenServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// A program for [IdleServersTest]: very many servers under one supervisor start, answer one call each, and stop.
final class IdleServers {
    static final String SIMPLE = "simple";
    static final String DYNAMIC = "dynamic";
    static final String DONE = "all have started, answered and stopped";

    private IdleServers() {}

    record Double() implements Call<Double, Integer> {}

    private record Doubler(int number) implements GenServer<Integer, Double> {
        @Override
        public Integer init(Self<Double> self) {
            return number;
        }

        @Override
        public Next<Integer> handle(Double message, From from, Integer state) {
            return message.reply(2 * state);
        }
    }

    public static void main(String[] arguments) {
        int count = Integer.parseInt(arguments[1]);
        Node node = Node.builder("crowd").closeTimeout(Duration.ofMinutes(2)).start();
        List<ServerRef<Double>> servers = switch (arguments[0]) {
            case SIMPLE -> simple(node, count);
            case DYNAMIC -> dynamic(node, count);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        for (int i = 0; i < count; i++) {
            check(servers.get(i).call(new Double(), Duration.ofMinutes(1)) == 2 * i, "server " + i + " answers");
        }
        check(node.stop(Duration.ofMinutes(2)).isEmpty(), "no thread runs on");
        check(node.processes().isEmpty(), "all have stopped");
        for (ServerRef<Double> server : servers) {
            check(server.pid().filter(pid -> pid.isAlive()).isEmpty(), server + " has stopped");
        }
        System.out.println(DONE);
    }

    private static List<ServerRef<Double>> simple(Node node, int count) {
        SimpleSupervisorRef<Integer, ServerRef<Double>> sup =
                node.start(Supervisor.simpleOneForOne((Integer number) -> GenServer.spec(() -> new Doubler(number))));
        List<ServerRef<Double>> servers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            servers.add(sup.startChild(i).orElseThrow());
        }
        check(sup.countChildren().equals(new ChildCount(1, count, 0, count)), "all run");
        return servers;
    }

    /// In portions, each of which starts at once.
    private static List<ServerRef<Double>> dynamic(Node node, int count) {
        DynamicSupervisorRef<ChildSpec> sup = node.start(DynamicSupervisor.create());
        List<ServerRef<Double>> servers = new ArrayList<>(count);
        while (servers.size() < count) {
            List<ChildSpec> portion = IntStream.range(servers.size(), Math.min(count, servers.size() + 1_000))
                    .mapToObj(number -> ChildSpec.server("doubler", () -> new Doubler(number)))
                    .toList();
            sup.startChildren(portion)
                    .forEach(result ->
                            servers.add(ServerRef.of(result.orElseThrow().orElseThrow())));
        }
        check(sup.countChildren().equals(new ChildCount(count, count, 0, count)), "all run");
        return servers;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("it does not hold that " + what);
        }
    }
}
