package dev.skep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Has as many pairs of processes as carriers talk to each other without end, so that there is always somebody ready in
/// each carrier's own queue, and shows that those run, too, that are started by a thread which is no process. There are
/// no extra carriers.
final class TalkMain {
    private static final int OTHERS = 50;

    private TalkMain() {}

    public static void main(String[] args) {
        int pairs = Integer.parseInt(args[0]);
        try (Node node = Node.builder("talk").extraCarriers(0).start()) {
            List<Pid> talking = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                Pid answering = node.spawn(self -> {
                    while (true) {
                        ((Pid) self.receive()).send("answer");
                    }
                });
                talking.add(answering);
                talking.add(node.spawn(self -> {
                    while (true) {
                        answering.send(self.pid());
                        self.receive();
                    }
                }));
            }
            int ran = 0;
            for (int i = 0; i < OTHERS; i++) {
                Pid other = node.spawn(_ -> {});
                if (other.join(Duration.ofMinutes(2)).isPresent()) {
                    ran++;
                }
            }
            System.out.println(ran == OTHERS ? "ran" : "only " + ran + " ran");
            talking.forEach(pid -> pid.exit(ExitReason.kill()));
            boolean killed = talking.stream()
                    .allMatch(pid -> pid.join(Duration.ofMinutes(2)).isPresent());
            System.out.println(killed ? "killed" : "not killed");
        }
    }
}
