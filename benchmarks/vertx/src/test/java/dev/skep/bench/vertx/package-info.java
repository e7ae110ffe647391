/// Tests of the side of Vert.x in the workloads: that they run, never how fast.
@NullMarked
package dev.skep.bench.vertx;

import org.jspecify.annotations.NullMarked;
