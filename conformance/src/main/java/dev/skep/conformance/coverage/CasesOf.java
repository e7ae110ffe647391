package dev.skep.conformance.coverage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The upstream suite whose cases the annotations of a class and its methods name. Several classes may share a suite.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface CasesOf {
    /// The suite, as the lists of cases have it: `supervisor_SUITE`.
    String value();
}
