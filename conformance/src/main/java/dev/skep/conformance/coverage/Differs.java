package dev.skep.conformance.coverage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Upstream cases whose behaviour is deliberately not Skep's. On a test it says that the test pins what Skep does
/// instead.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Differs.All.class)
public @interface Differs {
    /// The names of the cases.
    String[] cases();

    /// The difference, by words that stand in one line of `docs/differences-from-otp.md`.
    String entry();

    /// Several differences.
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /// Each of them.
        Differs[] value();
    }
}
