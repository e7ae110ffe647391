/// The same seeded random programs on Erlang and on Skep.
///
/// A [dev.skep.conformance.scenario.Scenario] is data. A generator makes one of a seed, an interpreter in Erlang (the
/// `.erl` resources of this package) and one on Skep run it, and what the two have seen is compared, line by line. What
/// differs is made small by [dev.skep.conformance.scenario.Shrinker].
@NullMarked
package dev.skep.conformance.scenario;

import org.jspecify.annotations.NullMarked;
