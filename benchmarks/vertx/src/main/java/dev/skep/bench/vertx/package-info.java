/// The event bus of Vert.x in the workloads, used as its documentation recommends: verticles with local consumers,
/// `send` and `request`, each verticle on an event loop. Depends on Vert.x and on the measuring package.
@NullMarked
package dev.skep.bench.vertx;

import org.jspecify.annotations.NullMarked;
