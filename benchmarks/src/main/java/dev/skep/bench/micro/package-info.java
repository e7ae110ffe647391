/// Microbenchmarks of single operations of Skep, for JMH: what an operation costs and allocates by itself. They compare
/// a version of Skep with another, not Skep with its peers.
@NullMarked
package dev.skep.bench.micro;

import org.jspecify.annotations.NullMarked;
