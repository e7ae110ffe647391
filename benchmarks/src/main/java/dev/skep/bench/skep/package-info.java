/// Skep's side of the workloads: written as a user would write them, with everything that Skep does switched on.
/// Clients are plain processes where Erlang's are processes. Depends on Skep's core and on the measuring package.
@NullMarked
package dev.skep.bench.skep;

import org.jspecify.annotations.NullMarked;
