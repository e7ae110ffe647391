package dev.skep.conformance.elixir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.registry.Entry;
import dev.skep.registry.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What Elixir says with match specifications and guards, said with predicates and functions: the same for both kinds
/// of registry.
final class RegistryMatches {
    /// A value to be matched.
    record Triple(int first, String kind, int last) {}

    static final Triple VALUE = new Triple(1, "atom", 1);

    private final Registry<Object, Object, Object> registry;
    private final Bee bee;

    RegistryMatches(Registry<Object, Object, Object> registry, Bee bee) {
        this.registry = registry;
        this.bee = bee;
    }

    static Predicate<Object> triple(Predicate<Triple> test) {
        return value -> value instanceof Triple triple && test.test(triple);
    }

    Entry<Object, Object, Object> entry(Object key, Object value) {
        return new Entry<>(key, bee.pid(), Optional.of(value));
    }

    /// `hello` has [#VALUE], and `world` a map.
    void matchOneKey() {
        matches(triple(t -> t.first() == 1), true);
        matches(triple(t -> t.first() == 2), false);
        matches(value -> value instanceof Double, false);
        matches(triple(t -> t.kind().equals("atom")), true);
        matches(triple(t -> t.first() == t.last()), true);
        matches(_ -> true, true);
        assertThat(registry.match("_", _ -> true)).isEmpty();
        assertThat(registry.match("world", value -> value instanceof Map<?, ?> map && "b".equals(map.get("b"))))
                .hasSize(1);
    }

    /// As guards do.
    void matchOneKeyUnderConditions() {
        matches(triple(t -> t.last() > 0), true);
        matches(triple(t -> t.last() > 1), false);
        matches(triple(t -> t.first() + t.last() == 2), true);
    }

    private void matches(Predicate<Object> test, boolean expected) {
        assertThat(registry.match("hello", test)).isEqualTo(expected ? List.of(entry("hello", VALUE)) : List.of());
        assertThat(registry.countMatch("hello", test)).isEqualTo(expected ? 1 : 0);
    }

    /// As match specifications do.
    void selectFromAll() {
        assertThat(registry.<Object>select(entry -> Optional.of(entry.key()))).containsExactlyInAnyOrder("hello", "world");
        assertThat(select(entry -> entry.key().equals("hello"))).containsExactly(entry("hello", VALUE));
        assertThat(select(entry -> entry.pid().equals(bee.pid()))).hasSize(2);
        assertThat(select(entry -> entry.value().equals(Optional.of(VALUE)))).containsExactly(entry("hello", VALUE));
        assertThat(select(entry -> entry.key().equals("nobody"))).isEmpty();
        assertThat(registry.<Integer>select(entry ->
                        entry.value().filter(Triple.class::isInstance).map(value -> ((Triple) value).first())))
                .containsExactly(1);
        assertThat(select(entry -> entry.key().equals("hello") || entry.key().equals("world")))
                .as("several specifications at once")
                .hasSize(2);
    }

    /// As guards do.
    void selectUnderConditions() {
        assertThat(select(valueIs(triple(t -> t.last() > 0)))).containsExactly(entry("hello", VALUE));
        assertThat(select(valueIs(triple(t -> t.last() > 1)))).isEmpty();
        assertThat(select(valueIs(Map.class::isInstance))).hasSize(1);
    }

    static Predicate<Entry<Object, Object, Object>> valueIs(Predicate<Object> test) {
        return entry -> entry.value().filter(test).isPresent();
    }

    private List<Entry<Object, Object, Object>> select(Predicate<Entry<Object, Object, Object>> test) {
        List<Entry<Object, Object, Object>> selected =
                registry.select(entry -> test.test(entry) ? Optional.of(entry) : Optional.empty());
        assertThat(registry.countSelect(test)).isEqualTo(selected.size());
        return selected;
    }

    /// Every entry, whole.
    void selectAll() {
        assertThat(select(_ -> true)).isEqualTo(registry.entries()).hasSize((int) registry.count());
    }
}
