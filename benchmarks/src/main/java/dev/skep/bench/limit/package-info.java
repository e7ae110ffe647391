/// What hand-written Java reaches when it does one job and nothing else: no links, names, deadlines, crash reports or
/// watchdog, only a queue and virtual threads. The limit to come close to. Depends on the JDK and on the measuring
/// package.
@NullMarked
package dev.skep.bench.limit;

import org.jspecify.annotations.NullMarked;
