package dev.skep.conformance.elixir;

import static dev.skep.conformance.elixir.RegistryMatches.VALUE;
import static dev.skep.conformance.elixir.RegistryMatches.triple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.ExitReason;
import dev.skep.Name;
import dev.skep.Pid;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.conformance.elixir.RegistryMatches.Triple;
import dev.skep.registry.DuplicateRegistry;
import dev.skep.registry.Entry;
import dev.skep.registry.Registry;
import dev.skep.registry.RegistryEvent;
import dev.skep.testkit.Probe;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A registry with any number of processes for each key.
@SkepTest(virtualTime = true)
@CasesOf("registry/duplicate")
@Differs(cases = "starts configured number of partitions", entry = "`partitions`, with two tables each")
@Differs(
        cases = {"raises if attempt to be used on via", "update_value is not supported"},
        entry = "The kind is an option; `via` and `update_value` raise for duplicate keys")
@Differs(cases = "rejects invalid tuple syntax", entry = "The kind is an option; `via` and `update_value` raise")
class RegistryDuplicateTest {
    private static final Name<DuplicateRegistry<Object, Object, Object>> NAME = Name.of("registry");
    private static final Triple SECOND = new Triple(2, "atom", 2);

    private Testkit skep;
    private DuplicateRegistry<Object, Object, Object> registry;
    private Bee me;

    @BeforeEach
    void startRegistry(Testkit testkit) {
        skep = testkit;
        registry = testkit.start(Registry.duplicate(NAME));
        me = new Bee(testkit);
    }

    private Entry<Object, Object, Object> register(Bee bee, Object key, Object value) {
        return bee.run(self -> registry.register(self, key, value));
    }

    private Entry<Object, Object, Object> mine(Object key, Object value) {
        return new Entry<>(key, me.pid(), Optional.of(value));
    }

