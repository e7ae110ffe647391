package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.Result;
import dev.skep.StartSpec;
import dev.skep.Started;
import dev.skep.agent.Agent;
import dev.skep.agent.AgentRpc;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.registry.AlreadyRegistered;
import dev.skep.registry.Entry;
import dev.skep.registry.Registry;
import dev.skep.registry.RegistryEvent;
import dev.skep.registry.UniqueRegistry;
import dev.skep.registry.UniqueRegistry.Updated;
import dev.skep.sys.Sys;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A registry with one process for each key. What it selects is in [RegistryMatchTest].
@SkepTest(virtualTime = true)
@CasesOf("registry/unique")
@Differs(cases = "starts configured number of partitions", entry = "`partitions`, with two tables each")
class RegistryUniqueTest {
    private static final Name<UniqueRegistry<Object, Object, Object>> NAME = Name.of("registry");

    private Testkit skep;
    private UniqueRegistry<Object, Object, Object> registry;
    private Bee me;

    @BeforeEach
    void startRegistry(Testkit testkit) {
        skep = testkit;
        registry = testkit.start(Registry.unique(NAME));
        me = new Bee(testkit);
    }

    private Result<Entry<Object, Object, Object>, AlreadyRegistered> register(Bee bee, Object key, Object value) {
        return bee.run(self -> registry.register(self, key, value));
    }

    private static Entry<Object, Object, Object> entry(Object key, Pid pid, Object value) {
        return new Entry<>(key, pid, Optional.of(value));
    }

    private static Result<Entry<Object, Object, Object>, AlreadyRegistered> taken(Bee by) {
        return Result.err(new AlreadyRegistered(by.pid()));
    }

