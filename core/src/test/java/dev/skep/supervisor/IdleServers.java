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

/// A program for [IdleServersTest]: very many servers under one supervisor start, answer one call each, and stop.
final class IdleServers {
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
        int count = Integer.parseInt(arguments[0]);
        Node node = Node.builder("crowd").closeTimeout(Duration.ofMinutes(2)).start();
        SimpleSupervisorRef<Integer, ServerRef<Double>> sup =
                node.start(Supervisor.simpleOneForOne((Integer number) -> GenServer.spec(() -> new Doubler(number))));
        List<ServerRef<Double>> servers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            servers.add(sup.startChild(i).orElseThrow());
        }
        check(sup.countChildren().equals(new ChildCount(1, count, 0, count)), "all run");
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

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("it does not hold that " + what);
        }
    }
}
