/// The runtime's values and, with them, what every program that uses Skep needs.
///
/// This package is the root of the house: behaviours, such as servers and supervisors, live in packages below it
/// and depend on it. It depends on none of them, and outside the JDK on nothing.
@NullMarked
package dev.skep;

import org.jspecify.annotations.NullMarked;
