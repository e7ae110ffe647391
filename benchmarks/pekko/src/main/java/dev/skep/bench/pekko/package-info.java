/// Apache Pekko's side of the workloads, used as its documentation recommends: typed actors in the functional style,
/// `tell`, `context.ask` between actors, the default dispatcher. Depends on Pekko and on the measuring package.
@NullMarked
package dev.skep.bench.pekko;

import org.jspecify.annotations.NullMarked;
