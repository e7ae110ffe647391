package dev.skep.conformance.soak;

import dev.skep.conformance.soak.Options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of `./skep soak`.
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Soak.Size size;

    Main(PrintStream out, PrintStream err, Soak.Size size) {
        this.out = out;
        this.err = err;
        this.size = size;
    }

    /// Runs the command line and ends the JVM with its status.
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, err, Soak.Size.LARGE).run(List.of(args)));
    }

    /// @return the exit status
    int run(List<String> arguments) {
        if (arguments.contains("--help")) {
            out.print(Options.USAGE);
            return OK;
        }
        try {
            return soak(Options.parse(arguments));
        } catch (UsageException e) {
            err.println("skep soak: " + e.getMessage() + "; --help shows how to use it");
            return BAD_USAGE;
        } catch (IOException e) {
            err.println("skep soak: " + e);
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private int soak(Options options) throws IOException, InterruptedException, UsageException {
        List<String> report = new ArrayList<>(List.of(Sample.TABBED_HEADING));
        if (options.report().isPresent()) {
            write(options.report().get(), report); // first, so that a bad name does not cost hours
        }
        out.println("seed " + options.seed());
        out.println(Sample.HEADING);
        Soak.Outcome outcome = new Soak(options, size, sample -> out.println(sample.line())).run();
        if (options.report().isPresent()) {
            outcome.samples().forEach(sample -> report.add(sample.tabbed()));
            write(options.report().get(), report);
        }
        outcome.problems().forEach(problem -> err.println("skep soak: " + problem));
        out.println(outcome.problems().isEmpty() ? "flat, nobody asleep, every failure has its reason" : "failed");
        return outcome.problems().isEmpty() ? OK : FAILED;
    }

    private static void write(Path file, List<String> lines) throws UsageException {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UsageException("--report cannot be written: " + e);
        }
    }
}
