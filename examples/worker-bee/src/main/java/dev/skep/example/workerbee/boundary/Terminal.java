package dev.skep.example.workerbee.boundary;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What is known of the terminal that the program writes to. Java knows little of it, so the programs that every
/// Unix has are asked: `test` and `stty`. Where they are missing, there is no terminal.
///
/// @param width columns
/// @param height lines
/// @param colours whether colours are welcome
record Terminal(int width, int height, boolean colours) {
    /// As large as most are.
    static final Terminal USUAL = new Terminal(80, 24, true);
    private static final File DEVICE = new File("/dev/tty");

    /// Whether standard output is a terminal that can be drawn on.
    static boolean isThere(Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "");
        return !kind.isEmpty() && !kind.equals("dumb") && answers("test", "-t", "1");
    }

    private static boolean answers(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(Redirect.INHERIT)
                            .redirectError(Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Its size now, and the user's wish not to see colours (NO_COLOR, see no-color.org).
    static Terminal now(Map<String, String> environment) {
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        Terminal size = size();
        return new Terminal(size.width, size.height, colours);
    }

    private static Terminal size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(DEVICE)
                    .redirectError(Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            boolean done = stty.waitFor(1, TimeUnit.SECONDS);
            List<String> numbers = List.of(answer.strip().split(" "));
            if (done && numbers.size() == 2) {
                int height = Integer.parseInt(numbers.get(0));
                int width = Integer.parseInt(numbers.get(1));
                return height > 0 && width > 0 ? new Terminal(width, height, true) : USUAL;
            }
        } catch (IOException | NumberFormatException _) {
            // Then it is as large as most are.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return USUAL;
    }
}
