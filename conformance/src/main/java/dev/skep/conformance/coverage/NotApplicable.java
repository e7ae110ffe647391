package dev.skep.conformance.coverage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Upstream cases about something that Skep has nothing of: the BEAM's memory, file formats, releases.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NotApplicable.All.class)
public @interface NotApplicable {
    /// The names of the cases.
    String[] cases();

    /// What they are about, and why Skep has it not.
    String because();

    /// Several reasons.
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        /// Each of them.
        NotApplicable[] value();
    }
}
