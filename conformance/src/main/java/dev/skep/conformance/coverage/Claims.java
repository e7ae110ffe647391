package dev.skep.conformance.coverage;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Disabled;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/// What test classes say of upstream cases, and what is wrong with that.
final class Claims {
    private final Map<String, Set<String>> suites = new LinkedHashMap<>();
    private final String differences;
    private final Map<String, Map<String, Status>> statuses = new LinkedHashMap<>();
    private final Map<String, Status> ofTheRest = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /// @param cases the cases that there are
    /// @param differences the page of deliberate differences
    Claims(List<Case> cases, String differences) {
        cases.forEach(each ->
                suites.computeIfAbsent(each.suite(), _ -> new LinkedHashSet<>()).add(each.name()));
        this.differences = differences;
    }

    /// Reads what a class says; nothing, if it is no class of test cases.
    void read(Class<?> tests) {
        CasesOf of = tests.getAnnotation(CasesOf.class);
        if (of == null) {
            return;
        }
        String suite = of.value();
        if (!suites.containsKey(suite)) {
            problems.add(tests.getName() + ": there is no suite " + suite);
            return;
        }
        for (NotApplicable none : tests.getAnnotationsByType(NotApplicable.class)) {
            claim(tests.getName(), suite, none.cases(), Status.NOT_APPLICABLE);
        }
        for (Waits waits : tests.getAnnotationsByType(Waits.class)) {
            claim(tests.getName(), suite, waits.cases(), Status.WAITS);
            if (waits.cases().length == 0) {
                ofTheRest.put(suite, Status.WAITS);
            }
        }
        readDifferences(tests.getName(), suite, tests.getAnnotationsByType(Differs.class));
        Arrays.stream(tests.getDeclaredMethods()).forEach(method -> readMethod(suite, method));
    }

    private void readMethod(String suite, Method method) {
        String where = method.getDeclaringClass().getName() + "." + method.getName();
        Covers covers = method.getAnnotation(Covers.class);
        Differs[] differing = method.getAnnotationsByType(Differs.class);
        if (covers == null && differing.length == 0) {
            return;
        }
        if (!AnnotationSupport.isAnnotated(method, Testable.class) || method.isAnnotationPresent(Disabled.class)) {
            problems.add(where + ": it is no test, or a disabled one, and covers nothing");
            return;
        }
        if (covers != null) {
            claim(where, suite, covers.value(), Status.COVERED);
        }
        readDifferences(where, suite, differing);
    }

    private void readDifferences(String where, String suite, Differs[] all) {
        for (Differs differs : all) {
            claim(where, suite, differs.cases(), Status.DIFFERS);
            if (differences.lines().noneMatch(line -> line.contains(differs.entry()))) {
                problems.add(where + ": no line of the page of differences has \"" + differs.entry() + "\"");
            }
        }
    }

    private void claim(String where, String suite, String[] names, Status status) {
        Map<String, Status> known = statuses.computeIfAbsent(suite, _ -> new LinkedHashMap<>());
        for (String name : names) {
            if (!suites.getOrDefault(suite, Set.of()).contains(name)) {
                problems.add(where + ": " + suite + " has no case " + name);
            }
            Status before = known.put(name, status);
            if (before != null && before != status) {
                problems.add(where + ": the case " + name + " of " + suite + " is " + status.label
                        + " here, but elsewhere it is " + before.label);
            }
        }
    }

    /// What has become of a case.
    Status of(Case upstream) {
        @Nullable
        Status status = statuses.getOrDefault(upstream.suite(), Map.of()).get(upstream.name());
        return status != null ? status : ofTheRest.getOrDefault(upstream.suite(), Status.MISSING);
    }

    /// What cannot be true of what was said, a sentence each.
    List<String> problems() {
        return List.copyOf(problems);
    }
}
