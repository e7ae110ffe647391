package dev.skep.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.ExitReason;
import dev.skep.ManualClock;
import dev.skep.Name;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorBridge;
import dev.skep.supervisor.SupervisorRef;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// The example of a subsystem that is not made of processes.
class SupervisorBridgeGuideTest {
    private static final Name<Object> MAILER = Name.of("mailer");
    private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

    /// A client of a mail server, with threads of its own.
    static final class Mailer {
        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        static Mailer connect() {
            EVENTS.add("connects");
            return new Mailer();
        }

        CompletionStage<?> closed() {
            return closed;
        }

        void disconnect() {
            EVENTS.add("disconnects");
        }

        void breakDown() {
            closed.completeExceptionally(new IllegalStateException("connection reset"));
        }
    }

    static final class MailerBridge implements SupervisorBridge<Mailer> {
        @Override
        public Mailer start() {
            return Mailer.connect();
        }

        @Override
        public Optional<CompletionStage<?>> ended(Mailer mailer) {
            return Optional.of(mailer.closed());
        }

        @Override
        public void stop(ExitReason reason, Mailer mailer) {
            mailer.disconnect();
        }
    }

    @Test
    void aSubsystemIsPartOfTheTree() {
        EVENTS.clear();
        try (Node node = Node.builder("hive").clock(ManualClock.attentive()).start()) {
            SupervisorRef tree = node.start(Supervisor.restForOne()
                    .child(ChildSpec.of(
                            "mailer", SupervisorBridge.spec(MailerBridge::new).named(MAILER)))
                    .child(ChildSpec.server("reminders", SupervisorGuideTest.Counter::new)));
            Pid bridge = node.whereis(MAILER).orElseThrow();
            Mailer mailer = bridge.shared(Mailer.class).orElseThrow();

            CompletableFuture<ExitReason> ended = bridge.exited();
            mailer.breakDown();
            assertThat(ended.join().toString()).contains("connection reset");
            assertThat(tree.countChildren().active()).isEqualTo(2);
            assertThat(node.whereis(MAILER)).isPresent().isNotEqualTo(Optional.of(bridge));
        }
        assertThat(EVENTS).containsExactly("connects", "disconnects", "connects", "disconnects");
    }
}
