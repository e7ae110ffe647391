package dev.skep.testkit;

import dev.skep.Node;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/// The JUnit extension behind [SkepTest]. Registered by hand, it takes settings:
///
/// ```java
/// @RegisterExtension
/// static final SkepExtension SKEP = new SkepExtension(Testkit.settings().limit(Duration.ofMinutes(1)));
/// ```
public final class SkepExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SkepExtension.class);
    private static final Set<Class<?>> TYPES = Set.of(Testkit.class, Node.class, Probe.class, VirtualClock.class);

    private final Testkit.@Nullable Settings settings;

    /// With the settings that [SkepTest] gives.
    public SkepExtension() {
        this.settings = null;
    }

    /// With other settings.
    ///
    /// @param settings for each test's testkit
    public SkepExtension(Testkit.Settings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Testkit.Settings wanted = settings != null ? settings : annotated(context);
        context.getStore(NAMESPACE).put(Testkit.class, wanted.start());
    }

    private static Testkit.Settings annotated(ExtensionContext context) {
        boolean virtual = annotation(context).map(SkepTest::virtualTime).orElse(false);
        return virtual ? Testkit.settings().virtualTime() : Testkit.settings();
    }

    /// The nearest one: on the method, its class, or a class around that.
    private static Optional<SkepTest> annotation(ExtensionContext context) {
        Optional<SkepTest> found = AnnotationSupport.findAnnotation(context.getElement(), SkepTest.class);
        for (Class<?> type = context.getRequiredTestClass();
                found.isEmpty() && type != null;
                type = type.getEnclosingClass()) {
            found = AnnotationSupport.findAnnotation(type, SkepTest.class);
        }
        return found;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Testkit testkit = context.getStore(NAMESPACE).remove(Testkit.class, Testkit.class);
        if (testkit != null) {
            testkit.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return TYPES.contains(parameter.getParameter().getType())
                && parameter.getDeclaringExecutable() instanceof Method method
                && !Modifier.isStatic(method.getModifiers());
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Testkit testkit = Objects.requireNonNull(
                context.getStore(NAMESPACE).get(Testkit.class, Testkit.class),
                "there is a testkit before the parameters");
        Class<?> type = parameter.getParameter().getType();
        if (type == Node.class) {
            return testkit.node();
        }
        if (type == Probe.class) {
            return testkit.probe();
        }
        return type == VirtualClock.class ? testkit.clock() : testkit;
    }
}
