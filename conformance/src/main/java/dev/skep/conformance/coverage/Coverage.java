package dev.skep.conformance.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What has become of every upstream case, from what the tests themselves say.
public final class Coverage {
    private final Map<Case, Status> statuses = new LinkedHashMap<>();
    private final List<String> problems;

    private Coverage(List<Case> cases, Claims claims) {
        cases.forEach(each -> statuses.put(each, claims.of(each)));
        problems = claims.problems();
    }

    /// Reads what test classes say.
    ///
    /// @param cases the upstream cases
    /// @param tests classes, of whatever kind
    /// @param differences the text of the page of differences
    /// @return the coverage
    static Coverage of(List<Case> cases, List<Class<?>> tests, String differences) {
        Claims claims = new Claims(cases, differences);
        tests.forEach(claims::read);
        return new Coverage(cases, claims);
    }

    /// Reads what the compiled tests of this module say.
    ///
    /// @param classes the folder of the compiled test classes, which have to be on the class path, too
    /// @param differences the page of differences
    /// @return the coverage
    /// @throws IOException if a file cannot be read
    public static Coverage read(Path classes, Path differences) throws IOException {
        return of(Case.all(), load(classes), Files.readString(differences));
    }

    private static List<Class<?>> load(Path folder) throws IOException {
        List<Class<?>> loaded = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String path = folder.relativize(file).toString();
                if (path.endsWith("Test.class")) {
                    String name = path.substring(0, path.length() - ".class".length());
                    loaded.add(Class.forName(
                            name.replace(file.getFileSystem().getSeparator(), "."),
                            false,
                            Coverage.class.getClassLoader()));
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IOException("the test classes in " + folder + " are not on the class path", e);
        }
        return loaded;
    }

    /// Claims that cannot be true, a sentence each: names that no list has, tests that are none.
    ///
    /// @return none, if all is well
    public List<String> problems() {
        return problems;
    }

    /// The cases that nothing is said of.
    ///
    /// @return each as `suite: case`
    public List<String> missing() {
        return statuses.entrySet().stream()
                .filter(each -> each.getValue() == Status.MISSING)
                .map(each -> each.getKey().suite() + ": " + each.getKey().name())
                .toList();
    }

    /// How many cases of each suite have come to what.
    ///
    /// @return the lines of a table
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        StringBuilder head = new StringBuilder("%-46s%7s".formatted("suite", "cases"));
        for (Status status : Status.values()) {
            head.append("  ").append(status.label);
        }
        lines.add(head.toString());
        Map<String, Map<Status, Integer>> rows = new LinkedHashMap<>();
        for (Map.Entry<Case, Status> each : statuses.entrySet()) {
            Case upstream = each.getKey();
            count(rows, upstream.source() + "  " + upstream.suite(), each.getValue());
        }
        statuses.values().forEach(status -> count(rows, "all", status));
        rows.forEach((name, counts) -> lines.add(row(name, counts)));
        return lines;
    }

    private static void count(Map<String, Map<Status, Integer>> rows, String row, Status status) {
        rows.computeIfAbsent(row, _ -> new EnumMap<>(Status.class)).merge(status, 1, Integer::sum);
    }

    private static String row(String name, Map<Status, Integer> counts) {
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        StringBuilder row = new StringBuilder("%-46s%7d".formatted(name, all));
        for (Status status : Status.values()) {
            row.append(("%" + (status.label.length() + 2) + "d").formatted(counts.getOrDefault(status, 0)));
        }
        return row.toString();
    }
}
