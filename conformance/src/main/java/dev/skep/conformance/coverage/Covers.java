package dev.skep.conformance.coverage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The upstream cases whose behaviour a test pins for Skep. It may take several tests to cover a case.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Covers {
    /// The names of the cases.
    String[] value();
}
