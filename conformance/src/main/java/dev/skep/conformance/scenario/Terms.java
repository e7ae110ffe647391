package dev.skep.conformance.scenario;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Scenarios as Erlang terms: a record `SendName(a, 1)` is `{send_name,a,1}`, a text and a constant of an enum are
/// atoms.
final class Terms {
    private Terms() {}

    /// The text of a term, as Erlang's `~w` prints it.
    static String text(Object value) {
        return switch (value) {
            case Integer _, Long _, Boolean _ -> value.toString();
            case String atom -> atom;
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case Collection<?> list -> list.stream().map(Terms::text).collect(Collectors.joining(",", "[", "]"));
            case Record tuple ->
                Stream.concat(
                                Stream.of(atom(tuple.getClass().getSimpleName())),
                                Stream.of(tuple.getClass().getRecordComponents())
                                        .map(component -> text(get(tuple, component))))
                        .collect(Collectors.joining(",", "{", "}"));
            default -> throw new IllegalArgumentException("no term for " + value + " of " + value.getClass());
        };
    }

    /// `sendName` or `SendName` as `send_name`.
    private static String atom(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /// A component of a record of this package.
    static Object get(Record tuple, RecordComponent component) {
        try {
            return component.getAccessor().invoke(tuple);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component + " of " + tuple, e);
        }
    }
}
