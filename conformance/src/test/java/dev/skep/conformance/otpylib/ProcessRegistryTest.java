package dev.skep.conformance.otpylib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Receiver;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SkepTest(virtualTime = true)
@CasesOf("test_asyncio_backend/test_process_registry")
class ProcessRegistryTest {
    private static final Name<Object> NAME = Name.of("my_process");

    /// Registers itself, and ends when it gets a message.
    private static Pid registered(Testkit skep, Name<Object> name) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.node().register(name, self.pid());
            self.receive();
        });
        assertThat(skep.awaitRegistered(name)).isEqualTo(pid);
        return pid;
    }

    @Test
    @Covers({"test_register_name", "test_name_survives_after_register"})
    void aProcessIsFoundByItsNameForAsLongAsItLives(Testkit skep) {
        Pid pid = registered(skep, NAME);
        skep.settle();

        assertThat(skep.node().whereis(NAME)).contains(pid);
        assertThat(skep.node().whereis(Name.of("my_process")))
                .as("an equal name")
                .contains(pid);
        assertThat(pid.info().orElseThrow().name()).isEqualTo(Optional.of(NAME));
    }

    @Test
    @Covers("test_register_duplicate_name")
    void aNameThatIsTakenIsRefused(Testkit skep, Probe probe) {
        Pid first = registered(skep, NAME);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> skep.node().register(NAME, probe.pid()))
                .withMessageContaining("the name is taken by " + first);

        assertThat(skep.node().whereis(NAME)).contains(first);
    }

    @Test
    @Covers("test_unregister")
    void aNameIsTakenAway(Testkit skep, Probe probe) {
        Pid pid = skep.spawn((Receiver<Object> self) -> {
            self.node().register(NAME, self.pid());
            self.receive();
            self.node().unregister(NAME);
            probe.pid().send("unregistered");
            self.receive();
        });
        assertThat(skep.awaitRegistered(NAME)).isEqualTo(pid);

        pid.send("unregister");
        probe.expectNext("unregistered");

        assertThat(skep.node().whereis(NAME)).isEmpty();
        assertThat(pid.isAlive()).isTrue();
    }

    @Test
    @Covers("test_whereis_dead_process")
    void theNameOfTheDeadIsFree(Testkit skep) {
        Pid first = registered(skep, NAME);
        first.send("end");
        skep.awaitEnd(first);

        assertThat(skep.node().whereis(NAME)).isEmpty();
        Pid second = registered(skep, NAME);
        assertThat(skep.node().whereis(NAME)).contains(second);
    }

    @Test
    @Covers("test_registered")
    void allNamesAreListed(Testkit skep) {
        Name<Object> other = Name.of("other_process");
        Pid first = registered(skep, NAME);
        Pid second = registered(skep, other);

        assertThat(skep.node().registered())
                .containsEntry(NAME, first)
                .containsEntry(other, second)
                .hasSize(2);
    }
}
