package dev.skep.testkit.simulation;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.ReflectionSupport;

/// The JUnit extension behind [SimulationTest]: runs the method for each of its seeds, as one test.
public final class SimulationExtension implements TestTemplateInvocationContextProvider {
    static final String SEED = "skep.simulation.seed";
    static final String SEEDS = "skep.simulation.seeds";

    /// For JUnit.
    public SimulationExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        if (!Arrays.asList(method.getParameterTypes()).contains(Simulation.class)) {
            throw new ExtensionConfigurationException(
                    "the @SimulationTest " + method + " needs a parameter of type Simulation");
        }
        SimulationTest test = method.getAnnotation(SimulationTest.class);
        return Stream.of(new Seeds(seeds(test), test.maxSteps()));
    }

    private static List<Long> seeds(SimulationTest test) {
        String one = System.getProperty(SEED);
        if (one != null) {
            return List.of(number(SEED, one));
        }
        if (test.seed().length > 0) {
            return Arrays.stream(test.seed()).boxed().toList();
        }
        String many = System.getProperty(SEEDS);
        long count = many == null ? test.seeds() : number(SEEDS, many);
        if (count < 1) {
            throw new ExtensionConfigurationException("the number of seeds must be 1 or more, but was " + count);
        }
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    private static long number(String property, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ExtensionConfigurationException(
                    "system property " + property + " must be a number, but was \"" + value + "\"", e);
        }
    }

    private record Seeds(List<Long> seeds, long maxSteps) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return seeds.size() == 1 ? "seed " + seeds.getFirst() : seeds.size() + " seeds";
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Runner(seeds, maxSteps));
        }
    }

    private record Runner(List<Long> seeds, long maxSteps) implements InvocationInterceptor, ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Simulation.class;
        }

        /// Each run has its own.
        @Override
        public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return null;
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> invocation,
                ReflectiveInvocationContext<Method> method,
                ExtensionContext context) {
            invocation.skip();
            Object target = method.getTarget().orElse(null);
            Simulator simulator = Simulator.create().maxSteps(maxSteps);
            for (int from = 0; from < seeds.size(); ) {
                int to = endOfRange(from);
                simulator.runAll(seeds.get(from), to - from, sim -> {
                    Object[] arguments = method.getArguments().stream()
                            .map(argument -> argument == null ? sim : argument)
                            .toArray();
                    ReflectionSupport.invokeMethod(method.getExecutable(), target, arguments);
                });
                from = to;
            }
        }

        /// The end of the seeds from here on that follow each other.
        private int endOfRange(int from) {
            int to = from + 1;
            while (to < seeds.size() && seeds.get(to) == seeds.get(to - 1) + 1) {
                to++;
            }
            return to;
        }
    }
}
