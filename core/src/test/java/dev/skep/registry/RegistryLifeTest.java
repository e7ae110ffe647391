package dev.skep.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.skep.Await;
import dev.skep.Exit;
import dev.skep.ExitReason;
import dev.skep.From;
import dev.skep.Name;
import dev.skep.Next;
import dev.skep.Node;
import dev.skep.Pid;
import dev.skep.Self;
import dev.skep.registry.Hive.Bee;
import dev.skep.server.GenServer;
import dev.skep.supervisor.ChildSpec;
import dev.skep.supervisor.Supervisor;
import dev.skep.supervisor.SupervisorRef;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// What becomes of the entries when the registry itself ends, and of the registry when it is restarted.
class RegistryLifeTest {
    private static final Name<UniqueRegistry<String, Integer, Object>> NAME = Name.of("registry");

    @AutoClose
    private final Hive hive = new Hive();

    private final Node node = hive.node;
    private final UniqueRegistry<String, Integer, Object> registry = UniqueRegistry.of(node, NAME);

    private void endRegistry(ExitReason reason) {
        Pid pid = registry.pid().orElseThrow();
        pid.exit(reason);
        Hive.endOf(pid);
    }

    private void register(Bee bee, String key) {
        bee.run(self -> registry.register(self, key).orElseThrow());
    }

    @Test
    void theRegisteredEndWithTheRegistryAndForItsReason() {
        for (ExitReason reason : List.of(ExitReason.shutdown(), ExitReason.because("broken"))) {
            node.start(Registry.unique(NAME));
            Bee bee = hive.bee();
            register(bee, "x");
            var end = bee.pid.exited();
            endRegistry(reason);
            assertThat(Await.get(end)).isEqualTo(reason);
        }
        node.start(Registry.unique(NAME));
        Bee bee = hive.bee();
        register(bee, "x");
        var end = bee.pid.exited();
        endRegistry(ExitReason.kill());
        assertThat(Await.get(end)).isEqualTo(ExitReason.killed());
    }

    @Test
    void whoTrapsExitsIsToldAndMayRegisterAgain() {
        node.start(Registry.unique(NAME));
        Pid first = registry.pid().orElseThrow();
        Bee bee = hive.bee();
        bee.run(self -> self.trapExit(true));
        register(bee, "x");
        endRegistry(ExitReason.shutdown());
        assertThat(bee.next(Exit.class)).isEqualTo(new Exit(first, ExitReason.shutdown()));
        node.start(Registry.unique(NAME));
        assertThat(registry.count()).isZero();
        register(bee, "x");
        assertThat(registry.whereis("x")).contains(bee.pid);
        bee.end();
        assertThat(registry.count()).isZero();
    }

    @Test
    void whoHasNoEntriesAnyMoreIsLeftAlone() {
        node.start(Registry.unique(NAME));
        Bee bee = hive.bee();
        register(bee, "x");
        bee.run(self -> registry.unregister(self, "x"));
        endRegistry(ExitReason.because("broken"));
        assertThat(bee.does(_ -> true)).as("it lives on").isTrue();
    }

    @Test
    void theOthersAreTornDownOnlyWithTheirOwnRegistry() {
        node.start(Registry.unique(NAME));
        Name<UniqueRegistry<String, Integer, Object>> other = Name.of("other");
        UniqueRegistry<String, Integer, Object> spared = node.start(Registry.unique(other));
        Bee bee = hive.bee();
        bee.run(self -> spared.register(self, "x").orElseThrow());
        endRegistry(ExitReason.because("broken"));
        assertThat(spared.whereis("x")).contains(bee.pid);
        assertThat(bee.does(_ -> true)).as("it lives on").isTrue();
    }

    @Test
    void anEndedRegistryIsNoEmptyOne() {
        node.start(Registry.unique(NAME));
        assertThat(registry.count()).isZero();
        endRegistry(ExitReason.shutdown());
        assertThatIllegalStateException().isThrownBy(registry::count);
        assertThatIllegalStateException()
                .isThrownBy(() -> hive.in(self -> registry.register(self, "x")))
                .withMessageContaining("no running UniqueRegistry");
        node.start(Registry.unique(NAME).meta("again", true));
        assertThat(registry.meta("again", Boolean.class)).contains(true);
    }

    /// A server that stands in the registry.
    private static final class Named implements GenServer<Integer, Object> {
        private final AtomicInteger starts;

        Named(AtomicInteger starts) {
            this.starts = starts;
        }

        @Override
        public Integer init(Self<Object> self) {
            return starts.incrementAndGet();
        }

        @Override
        public Next<Integer> handle(Object message, From from, Integer state) {
            return Next.noReply();
        }
    }

    @Test
    void aSupervisorRestartsTheRegistryBeforeThoseInIt() {
        AtomicInteger starts = new AtomicInteger();
        // Each round costs the restart of the registry and that of the server. A server that was restarted before the
        // registry would fail, and cost one more.
        int rounds = 20;
        SupervisorRef supervisor = node.start(Supervisor.oneForOne()
                .intensity(2 * rounds, Duration.ofDays(1))
                .child(ChildSpec.of("registry", Registry.unique(NAME)))
                .child(ChildSpec.server(registry.name("server"), () -> new Named(starts))));
        for (int i = 1; i <= rounds; i++) {
            int before = i;
            assertThat(starts).hasValue(before);
            endRegistry(i % 2 == 0 ? ExitReason.kill() : ExitReason.because("broken"));
            Await.until(() -> starts.get() == before + 1 && isThere());
        }
        assertThat(supervisor.whichChildren()).allMatch(child -> child.restarts() == rounds);
    }

    private boolean isThere() {
        return node.whereis(registry.name("server")).isPresent();
    }

    @Test
    void underRestForOneTheRestartIsOne() {
        AtomicInteger starts = new AtomicInteger();
        SupervisorRef supervisor = node.start(Supervisor.restForOne()
                .intensity(1, Duration.ofDays(1))
                .child(ChildSpec.of("registry", Registry.unique(NAME)))
                .child(ChildSpec.server(registry.name("server"), () -> new Named(starts))));
        endRegistry(ExitReason.because("broken"));
        Await.until(() -> starts.get() == 2 && isThere());
        assertThat(supervisor.whichChildren()).allMatch(child -> child.restarts() == 1);
    }
}
