package dev.skep.conformance.scenario;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Makes a scenario smaller as long as it shows what it is to show, by leaving out elements of its lists.
final class Shrinker {
    /// How many are tried at the same time, and how often at most.
    private static final int BATCH = 24;

    private static final int MOST_BATCHES = 80;

    private Shrinker() {}

    /// @param scenario what is to be made smaller
    /// @param firstBad the place of the first of some scenarios that still shows it; -1 if none does
    /// @return the smallest that was found
    static Scenario shrink(Scenario scenario, Function<List<Scenario>, Integer> firstBad) {
        Scenario smallest = scenario;
        List<Scenario> candidates = smaller(smallest);
        int from = 0;
        for (int batch = 0; batch < MOST_BATCHES && from < candidates.size(); batch++) {
            List<Scenario> tried = candidates.subList(from, Math.min(candidates.size(), from + BATCH));
            int found = firstBad.apply(tried);
            if (found < 0) {
                from += tried.size();
            } else {
                smallest = tried.get(found);
                int at = from + found;
                candidates = smaller(smallest);
                // What was in vain before mostly is still: go on from here, and begin anew when nothing is left.
                from = at < candidates.size() ? at : 0;
            }
            if (from >= candidates.size() && found >= 0) {
                from = 0;
            }
        }
        return smallest;
    }

    /// All scenarios with some elements less: big steps first.
    static List<Scenario> smaller(Scenario scenario) {
        return variants(scenario).map(Scenario.class::cast).toList();
    }

    private static Stream<Object> variants(Object value) {
        return switch (value) {
            case List<?> list -> variants(list);
            case Record tuple -> variants(tuple);
            default -> Stream.empty();
        };
    }

    private static Stream<Object> variants(List<?> list) {
        List<Object> fewer = new ArrayList<>();
        for (int length = (list.size() + 1) / 2; length > 0; length = length == 1 ? 0 : (length + 1) / 2) {
            for (int from = 0; from < list.size(); from += length) {
                List<Object> rest = new ArrayList<>(list);
                rest.subList(from, Math.min(list.size(), from + length)).clear();
                fewer.add(rest);
            }
        }
        return Stream.concat(fewer.stream(), Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                .flatMap(i -> variants(list.get(i)).map(element -> {
                    List<Object> changed = new ArrayList<>(list);
                    changed.set(i, element);
                    return changed;
                })));
    }

    private static Stream<Object> variants(Record tuple) {
        RecordComponent[] components = tuple.getClass().getRecordComponents();
        Object[] values =
                Stream.of(components).map(component -> Terms.get(tuple, component)).toArray();
        return Stream.iterate(0, i -> i < values.length, i -> i + 1)
                .flatMap(i -> variants(values[i]).map(value -> {
                    Object[] changed = values.clone();
                    changed[i] = value;
                    return make(tuple.getClass(), components, changed);
                }));
    }

    private static Object make(Class<?> type, RecordComponent[] components, Object[] values) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }
}
