package dev.skep.stress;

import dev.skep.stress.Options.Part;
import dev.skep.stress.Options.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The command line of `./skep stress`.
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int BAD_USAGE = 2;
    /// The first argument of a JVM that is started to check one model.
    private static final String CHILD = "--in-child";

    private final PrintStream out;
    private final PrintStream err;
    private int failures;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs the command line and ends the JVM with its status.
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, err).run(List.of(args)));
    }

    /// @return the exit status
    int run(List<String> arguments) {
        if (arguments.contains("--help")) {
            out.print(Options.USAGE);
            return OK;
        }
        try {
            if (!arguments.isEmpty() && arguments.getFirst().equals(CHILD)) {
                return inChild(arguments.get(1), arguments.get(2), Integer.parseInt(arguments.get(3)));
            }
            check(Options.parse(arguments));
            return failures == 0 ? OK : FAILED;
        } catch (UsageException e) {
            err.println("skep stress: " + e.getMessage() + "; --help shows how to use it");
            return BAD_USAGE;
        } catch (IOException e) {
            err.println("skep stress: a check could not be run: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private int inChild(String kind, String model, int times) {
        Check check = kind.equals("race") ? new Race(times, 1, Duration.ofSeconds(15)) : new ModelCheck(times);
        Optional<String> found = check.find(Models.load(model));
        found.ifPresent(out::println);
        return found.isPresent() ? FAILED : OK;
    }

    private void check(Options options) throws IOException, InterruptedException {
        for (Part part : Part.values()) {
            if (options.parts().contains(part)) {
                switch (part) {
                    case RACES -> models(options, part, new Race(options.quick() ? 1_000 : 20_000, options.seed()));
                    case MODELS -> models(options, part, new ModelCheck(options.quick() ? 50 : 1_000));
                    case MEMORY -> memory(options);
                    case FAULTS -> faults(options);
                }
            }
        }
        out.println(failures == 0 ? "all promises hold" : failures + " failed");
    }

    private void models(Options options, Part part, Check check) {
        for (String name : options.matching(Models.ALL)) {
            told(part, name, check.find(Models.load(name)));
        }
    }

    private void told(Part part, String name, Optional<String> found) {
        out.println(part.label() + ": " + name + (found.isPresent() ? " BROKEN" : " holds"));
        if (found.isPresent()) {
            failures++;
            err.println(found.get());
        }
    }

    private void memory(Options options) throws IOException, InterruptedException {
        for (String name : options.matching(Models.OF_MEMORY)) {
            Child.Outcome outcome = jcstress(Optional.empty(), name, options.quick() ? "sanity" : "quick");
            told(Part.MEMORY, name, outcome.status() == 0 ? Optional.empty() : Optional.of(outcome.output()));
        }
    }

    private static Child.Outcome jcstress(Optional<Mutant> fault, String name, String mode)
            throws IOException, InterruptedException {
        return new Child(fault).run("org.openjdk.jcstress.Main", List.of("-m", mode, "-t", name));
    }

    private void faults(Options options) throws IOException, InterruptedException {
        for (Mutant fault : Mutants.OF_MODELS) {
            if (options.pattern().matcher(fault.model()).find()) {
                faultTold(fault, isFoundByModel(fault));
            }
        }
        for (Mutant fault : Mutants.OF_MEMORY) {
            if (options.pattern().matcher(fault.model()).find()) {
                faultTold(
                        fault,
                        jcstress(Optional.of(fault), fault.model(), "quick").status() != 0);
            }
        }
    }

    private static boolean isFoundByModel(Mutant fault) throws IOException, InterruptedException {
        return new Race(3_000, 1, Duration.ofSeconds(15))
                        .find(new Plant(fault).model())
                        .isPresent()
                || new Child(Optional.of(fault))
                                .run(Main.class.getName(), List.of(CHILD, "model", fault.model(), "1000"))
                                .status()
                        == FAILED;
    }

    private void faultTold(Mutant fault, boolean found) {
        out.println("fault: " + fault + (found ? " is found by " : " is NOT FOUND by ") + fault.model());
        if (!found) {
            failures++;
        }
    }
}
