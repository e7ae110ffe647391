/// Tests of Pekko's side of the workloads: that they run, never how fast.
@NullMarked
package dev.skep.bench.pekko;

import org.jspecify.annotations.NullMarked;
