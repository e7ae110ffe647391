package dev.skep.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.skep.ExitReason;
import dev.skep.Pid;
import dev.skep.ProcessExit;
import dev.skep.ProcessSpec;
import dev.skep.StartException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Children that are plain processes and acknowledge their start.
class AcknowledgedChildTest {
    private final Hive hive = new Hive();

    @AfterEach
    void close() {
        hive.close();
    }

    private ChildSpec listener(String id) {
        return ChildSpec.of(id, ProcessSpec.of((self, ack) -> {
            hive.note("opening " + id);
            ack.ack();
            self.receive(String.class);
            throw new ProcessExit(ExitReason.because("told"));
        }));
    }

    @Test
    void theNextChildIsStartedAfterTheAcknowledgement() {
        SupervisorRef sup =
                hive.start(Supervisor.oneForOne().child(listener("a")).child(hive.child("b")));
        assertThat(hive.journal()).containsExactly("opening a", "+b");
        assertThat(Hive.states(sup)).containsExactly("a running", "b running");
    }

    @Test
    void itIsRestarted() {
        SupervisorRef sup = hive.start(Supervisor.oneForOne().child(listener("a")));
        Pid first = Hive.pid(sup, "a");
        first.send("end");
        hive.heardEndOf(first);
        Hive.settle(sup);
        assertThat(Hive.pid(sup, "a")).isNotEqualTo(first);
        assertThat(hive.journal()).containsExactly("opening a", "opening a");
    }

    @Test
    void aFailureFailsTheStartOfItsSupervisor() {
        assertThatExceptionOfType(StartException.Failed.class)
                .isThrownBy(() -> hive.start(Supervisor.oneForOne()
                        .child(hive.child("b"))
                        .child(ChildSpec.of("a", ProcessSpec.of((_, ack) -> {
                            throw ack.fail(ExitReason.because("port taken"), ExitReason.normal());
                        })))))
                .withMessageContaining("port taken");
        assertThat(hive.journal()).containsExactly("+b", "-b");
    }
}