    @Test
    @Covers({"counts 0 keys in an empty registry", "counts the number of keys in a registry"})
    void countsItsEntries() {
        assertThat(registry.count()).isZero();
        register(me, "hello", "value");
        register(me, "hello", "value");
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    @Covers("has duplicate registrations")
    void aProcessMayHaveAKeySeveralTimes() {
        assertThat(register(me, "hello", "value")).isEqualTo(mine("hello", "value"));
        assertThat(register(me, "hello", "value")).isEqualTo(mine("hello", "value"));
        assertThat(registry.keys(me.pid())).containsExactly("hello", "hello");
        assertThat(registry.values("hello", me.pid())).containsExactly("value", "value");
        register(me, "world", "value");
        assertThat(registry.keys(me.pid())).containsExactly("hello", "hello", "world");
    }

    @Test
    @Covers("has duplicate registrations across processes")
    void severalProcessesMayHaveAKey() {
        Bee other = new Bee(skep);
        register(other, "hello", "world");
        assertThat(registry.keys(me.pid())).isEmpty();
        assertThat(registry.keys(other.pid())).containsExactly("hello");
        assertThat(registry.values("hello", me.pid())).isEmpty();
        assertThat(registry.values("hello", other.pid())).containsExactly("world");

        register(me, "hello", "value");
        assertThat(registry.keys(me.pid())).containsExactly("hello");
        assertThat(registry.values("hello", me.pid())).containsExactly("value");
        assertThat(registry.lookup("hello")).hasSize(2);
    }

    @Test
    @Covers("compares using matches")
    void numbersOfDifferentKindsAreDifferentKeys() {
        register(me, 1.0, "value");
        register(me, 1, "value");

        assertThat(registry.keys(me.pid())).containsExactly(1.0, 1);
        assertThat(registry.lookup(1)).containsExactly(mine(1, "value"));
    }

    // ---- Dispatching ---------------------------------------------------------------------------------------------

    private interface Dispatch {
        void to(String key, Consumer<List<Entry<Object, Object, Object>>> dispatcher);
    }

    private void dispatches(Dispatch dispatch, Probe probe, Predicate<Thread> where) {
        dispatch.to("hello", _ -> {
            throw new AssertionError("there is nobody to dispatch to");
        });
        register(me, "hello", "1");
        register(me, "hello", "2");
        register(me, "world", "3");
        Consumer<List<Entry<Object, Object, Object>>> tell = entries -> {
            assertThat(Thread.currentThread()).matches(where);
            entries.forEach(entry -> probe.pid().send(entry.value().orElseThrow()));
        };

        dispatch.to("hello", tell);
        List<String> heard = List.of(probe.expect(String.class), probe.expect(String.class));
        assertThat(heard).containsExactlyInAnyOrder("1", "2");
        probe.refuteAny();
        dispatch.to("world", tell);
        probe.expectNext("3");
        probe.refuteAny();
    }

    @Test
    @Covers("dispatches to multiple keys in serial")
    void dispatchesInTheCallersThread(Probe probe) {
        Thread here = Thread.currentThread();

        dispatches(registry::dispatch, probe, here::equals);
    }

    @Test
    @Covers("dispatches to multiple keys in parallel")
    void dispatchesInProcessesOfTheirOwn(Probe probe) {
        Thread here = Thread.currentThread();

        dispatches(
                (key, dispatcher) -> registry.dispatchInParallel(key, 8, dispatcher), probe, thread -> thread != here);
        assertThat(skep.crashes()).isEmpty();
    }

    // ---- Unregistering -------------------------------------------------------------------------------------------

    @Test
    @Covers({"unregisters by key", "unregisters with no entries", "supports reserved keys"})
    void aProcessUnregistersAllItsEntriesUnderAKey() {
        assertThat(me.<Boolean>run(self -> registry.unregister(self, "hello"))).isFalse();
        for (Object key : List.of("_", "hello", "_", "hello", "world")) {
            register(me, key, "value");
        }
        me.run(self -> registry.unregister(self, "_"));
        assertThat(registry.keys(me.pid())).containsExactly("hello", "hello", "world");
        me.run(self -> registry.unregister(self, "hello"));
        assertThat(registry.keys(me.pid())).containsExactly("world");
        me.run(self -> registry.unregister(self, "world"));
        assertThat(registry.keys(me.pid())).isEmpty();
    }

    private void unregister(Predicate<Object> test) {
        me.run(self -> registry.unregisterMatch(self, "hello", test));
    }

    @Test
    @Covers({"unregister_match supports patterns", "unregister_match supports guards"})
    void unregistersWhatMatches() {
        register(me, "hello", VALUE);
        register(me, "hello", SECOND);
        unregister(triple(t -> t.first() == 2));
        assertThat(registry.lookup("hello")).containsExactly(mine("hello", VALUE));
        register(me, "hello", SECOND);
        unregister(Double.class::isInstance);
        assertThat(registry.lookup("hello")).containsExactly(mine("hello", VALUE), mine("hello", SECOND));
        unregister(triple(t -> t.first() < 2));
        assertThat(registry.lookup("hello")).containsExactly(mine("hello", SECOND));
        register(me, "hello", VALUE);
        unregister(triple(t -> t.kind().equals("atom")));
        assertThat(registry.lookup("hello")).isEmpty();
    }

    // ---- Matching ------------------------------------------------------------------------------------------------

    private RegistryMatches helloAndWorld() {
        register(me, "hello", VALUE);
        register(me, "world", Map.of("a", "a", "b", "b"));
        return new RegistryMatches(registry, me);
    }

    @Test
    @Covers({
        "supports match patterns",
        "supports guards",
        "count_match supports match patterns",
        "count_match supports guard conditions"
    })
    void matchesTheValuesOfAKey() {
        RegistryMatches matches = helloAndWorld();
        matches.matchOneKey();
        matches.matchOneKeyUnderConditions();

        register(me, "hello", SECOND);
        assertThat(registry.match("hello", triple(t -> t.first() == 2))).containsExactly(mine("hello", SECOND));
        assertThat(registry.match("hello", triple(t -> t.first() < 3)))
                .containsExactly(mine("hello", VALUE), mine("hello", SECOND));
        assertThat(registry.match("hello", triple(t -> t.first() > 3))).isEmpty();
    }

    @Test
    @Covers({
        "select supports full match specs",
        "select supports guard conditions",
        "select allows multiple specs",
        "count_select supports match specs",
        "count_select supports guard conditions",
        "count_select allows multiple specs"
    })
    void selectsFromAllEntries() {
        RegistryMatches matches = helloAndWorld();
        matches.selectFromAll();
        matches.selectUnderConditions();
    }

    @Test
    @Covers({"empty list for empty registry", "select all", "select with reserved-atom keys"})
    void selectsAllEntries() {
        assertThat(registry.entries()).isEmpty();
        register(me, "hello", "value");
        register(me, "hello", "value");
        register(me, "_", "value");

        assertThat(registry.entries())
                .containsExactlyInAnyOrder(mine("hello", "value"), mine("hello", "value"), mine("_", "value"));
    }

    @Test
    @Covers({"uses exact complex keys in lookup and match", "count_select with reserved-atom keys"})
    void keysOfAnyShapeAreTakenAsTheyAre() {
        Object complex = List.of("_", Map.of("key", Optional.of("$1")));
        register(me, complex, "complex");
        register(me, List.of("_", "other"), "other");

        assertThat(registry.lookup(complex)).containsExactly(mine(complex, "complex"));
        assertThat(registry.match(complex, "complex"::equals)).containsExactly(mine(complex, "complex"));
        assertThat(registry.countSelect(entry -> entry.key().equals(complex))).isEqualTo(1);
        assertThat(registry.lookup("_")).isEmpty();
    }

    // ---- Listeners, links, the registry's end --------------------------------------------------------------------

    @Test
    @Covers("allows listeners")
    void listenersHearOfEachRegistration(Probe probe) {
        Name<Object> listener = Name.of("listener");
        skep.node().register(listener, probe.pid());
        Name<DuplicateRegistry<Object, Object, Object>> name = Name.of("heard");
        registry = skep.start(Registry.duplicate(name).listener(listener));
        Bee other = new Bee(skep);

        register(other, "hello", "world");
        register(me, "hello", "value");
        me.run(self -> registry.unregister(self, "hello"));

        probe.expectNext(new RegistryEvent.Registered("heard", "hello", other.pid(), Optional.of("world")));
        probe.expectNext(new RegistryEvent.Registered("heard", "hello", me.pid(), Optional.of("value")));
        probe.expectNext(new RegistryEvent.Unregistered("heard", "hello", me.pid()));
    }

    @Test
    @Differs(
            cases = "links and unlinks on register/unregister",
            entry = "Registered processes are linked to a partition of the registry")
    void registeredProcessesAreNotLinkedButEndWithTheRegistry() {
        register(me, "hello", "value");
        Pid owner = registry.pid().orElseThrow();
        assertThat(me.pid().info().orElseThrow().links()).doesNotContain(owner);

        skep.stop(owner);

        assertThat(skep.awaitEnd(me.pid())).isEqualTo(ExitReason.shutdown());
    }

    @Test
    @Covers("raises on unknown registry name")
    void aRegistryThatDoesNotRunCannotBeUsed() {
        DuplicateRegistry<Object, Object, Object> unknown = DuplicateRegistry.of(skep.node(), Name.of("unknown"));

        assertThatThrownBy(() -> me.run(self -> unknown.register(self, "hello", "value")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown");
    }
}
