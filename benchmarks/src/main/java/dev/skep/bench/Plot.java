package dev.skep.bench;

import dev.skep.bench.measure.Result;
import dev.skep.bench.measure.Workload;
import java.util.List;
import java.util.Locale;

/// The comparison as a picture: a group of bars for each workload. A bar's length is how many times as much as Skep a
/// system needs, on a logarithmic scale, so that twice as slow and twice as fast are the same distance from Skep.
final class Plot {
    private static final int LABEL = 190;
    private static final int SCALE = 560;
    private static final int NOTE = 150;
    private static final int BAR = 12;
    private static final int GAP = 10;
    private static final int TOP = 50;
    /// The scale reaches from a hundredth of Skep to a hundred times Skep.
    private static final double DECADES = 2;

    private final StringBuilder svg = new StringBuilder();
    private final Comparison comparison;
    private int y = TOP;

    private Plot(Comparison comparison) {
        this.comparison = comparison;
    }

    static String of(Comparison comparison) {
        return new Plot(comparison).draw();
    }

    private String draw() {
        for (Workload workload : Workload.values()) {
            List<Result> results = comparison.of(workload);
            if (!results.isEmpty()) {
                group(workload, results);
            }
        }
        int width = LABEL + SCALE + NOTE;
        String head = """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="white"/>
                <text x="10" y="20" font-size="14">How many times as much as Skep (left of the line: less than Skep)</text>
                """.formatted(width, y + GAP);
        return head + axis() + svg + "</svg>\n";
    }

    private String axis() {
        StringBuilder axis = new StringBuilder();
        for (int decade = (int) -DECADES; decade <= DECADES; decade++) {
            double factor = Math.pow(10, decade);
            int x = x(factor);
            axis.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>%n",
                    x,
                    TOP - 10,
                    x,
                    y,
                    decade == 0 ? "black" : "#dddddd"));
            axis.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x,
                    TOP - 14,
                    factor < 1 ? "1/" + Math.round(1 / factor) : Math.round(factor) + "x"));
        }
        return axis.toString();
    }

    private void group(Workload workload, List<Result> results) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" font-weight=\"bold\">%s</text>%n",
                LABEL - 10,
                y + BAR - 2,
                workload.label()));
        for (Result result : results) {
            Contender system = Contender.of(result.system()).orElseThrow();
            result.figure(workload.kind().figure()).ifPresent(figure -> bar(workload, system, figure));
        }
        y += GAP;
    }

    private void bar(Workload workload, Contender system, double figure) {
        double ratio = comparison.ratio(workload, system, Contender.SKEP).orElse(1.0);
        int from = Math.min(x(1), x(ratio));
        int length = Math.max(2, Math.abs(x(ratio) - x(1)));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                from,
                y,
                length,
                BAR - 2,
                colour(system)));
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\">%s %s %s</text>%n",
                from + length + 4,
                y + BAR - 3,
                system.label(),
                Table.number(figure),
                workload.kind().unit()));
        y += BAR;
    }

    private static String colour(Contender system) {
        return switch (system) {
            case SKEP -> "#d98e04";
            case LIMIT -> "#777777";
            case ERLANG -> "#a90533";
            case PEKKO -> "#3a6ea5";
            case VERTX -> "#7a4f9a";
            case OTPYLIB -> "#4b8b3b";
        };
    }

    private static int x(double ratio) {
        double decades = Math.clamp(Math.log10(ratio), -DECADES, DECADES);
        return (int) (LABEL + SCALE * (decades + DECADES) / (2 * DECADES));
    }
}
