package dev.skep.example.workerbee.lifecycle;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Where the log goes: Skep's reports, and what the libraries have to say.
final class Logs {
    /// Greets everybody at each start, and the demo starts it many times. Kept, or the level would be forgotten.
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    private Logs() {}

    /// To nowhere.
    static void off() {
        LogManager.getLogManager().reset();
    }

    /// To standard error.
    static void toStandardError() {
        to(new ConsoleHandler());
    }

    /// To a file.
    ///
    /// @param file is replaced if it exists
    /// @throws IOException if it cannot be written
    static void toFile(Path file) throws IOException {
        String pattern = file.toString().replace("%", "%%");
        to(new FileHandler(pattern));
    }

    private static void to(Handler handler) {
        off();
        handler.setFormatter(new Lines());
        Logger.getLogger("").addHandler(handler);
        HELIDON.setLevel(Level.WARNING);
    }

    /// One line a record, but for what follows of itself.
    private static final class Lines extends Formatter {
        @Override
        public String format(LogRecord entry) {
            var text = new StringWriter();
            var out = new PrintWriter(text);
            out.println(entry.getInstant() + " " + entry.getLevel() + " " + formatMessage(entry));
            if (entry.getThrown() != null) {
                entry.getThrown().printStackTrace(out);
            }
            return text.toString();
        }
    }
}
