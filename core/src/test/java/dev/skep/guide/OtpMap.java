package dev.skep.guide;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The tables of `docs/otp-map.md`: those whose columns are what OTP has, what Skep has, and a remark.
///
/// @param rows in the order of the page
record OtpMap(List<Row> rows) {
    private static final Pattern SECTION = Pattern.compile("## `(.+)`");
    private static final Pattern RULE = Pattern.compile("\\|(-+\\|)+");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern FUNCTION = Pattern.compile("(.+)/(\\d+(?:,\\d+)*)");
    private static final Pattern REFERENCE = Pattern.compile("[A-Z]\\w*(\\.\\w+)*");

    /// What stands in place of a counterpart, and has to be explained.
    private static final List<String> WITHOUT_COUNTERPART = List.of("Java", "not needed", "not provided");

    /// A row of a table.
    ///
    /// @param module the module that the section is about
    /// @param kind the heading of the first column
    record Row(String module, String kind, String otp, String skep, String remark) {
        /// Where its functions are listed; empty for what is neither a function nor a callback.
        String list() {
            return switch (kind) {
                case "function" -> module;
                case "callback" -> "callbacks of " + module;
                default -> "";
            };
        }

        List<String> functions() {
            List<String> functions = new ArrayList<>();
            for (String text : code(otp)) {
                Matcher function = FUNCTION.matcher(text);
                if (!function.matches()) {
                    throw new IllegalArgumentException(text + " is no function with its arities: " + this);
                }
                for (String arity : function.group(2).split(",", -1)) {
                    functions.add(function.group(1) + "/" + arity);
                }
            }
            return functions;
        }

        /// The classes and methods that it names as counterparts.
        List<String> counterparts() {
            return code(skep);
        }

        /// Classes and methods in the remark: what looks like `Class` or `Class.method`, without arguments.
        List<String> mentioned() {
            return code(remark).stream()
                    .filter(text -> REFERENCE.matcher(text).matches())
                    .toList();
        }

        boolean saysWhatThereIsOrWhyNot() {
            boolean named = !counterparts().isEmpty()
                    && REFERENCE.matcher(counterparts().getFirst()).matches();
            return named || (WITHOUT_COUNTERPART.contains(skep) && !remark.isBlank());
        }
    }

    static OtpMap parse(String page) {
        List<Row> rows = new ArrayList<>();
        String module = "";
        List<String> header = List.of();
        String before = "";
        for (String line : page.lines().toList()) {
            Matcher section = SECTION.matcher(line);
            if (section.matches()) {
                module = section.group(1);
            } else if (RULE.matcher(line).matches()) {
                header = cells(before);
            } else if (line.startsWith("|")
                    && header.size() == 3
                    && header.get(1).equals("Skep")) {
                List<String> cells = cells(line);
                if (cells.size() != 3) {
                    throw new IllegalArgumentException("a row with " + cells.size() + " columns: " + line);
                }
                rows.add(new Row(module, header.getFirst(), cells.get(0), cells.get(1), cells.get(2)));
            } else if (!line.startsWith("|")) {
                header = List.of();
            }
            before = line;
        }
        return new OtpMap(rows);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }

    private static List<String> code(String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /// The functions and callbacks on the page, by list.
    Map<String, NavigableSet<String>> functions() {
        Map<String, NavigableSet<String>> functions = new TreeMap<>();
        for (Row row : rows) {
            if (!row.list().isEmpty()) {
                for (String function : row.functions()) {
                    if (!functions
                            .computeIfAbsent(row.list(), _ -> new TreeSet<>())
                            .add(function)) {
                        throw new IllegalArgumentException(row.list() + " has two rows for " + function);
                    }
                }
            }
        }
        return functions;
    }

    /// The functions and callbacks of OTP, by list: a name in brackets, then a function on each line.
    static Map<String, NavigableSet<String>> upstream(String lists) {
        Map<String, NavigableSet<String>> functions = new TreeMap<>();
        NavigableSet<String> current = new TreeSet<>();
        for (String line : lists.lines().toList()) {
            if (line.startsWith("[")) {
                current = functions.computeIfAbsent(line.substring(1, line.length() - 1), _ -> new TreeSet<>());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                current.add(line);
            }
        }
        return functions;
    }
}
