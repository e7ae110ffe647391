package dev.skep.conformance.elixir;

import static dev.skep.conformance.elixir.RegistryMatches.VALUE;
import static dev.skep.conformance.elixir.RegistryMatches.triple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.Name;
import dev.skep.conformance.coverage.CasesOf;
import dev.skep.conformance.coverage.Covers;
import dev.skep.conformance.coverage.Differs;
import dev.skep.registry.Registry;
import dev.skep.registry.UniqueRegistry;
import dev.skep.testkit.SkepTest;
import dev.skep.testkit.Testkit;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is selected from a registry with one process for each key.
@SkepTest(virtualTime = true)
@CasesOf("registry/unique")
@Differs(
        cases = {
            "select raises on incorrect shape of match spec",
            "count_select raises on incorrect shape of match spec"
        },
        entry = "Match specifications and guards")
class RegistryMatchTest {
    private static final Name<UniqueRegistry<Object, Object, Object>> NAME = Name.of("registry");

    private UniqueRegistry<Object, Object, Object> registry;
    private Bee me;
    private RegistryMatches matches;

    @BeforeEach
    void register(Testkit skep) {
        registry = skep.start(Registry.unique(NAME));
        me = new Bee(skep);
        matches = new RegistryMatches(registry, me);
        me.run(self -> registry.register(self, "hello", VALUE).orElseThrow());
        me.run(self ->
                registry.register(self, "world", Map.of("a", "a", "b", "b")).orElseThrow());
    }

    @Test
    @Covers({"supports match patterns", "count_match supports match patterns"})
    void matchesTheValueOfAKey() {
        matches.matchOneKey();
    }

    @Test
    @Covers({"supports guard conditions", "count_match supports guard conditions"})
    void matchesTheValueOfAKeyUnderConditions() {
        matches.matchOneKeyUnderConditions();
    }

    @Test
    @Covers({"unregister_match supports patterns", "unregister_match supports guards"})
    void unregistersWhatMatches() {
        unregister(triple(t -> t.first() == 2));
        unregister(Double.class::isInstance);
        assertThat(registry.lookup("hello")).containsExactly(matches.entry("hello", VALUE));

        unregister(triple(t -> t.first() < 2));
        assertThat(registry.lookup("hello")).isEmpty();
        assertThat(registry.keys(me.pid())).containsExactly("world");
    }

    private void unregister(Predicate<Object> test) {
        me.run(self -> registry.unregisterMatch(self, "hello", test));
    }

    @Test
    @Covers("empty list for empty registry")
    void selectsNothingFromNothing(Testkit skep) {
        Name<UniqueRegistry<Object, Object, Object>> name = Name.of("empty");

        assertThat(skep.start(Registry.unique(name)).entries()).isEmpty();
    }

    @Test
    @Covers({"select all", "select supports full match specs", "select allows multiple specs"})
    void selectsFromAllEntries() {
        matches.selectAll();
        matches.selectFromAll();
    }

    @Test
    @Covers({
        "select supports guard conditions",
        "count_select supports match specs",
        "count_select supports guard conditions",
        "count_select allows multiple specs"
    })
    void countsAndSelectsUnderConditions() {
        matches.selectUnderConditions();
        assertThat(registry.countSelect(
                        entry -> entry.key().equals("hello") || entry.key().equals("world")))
                .isEqualTo(2);
    }
}
