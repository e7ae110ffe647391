package dev.skep.stress;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Validate;

/// The scenarios of a model, read from its annotations.
///
/// @param model a class with operations
/// @param threads what each thread does
record Steps(Class<?> model, List<List<Step>> threads) {
    /// An operation, and its argument if it has one.
    record Step(Method operation, List<Object> arguments) {}

    static List<Steps> of(Class<?> model) {
        return Arrays.stream(model.getAnnotationsByType(Scenario.class))
                .map(scenario -> of(model, scenario))
                .toList();
    }

    private static Steps of(Class<?> model, Scenario scenario) {
        List<List<Step>> threads = new ArrayList<>();
        int number = 0;
        for (String thread : scenario.value()) {
            List<Step> steps = new ArrayList<>();
            for (String name : thread.split(" ", -1)) {
                Method operation = operation(model, name);
                steps.add(new Step(operation, operation.getParameterCount() == 0 ? List.of() : List.of(number)));
                number++;
            }
            threads.add(List.copyOf(steps));
        }
        return new Steps(model, List.copyOf(threads));
    }

    private static Method operation(Class<?> model, String name) {
        return Arrays.stream(model.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "a scenario of " + model.getSimpleName() + " names " + name + ", which it has not"));
    }

    /// What says whether all is right.
    Method validation() {
        return Arrays.stream(model.getMethods())
                .filter(method -> method.isAnnotationPresent(Validate.class))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(model.getSimpleName() + " does not say what is right"));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<Step> thread : threads) {
            text.append(text.isEmpty() ? "" : " | ");
            text.append(String.join(
                    " ", thread.stream().map(step -> step.operation().getName()).toList()));
        }
        return text.toString();
    }
}
