package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class NodeListenerTest {
    @Test
    void itHearsOfEverySpawnReportAndExitInThatOrder() {
        LinkedBlockingQueue<List<Object>> events = new LinkedBlockingQueue<>();
        NodeListener listener = new NodeListener() {
            @Override
            public void spawned(Pid pid) {
                events.add(List.of("spawned", pid));
            }

            @Override
            public void exited(Pid pid, Optional<Name<?>> name, ExitReason reason) {
                events.add(List.of("exited", pid, name, reason));
            }

            @Override
            public void reported(Report report) {
                events.add(List.of("reported", report.pid()));
            }
        };
        try (Node node = Node.builder("heard").listener(listener).start()) {
            Pid pid = node.spawn((Receiver<Object> self) -> {
                throw new ProcessExit(self.receive(ExitReason.class));
            });
            Name<Object> name = Name.of("named");
            node.register(name, pid);
            ExitReason broken = ExitReason.because("broken");
            pid.send(broken);
            assertThat(Await.next(events)).isEqualTo(List.of("spawned", pid));
            assertThat(Await.next(events)).isEqualTo(List.of("reported", pid));
            assertThat(Await.next(events)).isEqualTo(List.of("exited", pid, Optional.of(name), broken));
        }
        assertThat(events).as("nothing of the node's own").isEmpty();
    }
}
