package dev.skep.example.workerbee.functions;

import dev.skep.example.workerbee.data.Fault;
import dev.skep.example.workerbee.data.Figures;
import dev.skep.example.workerbee.data.Progress;
import dev.skep.example.workerbee.data.TreeNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Draws the progress of a demo: as a picture for a terminal, or as one line for a log.
public final class Picture {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";

    /// What the picture has beside the tree, at least.
    private static final int ID_COLUMN = 24;

    private final int width;
    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    private Picture(int width, boolean colours) {
        this.width = width;
        this.colours = colours;
    }

    /// The picture.
    ///
    /// @param progress what to show
    /// @param width how many columns there are
    /// @param height how many lines there are
    /// @param colours whether it may have colours
    /// @return at most `height` lines, none of which shows as more than `width` columns
    public static List<String> draw(Progress progress, int width, int height, boolean colours) {
        var picture = new Picture(width, colours);
        picture.figures(progress);
        picture.line("", "");
        picture.tree(progress.tree(), "", "");
        picture.line("", "");
        progress.news().forEach(news -> picture.line(news, DIM));
        return picture.lines.subList(0, Math.min(height, picture.lines.size()));
    }

    private void figures(Progress progress) {
        Figures figures = progress.figures();
        line(seconds(progress.elapsed()) + " of " + seconds(progress.total()), BOLD);
        line(
                "calls " + number(figures.calls()) + "   ok " + number(figures.ok()) + "   business errors "
                        + number(figures.businessErrors()),
                "");
        line(
                "no answer " + number(figures.failedCalls()) + "   acknowledged changes "
                        + number(figures.acknowledged()),
                "");
        line("faults " + number(total(figures)) + "   restarts " + number(figures.restarts()) + each(figures), "");
    }

    /// @param branch what leads to this node
    /// @param stem what leads past its children
    private void tree(TreeNode node, String branch, String stem) {
        String id = branch + node.id();
        String state = node.pid().orElse("restarting");
        String restarts = switch ((int) Math.min(2, node.restarts())) {
            case 0 -> "";
            case 1 -> "   1 restart";
            default -> "   " + number(node.restarts()) + " restarts";
        };
        String padding = " ".repeat(Math.max(1, ID_COLUMN - id.length()));
        String colour = node.pid().isEmpty() ? RED : node.restarts() == 0 ? GREEN : YELLOW;
        line(id + padding + state + restarts, colour);
        List<TreeNode> children = node.children();
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            tree(children.get(i), stem + (last ? "└─ " : "├─ "), stem + (last ? "   " : "│  "));
        }
    }

    /// What does not fit is cut off. No character of the picture takes more than one column, or two chars.
    private void line(String text, String style) {
        String fitting = text.length() <= width ? text : text.substring(0, Math.max(0, width));
        lines.add(colours && !style.isEmpty() && !fitting.isEmpty() ? style + fitting + RESET : fitting);
    }

    /// The progress in one line, for where there is no terminal.
    ///
    /// @param progress what to tell
    /// @return the line
    public static String line(Progress progress) {
        Figures figures = progress.figures();
        List<String> missing = progress.tree().missing();
        return seconds(progress.elapsed()) + ": "
                + number(figures.calls()) + " calls, "
                + number(figures.businessErrors()) + " business errors, "
                + number(figures.failedCalls()) + " without an answer; "
                + number(total(figures)) + " faults, "
                + number(figures.restarts()) + " restarts; "
                + (missing.isEmpty() ? "all running" : "restarting " + String.join(", ", missing));
    }

    private static long total(Figures figures) {
        return figures.faults().values().stream().mapToLong(Long::longValue).sum();
    }

    private static String each(Figures figures) {
        return Stream.of(Fault.values())
                .filter(fault -> figures.faults().getOrDefault(fault, 0L) > 0)
                .map(fault ->
                        "   " + fault.label() + " " + number(figures.faults().getOrDefault(fault, 0L)))
                .collect(Collectors.joining());
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
