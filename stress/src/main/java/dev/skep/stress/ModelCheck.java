package dev.skep.stress;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.List;
import java.util.Optional;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/// Tries the interleavings of a model's scenarios with Lincheck, which runs the code itself, one thread at a time, and
/// switches between any two steps that others could notice. What it finds it finds again.
final class ModelCheck implements Check {
    private final int interleavings;

    /// @param interleavings how many are tried of each scenario
    ModelCheck(int interleavings) {
        this.interleavings = interleavings;
    }

    /// The models say what is right, but for what an operation throws.
    public static final class NothingThrown implements Verifier {
        /// @param model not needed
        public NothingThrown(Class<?> model) {}

        @Override
        public boolean verifyResults(ExecutionScenario scenario, ExecutionResult results) {
            return results.getParallelResultsWithClock().stream()
                    .flatMap(List::stream)
                    .noneMatch(each -> each.getResult() instanceof ExceptionResult);
        }
    }

    @Override
    public Optional<String> find(Class<?> model) {
        for (Steps steps : Steps.of(model)) {
            try {
                options(steps).check(model);
            } catch (LincheckAssertionError found) {
                return Optional.of(steps + ": " + found.getMessage());
            }
        }
        return Optional.empty();
    }

    private ModelCheckingOptions options(Steps steps) {
        return new ModelCheckingOptions()
                .iterations(0) // none that Lincheck makes up
                .invocationsPerIteration(interleavings)
                .minimizeFailedScenario(false)
                // What a model makes before its threads begin, and what is told to nobody.
                .addGuarantee(
                        forClasses("dev.skep.NodeBuilder").methods("start").ignore())
                .addGuarantee(forClasses("dev.skep.Stage").methods("begin").ignore())
                .addGuarantee(forClasses("dev.skep.Reports", "dev.skep.Recording")
                        .allMethods()
                        .ignore())
                .verifier(NothingThrown.class) // the models themselves say what is right
                .addCustomScenario(scenario(steps));
    }

    private static ExecutionScenario scenario(Steps steps) {
        List<List<Actor>> threads = steps.threads().stream()
                .map(thread -> thread.stream()
                        .map(step -> new Actor(step.operation(), step.arguments()))
                        .toList())
                .toList();
        return new ExecutionScenario(List.of(), threads, List.of(), new Actor(steps.validation(), List.of()));
    }
}
