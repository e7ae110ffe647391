package dev.skep.example.workerbee.boundary;

import dev.skep.example.workerbee.data.Progress;
import dev.skep.example.workerbee.functions.Picture;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Shows the progress of a demo as it goes: a picture that is drawn over and over on a terminal, a line now and
/// then where there is none.
public final class Screen implements AutoCloseable {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    /// How often the terminal's size is looked up: that takes another program.
    private static final int FRAMES_PER_LOOK = 10;

    private final PrintStream out;
    private final Map<String, String> environment;
    private final boolean live;
    private int drawn;
    private int frames;
    private Terminal terminal = Terminal.USUAL;

    private Screen(PrintStream out, Map<String, String> environment, boolean live) {
        this.out = out;
        this.environment = environment;
        this.live = live;
    }

    /// A screen.
    ///
    /// @param out where to show; pictures are drawn only on the program's own standard output
    /// @param environment the environment variables
    /// @return a live screen if `out` is a terminal
    public static Screen on(PrintStream out, Map<String, String> environment) {
        boolean live = out == System.out && Terminal.isThere(environment);
        return new Screen(out, environment, live);
    }

    /// How often there is something new to show.
    ///
    /// @return the time between two calls of [#show(Progress)]
    public Duration interval() {
        return live ? Duration.ofMillis(100) : Duration.ofSeconds(1);
    }

    /// Shows the progress.
    ///
    /// @param progress what to show
    public void show(Progress progress) {
        if (!live) {
            out.println(printable(Picture.line(progress)));
            return;
        }
        if (frames++ % FRAMES_PER_LOOK == 0) {
            terminal = Terminal.now(environment);
        }
        // One line is left for the cursor, or the terminal would scroll.
        List<String> picture = Picture.draw(progress, terminal.width(), terminal.height() - 1, terminal.colours());
        var text = new StringBuilder(HIDE_CURSOR);
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        text.append('\r');
        picture.forEach(line -> text.append(printable(line)).append(CLEAR_LINE).append('\n'));
        out.print(text.append(CLEAR_BELOW));
        out.flush();
        drawn = picture.size();
    }

    /// In a terminal without Unicode, the picture's few special characters have to be spelt.
    private String printable(String line) {
        return out.charset().newEncoder().canEncode(line)
                ? line
                : line.replace('├', '|')
                        .replace('└', '`')
                        .replace('─', '-')
                        .replace('│', '|')
                        .replace('µ', 'u');
    }

    /// Leaves the last picture where it is, and gives the terminal back as it was.
    @Override
    public void close() {
        if (live) {
            out.print(SHOW_CURSOR);
            out.flush();
        }
    }
}
