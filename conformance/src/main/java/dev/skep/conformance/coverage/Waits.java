package dev.skep.conformance.coverage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Upstream cases about something that is not built yet, and may be: the distribution over several nodes.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Waits.All.class)
public @interface Waits {
    /// The names of the cases; none for all of the suite that nothing else is said of.
    String[] cases() default {};

    /// What they wait for.
    String because();

    /// Several reasons.
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /// Each of them.
        Waits[] value();
    }
}
