package dev.skep.stress;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the threads of a model do at the same time. Interleavings of it are tried, and the model says after each
/// whether what it promises has held.
///
/// ```java
/// @Scenario({"send send", "send"}) // two threads
/// ```
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Scenario.All.class)
public @interface Scenario {
    /// For each thread the names of the operations that it does, separated by spaces. An operation that takes a number
    /// is given one that no other has, counted from zero in the order in which they stand here.
    String[] value();

    /// More than one.
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface All {
        /// The scenarios.
        Scenario[] value();
    }
}
