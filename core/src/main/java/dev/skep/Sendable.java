package dev.skep;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Vouches for a type: it, and whatever extends or implements it, can be sent in a message although it looks
/// mutable. A strict node then takes its word for it ([NodeBuilder#strict(boolean)]).
///
/// It is for types that never change after they were made, though the compiler cannot tell (a field that caches a
/// hash, an array that is never handed out), and for handles that are safe to share between threads. Types of
/// others cannot be annotated: name them to [NodeBuilder#sendable(Class[])].
///
/// ```java
/// @Sendable
/// final class Digest {
///     private final byte[] bytes; // copied when it comes in, and never handed out
/// }
/// ```
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Sendable {}
