package dev.skep.testkit.simulation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that is a [Simulation], run with many seeds. The method is the body: it has a parameter for the
/// [Simulation].
///
/// ```java
/// @SimulationTest(seeds = 1000)
/// void noMoneyIsLost(Simulation sim) {
///     ...
/// }
/// ```
///
/// The test runs the method once for each seed, on the same instance of the test class, so whatever a run changes
/// has to be made in the method. The first seed that fails fails the test; its message says how to run that seed
/// alone.
///
/// The system property `skep.simulation.seed` makes every such test run that one seed, and `skep.simulation.seeds`
/// makes it run so many.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {
    /// How many seeds are run: 1, 2, 3 and so on.
    ///
    /// @return one or more
    int seeds() default 100;

    /// The seeds to be run instead of so many.
    ///
    /// @return the seeds
    long[] seed() default {};

    /// After how many steps a run fails, since it may go on for ever.
    ///
    /// @return one or more
    long maxSteps() default 1_000_000;
}