    @Test
    @Covers({"counts 0 keys in an empty registry", "counts the number of keys in a registry"})
    void countsItsKeys() {
        assertThat(registry.count()).isZero();
        register(me, "hello", "value");
        register(me, "world", "value");
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    @Covers({"has unique registrations", "doesn't grow ets on already_registered"})
    void aProcessHasAKeyOnce() {
        assertThat(register(me, "hello", 1)).isEqualTo(Result.ok(entry("hello", me.pid(), 1)));
        assertThat(registry.keys(me.pid())).containsExactly("hello");
        assertThat(registry.values("hello", me.pid())).containsExactly(1);

        assertThat(register(me, "hello", 2)).isEqualTo(taken(me));
        assertThat(registry.keys(me.pid())).containsExactly("hello");
        assertThat(registry.values("hello", me.pid())).containsExactly(1);
        assertThat(registry.count()).isEqualTo(1);

        register(me, "world", 3);
        assertThat(registry.keys(me.pid())).containsExactly("hello", "world");
        register(me, "hello", 4);
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    @Covers({"has unique registrations across processes", "doesn't grow ets on already_registered across processes"})
    void aKeyHasOneProcess() {
        Bee other = new Bee(skep);
        register(other, "hello", "value");
        register(me, "world", "value");

        assertThat(register(me, "hello", "recent")).isEqualTo(taken(other));

        assertThat(registry.keys(other.pid())).containsExactly("hello");
        assertThat(registry.values("hello", other.pid())).containsExactly("value");
        assertThat(registry.keys(me.pid())).containsExactly("world");
        assertThat(registry.values("hello", me.pid())).isEmpty();
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    @Covers("has unique registrations even if partition is delayed")
    void theKeyOfADeadProcessIsFreeEvenIfTheRegistryIsSuspended() {
        Bee other = new Bee(skep);
        register(other, "hello", "value");
        assertThat(register(me, "hello", "other")).isEqualTo(taken(other));
        Sys.of(registry.pid().orElseThrow()).suspend();

        other.pid().exit(ExitReason.shutdown());
        skep.awaitEnd(other.pid());

        assertThat(register(me, "hello", "other").isOk()).isTrue();
        assertThat(registry.lookup("hello")).containsExactly(entry("hello", me.pid(), "other"));
    }

    @Test
    @Covers("compares using ===")
    void numbersOfDifferentKindsAreDifferentKeys() {
        register(me, 1.0, "value");
        register(me, 1, "value");

        assertThat(registry.keys(me.pid())).containsExactly(1.0, 1);
    }

    @Test
    @Covers("updates current process value")
    void aProcessUpdatesItsOwnValueOnly() {
        AtomicInteger calls = new AtomicInteger();
        assertThat(increment("hello", calls)).isEmpty();
        register(new Bee(skep), "hello", 1);
        assertThat(increment("hello", calls)).isEmpty();
        assertThat(calls).hasValue(0);

        register(me, "world", 1);
        assertThat(increment("world", calls)).contains(new Updated<>(2, Optional.of(1)));
        assertThat(registry.lookup("world")).containsExactly(entry("world", me.pid(), 2));
    }

    private Optional<Updated<Object>> increment(String key, AtomicInteger calls) {
        return me.run(self -> registry.updateValue(self, key, value -> {
            calls.incrementAndGet();
            return (int) value.orElseThrow() + 1;
        }));
    }

    @Test
    @Covers("dispatches to a single key")
    void dispatchesToTheProcessOfAKey(Probe probe) {
        registry.dispatch("hello", _ -> {
            throw new AssertionError("there is nobody to dispatch to");
        });
        register(me, "hello", "value");

        registry.dispatch(
                "hello",
                entries -> entries.forEach(entry ->
                        probe.pid().send(entry.pid().id() + " " + entry.value().orElseThrow())));

        probe.expectNext(me.pid().id() + " value");
        probe.refuteAny();
    }

    @Test
    @Covers({"unregisters process by key", "unregisters with no entries", "supports reserved keys"})
    void aProcessUnregistersByKey() {
        assertThat(me.<Boolean>run(self -> registry.unregister(self, "hello"))).isFalse();
        List<Object> keys = List.of("hello", "_", Optional.empty());
        keys.forEach(key -> register(me, key, "value"));
        assertThat(registry.keys(me.pid())).isEqualTo(keys);

        assertThat(me.<Boolean>run(self -> registry.unregister(self, "_"))).isTrue();
        assertThat(registry.lookup("_")).isEmpty();
        assertThat(registry.keys(me.pid())).containsExactly("hello", Optional.empty());
        me.run(self -> registry.unregister(self, "hello"));
        me.run(self -> registry.unregister(self, Optional.empty()));
        assertThat(registry.keys(me.pid())).isEmpty();
    }

    @Test
    @Covers("allows listeners")
    void listenersHearOfRegistrations(Probe probe) {
        Name<Object> listener = Name.of("listener");
        skep.node().register(listener, probe.pid());
        Name<UniqueRegistry<Object, Object, Object>> name = Name.of("heard");
        registry = skep.start(Registry.unique(name).listener(listener));
        Bee other = new Bee(skep);

        register(other, "hello", "world");
        register(me, "world", "value");
        me.run(self -> registry.unregister(self, "world"));

        probe.expectNext(new RegistryEvent.Registered("heard", "hello", other.pid(), Optional.of("world")));
        probe.expectNext(new RegistryEvent.Registered("heard", "world", me.pid(), Optional.of("value")));
        probe.expectNext(new RegistryEvent.Unregistered("heard", "world", me.pid()));
    }

    @Test
    @Differs(
            cases = "links and unlinks on register/unregister",
            entry = "Registered processes are linked to a partition of the registry")
    void registeredProcessesAreNotLinkedButEndWithTheRegistry() {
        register(me, "hello", "value");
        assertThat(me.pid().info().orElseThrow().links())
                .doesNotContain(registry.pid().orElseThrow());

        skep.stop(registry.pid().orElseThrow());

        assertThat(skep.awaitEnd(me.pid())).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("raises on unknown registry name")
    void aRegistryThatDoesNotRunCannotBeUsed() {
        UniqueRegistry<Object, Object, Object> unknown = UniqueRegistry.of(skep.node(), Name.of("unknown"));

        assertThatThrownBy(() -> me.run(self -> unknown.register(self, "hello", "value")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown");
    }

    // ---- Keys as names -------------------------------------------------------------------------------------------

    private final Name<UniqueRegistry<Object, Object, AgentRpc<Integer>>> agentsName = Name.of("agents");

    private StartSpec<Agent<Integer>> agent(Name<AgentRpc<Integer>> name) {
        return Agent.spec(name, () -> 0);
    }

    @Test
    @Covers("via callbacks")
    void keysAreNames() {
        UniqueRegistry<Object, Object, AgentRpc<Integer>> agents = skep.start(Registry.unique(agentsName));
        Name<AgentRpc<Integer>> name = agents.name("hello");

        Pid pid = skep.start(agent(name)).pid().orElseThrow();
        Agent<Integer> byName = Agent.of(skep.node(), name);
        byName.update(count -> count + 1);
        assertThat(byName.<Integer>get(count -> count)).isEqualTo(1);
        assertThat(skep.node().tryStart(agent(name))).isEqualTo(new Started.AlreadyStarted<>(pid));

        byName.stop();
        assertThat(agents.lookup("hello")).isEmpty();
        StartSpec<Agent<Integer>> failing = Agent.spec(name, () -> {
            throw new IllegalStateException("oops");
        });
        skep.allowCrashes();
        assertThat(skep.node().tryStart(failing)).isInstanceOf(Started.Failed.class);
        assertThat(agents.count()).isZero();
    }

    @Test
    @Covers("uses value provided in via")
    void aNameMayBringAValue() {
        UniqueRegistry<Object, Object, AgentRpc<Integer>> agents = skep.start(Registry.unique(agentsName));

        Pid pid = skep.start(agent(agents.name("hello", "value"))).pid().orElseThrow();

        assertThat(agents.lookup("hello")).containsExactly(new Entry<>("hello", pid, Optional.of("value")));
    }
}
